"""Every example of every help runs, in a repository as `fabricgen init` makes one.

Those that need the network, a registry or a cluster are read by their command's parser instead, so that their flags
exist.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fabricgen.cli import main
from fabricgen.commands.parser import COMMANDS, command_parser

ROOT = Path(__file__).parent.parent
ACTIONS = ("pull", "import", "list", "verify")
ELSEWHERE = {
    r"schemas pull(?!.*--dry-run)": "the network",
    r"push (?!.*--dry-run)": "a registry",
    r"kubectl get|schemas import crds/": "a cluster",
    r"kustomize build": "kustomize",
    r"fabricgen init$": "a person who answers",
}
"""Examples that cannot run here, by what they are and what they need."""
OLDER = {
    r"(?s)( talos:\n.*?version: )\S+": r"\1v1.12.5",
    r"(?s)( cilium:\n.*?version: )\S+": r"\g<1>1.19.6",
    r"(?m)^kubernetes: \S+": "kubernetes: 1.34.2",
}
"""Versions from which there is something to upgrade to."""
FAILS = {"schemas verify": 2, "schemas list": 0, "import values.yaml": 2}
"""What ends otherwise, and how: nothing was pulled here, and a draft is one because facts are missing."""


def _help(*words: str) -> str:
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.suppress(SystemExit):
        main([*words, "--help"])
    return told.getvalue()


def _examples(*words: str) -> Iterator[str]:
    _, _, after = _help(*words).partition("\nexamples:\n")
    yield from re.findall(r"(?m)^  ([^ #].*)$", after.partition("\n\n")[0])


TOPICS = [(), *((name,) for name in COMMANDS), *(("schemas", action) for action in ACTIONS)]
EXAMPLES = [one for topic in TOPICS for one in _examples(*topic)]
HERE = [one for one in EXAMPLES if not any(re.search(pattern, one) for pattern in ELSEWHERE)]
FAR = [one for one in EXAMPLES if one not in HERE]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one rendered and committed cluster, and what examples name beside it."""
    folder = tmp_path_factory.mktemp("examples") / "home-ops"
    for place in ("schema", "kubernetes/apps", "../me/.zfunc", "../me/.config/fish/completions"):
        (folder / place).mkdir(parents=True)
    (folder / "kubernetes/apps/app.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    _run(
        "fabricgen init home --distribution talos --nodes-network 10.0.0.0/24 --git https://github.com/me/home"
        " --node cp-1=10.0.0.11:control-plane:amd64:/dev/sda",
        folder,
    )
    description = folder / "clusters/home.yaml"
    described = description.read_text(encoding="utf-8")
    for now, older in OLDER.items():
        described = re.sub(now, older, described)
    description.write_text(described, encoding="utf-8")
    git = "git -c user.name=me -c user.email=me@example.com"
    _run("fabricgen render", folder)
    _run(f"git init -q -b main && git add . && {git} commit -q -m all", folder)
    _run(
        "git update-ref refs/remotes/origin/main HEAD && git remote add origin https://github.com/me/home",
        folder,
    )
    (folder / "values.yaml").write_text("routingMode: native\n", encoding="utf-8")
    shutil.copytree(folder / "gitops", folder / "../me/.config/fabricgen/before/gitops")
    old = folder.parent / "old-repository"
    for name in ("main", "other"):
        (old / "clusters").mkdir(parents=True, exist_ok=True)
        (old / "clusters" / f"{name}.yaml").write_text(described.replace("name: home\n", f"name: {name}\n"))
    _run("fabricgen render && rm -r clusters", old)
    return folder


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder.parent / "me"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def scratch(repository: Path, tmp_path: Path) -> Path:
    """A copy of the repository, for one example."""
    shutil.copytree(repository.parent, tmp_path / "copy", symlinks=True)
    return tmp_path / "copy" / "home-ops"


BEFORE = {
    "fabricgen push": "sed -i 's|^  git:|  oci:|; s|url: https.*|url: oci://ghcr.io/me/home|; s|branch: main|tag: latest|'"
    " clusters/home.yaml"
    " && fabricgen render && git -c user.name=me -c user.email=me@example.com commit -qam oci",
    "fabricgen init": "rm -r clusters gitops",
}
"""What is another way in the repository for some examples."""


@pytest.mark.parametrize("example", HERE)
def test_an_example_runs(example: str, scratch: Path) -> None:
    before = [command for words, command in BEFORE.items() if example.startswith(words)]
    assert _run(" && ".join(before) or "true", scratch).returncode == 0

    done = _run(example, scratch)

    wanted = next((code for words, code in FAILS.items() if words in example), None)
    assert done.returncode in ({0, 1} if wanted is None else {wanted}), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("example", FAR)
def test_an_example_that_needs_more_is_read_by_its_command(example: str) -> None:
    words = shlex.split(example.partition("fabricgen ")[2].partition(" | ")[0])
    name, rest = words[0], words[1:]

    told = _help(name)

    flags = {word for word in rest if word.startswith("-") and len(word) > 1}
    assert name in COMMANDS
    assert flags <= set(re.findall(r"--?[\w-]+", told + _help(*words[:2]))) | {"-summary", "-skip"}


def test_every_help_has_examples_exit_codes_and_a_page_that_exists() -> None:
    told = {topic: _help(*topic) for topic in TOPICS[1:]}

    assert [topic for topic, text in told.items() if "\nexamples:\n" not in text] == []
    assert [topic for topic, text in told.items() if "exit codes: 0" not in text] == []
    pages = {topic: re.findall(r"(?m)^page: (\S+)$", text) for topic, text in told.items()}
    assert [topic for topic, found in pages.items() if len(found) != 1] == []
    assert [one for found in pages.values() for one in found if not (ROOT / one).is_file()] == []


def test_examples_that_cannot_run_are_few_enough_to_be_looked_at() -> None:
    assert len(FAR) < len(HERE) / 3
    assert command_parser("render").prog == "fabricgen render"
