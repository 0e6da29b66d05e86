"""Kubernetes minors, and the Kubernetes inside k3s."""

from fabricgen.versions import K3S, KUBERNETES, kubernetes_of, minor_of, parse_version


def test_kubernetes_1_29_to_1_37_are_known() -> None:
    assert list(KUBERNETES) == [(1, minor) for minor in range(29, 38)]


def test_each_row_is_about_its_own_minor() -> None:
    assert {minor: minor_of(release.newest) for minor, release in KUBERNETES.items()} == {
        m: m for m in KUBERNETES
    }
    assert {m: minor_of(release.newest) for m, release in K3S.items() if release.newest} == {
        m: m for m, release in K3S.items() if release.newest
    }


def test_k3s_has_a_line_for_each_kubernetes_minor() -> None:
    assert list(K3S) == list(KUBERNETES)


def test_the_build_of_a_k3s_version_is_dropped_and_nothing_else() -> None:
    assert kubernetes_of(parse_version("1.34.9+k3s1")) == parse_version("1.34.9")
    assert kubernetes_of(parse_version("1.34.9+k3s1")).build is None
    assert str(kubernetes_of(parse_version("v1.37.0-rc.1+k3s2"))) == "1.37.0-rc.1"


def test_every_row_names_its_source() -> None:
    sources = [release.source for release in KUBERNETES.values()] + [
        release.source for release in K3S.values()
    ]
    assert all(source.startswith("https://") for source in sources)
