"""The corpus: our verdict on each document beside flux-schema's, kubeconform's and that of the API server's own code."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus_cases import Case, cases
from corpus_differences import by_name, differences, expected, kinds_without_schema
from corpus_tools import flux_schema_says, kubeconform_says, recorded, version, write_files

from fabricgen.validation.engine import Engine
from fabricgen.validation.options import Options

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = ROOT / "tests" / "tools"
OF_CUSTOM_RESOURCES = ("cilium/", "flux/", "gateway/", "other/operators")
NOT_ASKED = {
    "other/kustomize: Kustomization, the document that the others are made from": "no kind of an API server",
    "other/operators: BGPPeer, the document that the others are made from": "upstream's maximum is beyond its format",
    "other/operators: a connect time of a minute in seconds and milliseconds": "the same",
    "flux/helmrelease: a kind with the wrong case": "a file of a schema does not tell the case of its kind",
}


@pytest.fixture(scope="session")
def engine(schemas_dir: Path) -> Engine:
    """Our engine over upstream's schemas."""
    return Engine(Options(schema_locations=(str(schemas_dir),), every=True))


@pytest.fixture(scope="session")
def own_engine() -> Engine:
    """Our engine over the schemas that fabricgen brings along."""
    return Engine(Options(schema_locations=("default",), every=True))


@pytest.fixture(scope="session")
def flux_schema() -> str:
    """flux-schema, where it is installed; it is optional, because not every proxy hands its module out."""
    program = ROOT / ".tools" / "bin" / "flux-schema"
    if not os.access(program, os.X_OK):
        pytest.skip("flux-schema is not installed: `make tools` says why; what it says is recorded")
    return str(program)


@pytest.fixture(scope="session")
def server_says(
    tool: Callable[[str], str], schemas_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What the API server's own code has against each case that it can be asked about; empty for nothing."""
    folder = tmp_path_factory.mktemp("corpus")
    asked = [case for case in cases() if case.name not in NOT_ASKED and case.fault != "placeholder"]
    files = write_files(asked, folder)
    command = [tool("apiserver"), str(schemas_dir), *(str(folder / name) for name in files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return {files[Path(one["file"]).name].name: "; ".join(filter(None, one["said"])) for one in said}


def _takes(engine: Engine, case: Case) -> bool:
    """Whether nothing in a case is refused; what is skipped is not."""
    verdicts = engine.review_bytes(case.content, file="case.yaml").verdicts
    return all(verdict.status in {"valid", "skipped"} for verdict in verdicts)


def _lacks_schema(engine: Engine, case: Case) -> bool:
    """Whether a kind in a case is among those that fabricgen brings no schema for."""
    verdicts = engine.review_bytes(case.content, file="case.yaml").verdicts
    missing = {f"{verdict.api_version}/{verdict.kind}" for verdict in verdicts if verdict.missing_schema}
    return not missing.isdisjoint(kinds_without_schema())


def _is_taken_by_flux_schema(case: Case) -> bool:
    return set(recorded("flux-schema")[case.name]) <= {"valid"}


def _listed(case: Case) -> tuple[bool | None, bool | None]:
    """Return whether we and flux-schema take a case, by the list of differences: else as the API server does."""
    difference = expected("upstream").get(case.name)
    return (difference.ours, difference.theirs) if difference else (case.taken, case.taken)


@pytest.mark.schemas
@pytest.mark.parametrize("case", cases(), ids=str)
def test_our_verdict_and_flux_schemas_are_the_api_servers_or_stand_in_the_list(
    case: Case, engine: Engine
) -> None:
    assert (_takes(engine, case), _is_taken_by_flux_schema(case)) == _listed(case)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_the_schemas_that_fabricgen_brings_along_judge_as_the_api_server_or_it_stands_in_the_list(
    case: Case, own_engine: Engine
) -> None:
    difference = expected("own").get(case.name)
    right = difference.ours if difference else case.taken

    assert _takes(own_engine, case) == right or _lacks_schema(own_engine, case)


@pytest.mark.parametrize("kind", kinds_without_schema())
def test_a_kind_that_is_listed_without_a_schema_has_none(kind: str, own_engine: Engine) -> None:
    api_version, _, name = kind.rpartition("/")
    text = f"{{apiVersion: {api_version}, kind: {name}, metadata: {{name: a}}}}"

    (verdict,) = own_engine.review_bytes(text.encode(), file="case.yaml").verdicts

    assert verdict.missing_schema


def test_there_are_many_cases_each_with_a_name_of_its_own() -> None:
    names = [case.name for case in cases()]

    assert len(set(names)) == len(names) >= 1000


@pytest.mark.parametrize("run", ["upstream", "own"])
def test_every_listed_difference_is_one(run: str) -> None:
    listed = expected("upstream" if run == "upstream" else "own")
    known = by_name()

    assert listed.keys() - known.keys() == set()
    assert [
        name
        for name, one in listed.items()
        if one.ours == known[name].taken and one.theirs in {None, one.ours}
    ] == []
    assert [one.title for one in (*differences("upstream"), *differences("own")) if not one.names] == []


@pytest.mark.parametrize("name", ["flux-schema", "kubeconform"])
def test_the_record_holds_every_case_and_no_other(name: str) -> None:
    assert recorded(name).keys() == by_name().keys()


def test_the_record_is_of_the_pinned_versions() -> None:
    pinned = (TOOLS / "flux-schema" / "pin.txt").read_text(encoding="utf-8").split()[0]
    modules = (TOOLS / "kubeconform" / "go.mod").read_text(encoding="utf-8")

    assert f"v{version('flux-schema')}" == pinned
    assert f"github.com/yannh/kubeconform v{version('kubeconform')} " in modules


@pytest.mark.tools
@pytest.mark.schemas
def test_flux_schema_says_what_is_recorded(flux_schema: str, schemas_dir: Path, tmp_path: Path) -> None:
    assert flux_schema_says(flux_schema, cases(), schemas=schemas_dir, folder=tmp_path) == recorded(
        "flux-schema"
    )


@pytest.mark.tools
@pytest.mark.schemas
def test_kubeconform_says_what_is_recorded(
    tool: Callable[[str], str], schemas_dir: Path, tmp_path: Path
) -> None:
    said = kubeconform_says(tool("kubeconform"), cases(), schemas=schemas_dir, folder=tmp_path)

    assert said == recorded("kubeconform")


@pytest.mark.tools
@pytest.mark.schemas
def test_what_the_api_servers_own_code_refuses_is_refused_in_the_corpus(server_says: dict[str, str]) -> None:
    known = by_name()

    assert {name: against for name, against in server_says.items() if against and known[name].taken} == {}


@pytest.mark.tools
@pytest.mark.schemas
def test_a_custom_resource_that_the_api_servers_own_code_takes_is_taken_in_the_corpus(
    server_says: dict[str, str],
) -> None:
    known = by_name()
    custom = {name for name in server_says if name.startswith(OF_CUSTOM_RESOURCES)}

    assert [name for name in custom if not server_says[name] and not known[name].taken] == []
