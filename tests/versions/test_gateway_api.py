"""Which CRDs go with which Cilium."""

from pathlib import Path

import pytest

from fabricgen.versions import CILIUM, GATEWAY_API, GatewayApiRelease, parse_version
from fabricgen.versions.gateway_api import api_version, needs_experimental, release_for, required_kinds

CILIUMS = (
    "1.16.0",
    "1.16.19",
    "1.17.0",
    "1.17.3",
    "1.17.4",
    "1.17.18",
    "1.18.6",
    "1.19.7",
    "1.20.0",
    "1.20.2",
)


@pytest.mark.parametrize(
    ("cilium", "tag"),
    [
        ("1.16.6", "v1.1.0"),
        ("1.17.18", "v1.2.0"),
        ("1.18.6", "v1.3.0"),
        ("1.19.6", "v1.4.1"),
        ("1.20.1", "v1.6.1"),
    ],
)
def test_each_cilium_gets_the_release_of_its_documentation(cilium: str, tag: str) -> None:
    assert release_for(parse_version(cilium)).tag == tag


@pytest.mark.parametrize("cilium", CILIUMS)
def test_the_release_for_a_cilium_serves_all_that_its_operator_requires(cilium: str) -> None:
    version = parse_version(cilium)
    release = release_for(version)
    lacking = [kind for kind, served in required_kinds(version) if served not in release.served.get(kind, ())]
    assert lacking == []


@pytest.mark.parametrize(
    ("cilium", "experimental"), [("1.16.19", True), ("1.17.3", True), ("1.17.4", False), ("1.20.0", False)]
)
def test_cilium_before_1_17_4_needs_the_experimental_channel(cilium: str, experimental: bool) -> None:  # noqa: FBT001 - a row
    assert needs_experimental(parse_version(cilium)) is experimental


def test_the_experimental_channel_is_built_from_its_own_folder() -> None:
    release = release_for(parse_version("1.16.6"))
    assert (release.channel, release.path) == ("experimental", "config/crd/experimental")
    assert release.commit == GATEWAY_API[release.version].commit
    assert "TLSRoute" in release.kinds


def test_the_standard_channel_is_built_from_the_folder_above_it() -> None:
    release = release_for(parse_version("1.20.1"))
    assert (release.channel, release.path) == ("standard", "config/crd")


def test_a_wanted_release_is_taken() -> None:
    release = release_for(parse_version("1.17.18"), wanted=parse_version("1.2.1"))
    assert (release.tag, release.commit) == ("v1.2.1", "a8fe5c8732a37ef471d86afaf570ff8ad0ef0221")


def test_a_wanted_patch_release_that_is_not_known_has_no_commit_and_the_kinds_of_the_one_before() -> None:
    release = release_for(parse_version("1.20.1"), wanted=parse_version("1.6.3"))
    assert (release.tag, release.commit) == ("v1.6.3", None)
    assert release.kinds == GATEWAY_API[parse_version("1.6.1")].kinds
    assert "/v1.6.3/" in release.source


def test_a_wanted_release_older_than_all_known_ones_is_refused() -> None:
    with pytest.raises(KeyError):
        release_for(parse_version("1.17.0"), wanted=parse_version("1.0.0"))


@pytest.mark.parametrize(
    ("kind", "tag", "expected"),
    [
        ("GatewayClass", "1.1.0", "gateway.networking.k8s.io/v1"),
        ("HTTPRoute", "1.6.1", "gateway.networking.k8s.io/v1"),
        ("GRPCRoute", "1.2.0", "gateway.networking.k8s.io/v1"),
        ("ReferenceGrant", "1.4.1", "gateway.networking.k8s.io/v1beta1"),
        ("ReferenceGrant", "1.5.1", "gateway.networking.k8s.io/v1"),
        ("TLSRoute", "1.5.0", "gateway.networking.k8s.io/v1"),
        ("TCPRoute", "1.6.0", "gateway.networking.k8s.io/v1"),
    ],
)
def test_an_object_takes_the_newest_version_that_is_served(kind: str, tag: str, expected: str) -> None:
    assert api_version(kind, GATEWAY_API[parse_version(tag)]) == expected


@pytest.mark.parametrize(
    ("kind", "tag"), [("TLSRoute", "1.4.1"), ("TCPRoute", "1.5.1"), ("BackendTLSPolicy", "1.3.0")]
)
def test_a_kind_that_the_standard_channel_lacks_has_no_version(kind: str, tag: str) -> None:
    with pytest.raises(KeyError):
        api_version(kind, GATEWAY_API[parse_version(tag)])


def test_every_release_that_we_choose_is_pinned_by_a_full_commit() -> None:
    chosen = [GATEWAY_API[release.gateway_api] for release in CILIUM.values()]
    commits = [release.commit or "" for release in chosen]
    assert all(len(commit) == 40 and set(commit) <= set("0123456789abcdef") for commit in commits)
    assert len(set(commits)) == len(commits)


def test_releases_stand_in_order() -> None:
    assert list(GATEWAY_API) == sorted(GATEWAY_API)


@pytest.mark.schemas
def test_every_version_served_by_1_6_1_has_a_schema(schemas_dir: Path) -> None:
    release: GatewayApiRelease = GATEWAY_API[parse_version("1.6.1")]
    names = [
        f"{kind.lower()}_{version}.json" for kind, versions in release.served.items() for version in versions
    ]
    folder = schemas_dir / "gateway.networking.k8s.io"
    assert [name for name in names if not (folder / name).exists()] == []
