"""The flags of `fabricgen validate`: kubeconform's as Go reads them, and what is said of those that do not exist."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from fabricgen.commands.go_flags import Flag, switch, switch_off
from fabricgen.commands.validate import options_of
from fabricgen.commands.validate_flags import FLAGS, ONE_DASH
from fabricgen.commands.validate_options import Settings, default_cache, help_text, read_settings
from fabricgen.errors import ProblemsError
from fabricgen.validation.files import find_files
from fabricgen.validation.options import NEWEST_KUBERNETES, Options


@pytest.mark.parametrize(
    ("arguments", "changed"),
    [
        ([], {}),
        (["apps", "-"], {"paths": ("apps", "-")}),
        (["-strict"], {}),
        (["--strict"], {}),
        (["-strict=false"], {"strict": False}),
        (["--no-strict"], {"strict": False}),
        (["-no-strict=false"], {}),
        (["-summary", "apps"], {"summary": True, "paths": ("apps",)}),
        (["-summary=false"], {}),
        (["-summary=T", "-verbose=1"], {"summary": True, "verbose": True}),
        (["apps", "-summary", "more"], {"summary": True, "paths": ("apps", "more")}),
        (["--", "-summary"], {"paths": ("-summary",)}),
        (["-n", "4"], {"jobs": 4}),
        (["-n=4"], {"jobs": 4}),
        (["--goroutines=4"], {"jobs": 4}),
        (["--jobs", "0"], {}),
        (["-output", "json"], {"output": "json"}),
        (["-output=sarif", "-o", "github"], {"output": "github"}),
        (["-skip", "Secret, v1/ConfigMap,,"], {"skip": ("Secret", "v1/ConfigMap")}),
        (["-skip=Secret", "--skip-kind", "apps/v1/Deployment"], {"skip": ("Secret", "apps/v1/Deployment")}),
        (["-reject=Ingress"], {"reject": ("Ingress",)}),
        (["-schema-location", "default", "-s", "x"], {"schema_locations": ("default", "x")}),
        (["-schema-location", "-summary"], {"schema_locations": ("-summary",)}),
        (["-schema-location=a=b"], {"schema_locations": ("a=b",)}),
        (["-ignore-filename-pattern", "a,b", "-ignore-filename-pattern=c"], {"ignore_files": ("a,b", "c")}),
        (["--skip-json-path", "v1/Secret:/sops"], {"skip_paths": ("v1/Secret:/sops",)}),
        (["-ignore-missing-schemas"], {"ignore_missing_schemas": True}),
        (["--skip-missing-schemas"], {"ignore_missing_schemas": True}),
        (["-exit-on-error"], {"fail_fast": True}),
        (["--fail-fast"], {"fail_fast": True}),
        (["--no-cel"], {"cel": False}),
        (["--skip-cel-rules"], {"cel": False}),
        (["-cache", "c"], {"http_cache": "c"}),
        (["--cache-dir=c", "--no-cache"], {"cache_dir": "c", "cached": False}),
        (["-insecure-skip-tls-verify"], {"insecure": True}),
        (["-kubernetes-version", "1.29.3"], {"kubernetes": "1.29.3"}),
        (["-kubernetes-version=v1.36"], {"kubernetes": "1.36"}),
        (["-kubernetes-version=master"], {}),
        (["--color", "never", "-debug"], {"color": "never", "debug": True}),
        (["-h"], {"help": True}),
        (["-help", "-nonsense"], {"help": True}),
        (["-v"], {"version": True}),
    ],
)
def test_flags_are_read_as_go_reads_them(arguments: Sequence[str], changed: dict[str, Any]) -> None:
    settings = vars(read_settings(arguments))

    assert settings == vars(Settings()) | changed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-sumary"], "there is no flag -sumary; did you mean -summary?"),
        (["--outptu=json"], "there is no flag --outptu; did you mean -output?"),
        (["-xyzzy"], "there is no flag -xyzzy"),
        (["---strict"], "there is no flag ---strict; did you mean -strict?"),
        (["-=x"], "there is no flag -"),
        (["-output", "jsn"], "-output: 'jsn' is not known here; did you mean json?"),
        (
            ["-output=yaml"],
            "-output: 'yaml' is not known here; one of text, json, junit, tap, pretty, sarif, github",
        ),
        (["-n", "many"], "-n: 'many' is no number; a whole number, 0 for one for each core"),
        (["-n=-1"], "-n: '-1' is no number; a whole number, 0 for one for each core"),
        (["-strict=maybe"], "-strict: 'maybe' is neither true nor false"),
        (["-skip"], "-skip needs a value; -skip KIND,..."),
        (
            ["-kubernetes-version", "latest"],
            "-kubernetes-version: 'latest' is no version of Kubernetes; such as 1.36 or 1.36.2, or master for the newest",
        ),
    ],
)
def test_a_wrong_flag_is_told_with_the_right_one(arguments: Sequence[str], message: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        read_settings(arguments)

    assert str(refused.value).splitlines() == [message, "fabricgen validate -h lists all flags"]
    assert refused.value.exit_code == 2


def test_all_wrong_flags_are_told_at_once() -> None:
    with pytest.raises(ProblemsError) as refused:
        read_settings(["-sumary", "-n=x", "apps", "-skp", "y"])

    assert len(refused.value.problems) == 4


def test_the_engine_is_told_all_that_the_flags_say() -> None:
    arguments = (
        "-schema-location=s -kubernetes-version=1.30 --no-strict --no-cel -skip=A -reject=B "
        "-ignore-filename-pattern=x -ignore-missing-schemas --skip-json-path=/a -n=3 -exit-on-error -verbose "
        "--cache-dir=c -cache=h -insecure-skip-tls-verify"
    )

    options = options_of(read_settings(arguments.split()))

    assert options == Options(
        schema_locations=("s",),
        kubernetes="1.30",
        strict=False,
        cel=False,
        skip=("A",),
        reject=("B",),
        ignore_files=("x",),
        ignore_missing_schemas=True,
        skip_paths=("/a",),
        jobs=3,
        fail_fast=True,
        every=True,
        cache="c",
        http_cache="h",
        insecure=True,
    )


def test_without_flags_the_engine_does_what_it_does_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")

    assert options_of(read_settings([])) == Options(cache="/caches/fabricgen")
    assert options_of(read_settings([])).kubernetes == NEWEST_KUBERNETES


@pytest.mark.parametrize("form", ["tap", "junit"])
def test_forms_that_tell_of_all_documents_are_given_all(form: str) -> None:
    assert options_of(read_settings(["-output", form, "--no-cache"])) == Options(every=True)


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_CACHE_HOME": "/caches", "HOME": "/home/me"}, "/caches/fabricgen"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/me"}, "/home/me/.cache/fabricgen"),
        ({"HOME": "/home/me"}, "/home/me/.cache/fabricgen"),
        ({}, ""),
    ],
)
def test_verdicts_are_kept_where_caches_belong(environment: dict[str, str], folder: str) -> None:
    assert default_cache(environment) == folder


@pytest.mark.parametrize(
    ("glob", "kept"),
    [
        ("kustomization.yaml", ["a+(b).yaml", "apps/my-kustomization.yaml", "apps/x.yaml", "tests/x.yaml"]),
        ("test*", ["a+(b).yaml", "apps/kustomization.yaml", "apps/my-kustomization.yaml", "apps/x.yaml"]),
        ("?.yaml", ["a+(b).yaml", "apps/kustomization.yaml", "apps/my-kustomization.yaml"]),
        (
            "a+(b).yaml",
            ["apps/kustomization.yaml", "apps/my-kustomization.yaml", "apps/x.yaml", "tests/x.yaml"],
        ),
    ],
)
def test_files_and_folders_are_left_out_by_a_glob_over_their_names(
    glob: str, kept: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("apps").mkdir()
    Path("tests").mkdir()
    for name in (
        "a+(b).yaml",
        "apps/kustomization.yaml",
        "apps/my-kustomization.yaml",
        "apps/x.yaml",
        "tests/x.yaml",
    ):
        Path(name).touch()

    ignore = read_settings(["--skip-file", glob]).ignore_files

    assert list(find_files(["."], ignore=ignore)) == kept


@pytest.mark.tools
def test_every_flag_of_kubeconform_is_a_flag_here_and_takes_a_value_where_it_does(
    tool: Callable[[str], str],
) -> None:
    told = subprocess.run([tool("kubeconform"), "-h"], capture_output=True, text=True, check=False).stdout
    theirs = dict(re.findall(r"(?m)^  -([a-z-]+)(?: (\w+))?", told))

    ours = {name: flag for flags in FLAGS.values() for flag in flags for name in flag.names}

    assert len(theirs) == 17
    assert {name: bool(takes) for name, takes in theirs.items()} == {
        name: bool(ours[name].takes) for name in theirs
    }
    assert {name for name in theirs if len(name) > 1} == ONE_DASH


def test_no_two_flags_have_one_name() -> None:
    names = [name for flags in FLAGS.values() for flag in flags for name in flag.names]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "flag", [flag for flags in FLAGS.values() for flag in flags], ids=lambda flag: flag.names[0]
)
def test_switches_take_no_value_and_all_else_does(flag: Flag) -> None:
    assert bool(flag.takes) is (flag.read not in {switch, switch_off})


def test_help_names_every_flag_and_fits_a_terminal() -> None:
    text = help_text()

    assert all(f"-{name}" in text for flags in FLAGS.values() for flag in flags for name in flag.names)
    assert max(map(len, text.splitlines())) <= 120


def test_help_imports_neither_argparse_nor_the_engine() -> None:
    program = (
        "import sys; from fabricgen.commands.validate import run; run(['-h']); "
        "print(sorted({'argparse', 'dataclasses', 'pathlib', 'json', 'yaml', 'fabricgen.validation.run'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
