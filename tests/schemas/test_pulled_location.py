"""The folder that `fabricgen schemas pull` filled is found from wherever in the repository somebody stands."""

import json
from pathlib import Path

import pytest

from fabricgen.schemas import Kind, SchemaError, open_schemas
from fabricgen.schemas.locations import find_pulled
from fabricgen.schemas.lock import Entry, Pin, dump_lock, hash_of

RELEASE = Kind("helm.toolkit.fluxcd.io", "v2", "HelmRelease")
NAME = "helm.toolkit.fluxcd.io/helmrelease_v2.json"
POOL = Kind("cilium.io", "v2", "CiliumLoadBalancerIPPool")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a pulled folder at its top, and a folder of clusters."""
    root = tmp_path / "repository"
    data = json.dumps({"type": "object", "title": "pulled", "properties": {}}).encode()
    file = root / "schemas/flux/2.9.5" / NAME
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    lock = {Pin("flux", "2.9.5"): Entry(sources={}, files={NAME: hash_of(data)})}
    (root / "schemas/lock.json").write_bytes(dump_lock(lock))
    (root / ".git").mkdir()
    (root / "clusters/home").mkdir(parents=True)
    return root


def test_by_default_what_was_pulled_comes_first_and_our_models_last(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "clusters/home")
    schemas = open_schemas(["default"], kubernetes="1.36")

    release, pool = schemas.find(RELEASE), schemas.find(POOL)

    assert release is not None
    assert pool is not None
    assert release.body["title"] == "pulled"
    assert release.digest == schemas.digest(RELEASE)
    assert pool.origin == "fabricgen's model of CiliumLoadBalancerIPPool"


def test_a_pulled_folder_can_be_named(repository: Path) -> None:
    found = open_schemas([str(repository / "schemas")], kubernetes="1.36").find(RELEASE)

    assert found is not None
    assert found.body["title"] == "pulled"


@pytest.mark.parametrize("below", [".", "clusters", "clusters/home", "schemas"])
def test_it_is_looked_for_upwards(repository: Path, below: str) -> None:
    assert find_pulled(repository / below) == str(repository / "schemas")


def test_it_is_not_looked_for_outside_the_repository(repository: Path) -> None:
    inner = repository / "vendored"
    (inner / ".git").mkdir(parents=True)

    assert find_pulled(inner) is None


def test_a_folder_of_that_name_without_a_lock_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / ".git").mkdir()

    assert find_pulled(tmp_path) is None


def test_a_pulled_file_that_was_changed_is_refused(repository: Path) -> None:
    (repository / "schemas/flux/2.9.5" / NAME).write_text("{}")

    with pytest.raises(SchemaError, match="not the file that the lock names"):
        open_schemas([str(repository / "schemas")], kubernetes="1.36").find(RELEASE)
