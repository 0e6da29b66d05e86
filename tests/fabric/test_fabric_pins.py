"""What a repository pins, what its HelmReleases install, and who brings Cilium up."""

import pytest

from fabricgen.fabric import Fabric, UnknownError, agreed, infer, only
from fabricgen.rules.example import clusters_of


def fabric(text: str) -> Fabric:
    (cluster,) = clusters_of(text)
    return infer(cluster)


def document(file: str, *lines: str) -> str:
    text = "\n".join(lines)
    return f"# file: {file}\n{text}\n"


LAYER = document(
    "flux/apps.yaml",
    "apiVersion: kustomize.toolkit.fluxcd.io/v1",
    "kind: Kustomization",
    "metadata: {name: apps, namespace: flux-system}",
    "spec: {path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}",
)
OCI = (
    "apiVersion: source.toolkit.fluxcd.io/v1",
    "kind: OCIRepository",
    "metadata: {name: chart, namespace: apps}",
    "spec: {url: 'oci://example.test/charts/flux-operator', ref: {tag: 0.58.1@sha256:abc}}",
    "---",
)
RAW = "https://raw.githubusercontent.com/kubernetes-sigs/gateway-api"
RELEASE = (
    "apiVersion: helm.toolkit.fluxcd.io/v2",
    "kind: HelmRelease",
    "metadata: {name: operator, namespace: apps}",
    "spec: {chartRef: {kind: OCIRepository, name: chart}}",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (document("talos/talenv.yaml", "kubernetesVersion: v1.36.4"), "1.36.4"),
        (
            document(
                "up.yaml",
                "kind: KubernetesUpgrade",
                "apiVersion: tuppr.home-operations.com/v1alpha1",
                "spec: {kubernetes: {version: v1.36.4}}",
            ),
            "1.36.4",
        ),
        (
            document(
                "talos/all/a.yaml",
                "machine: {kubelet: {image: 'ghcr.io/siderolabs/kubelet:v1.36.4@sha256:ab'}}",
            ),
            "1.36.4",
        ),
        (
            document(
                "plan.yaml", "apiVersion: upgrade.cattle.io/v1", "kind: Plan", "spec: {version: v1.36.4+k3s1}"
            ),
            "1.36.4+k3s1",
        ),
        (document("group_vars/all.yaml", "k3s_version: v1.36.4+k3s1"), "1.36.4+k3s1"),
    ],
    ids=["talhelper", "tuppr", "image", "plan", "ansible"],
)
def test_kubernetes_is_pinned_in_many_ways(text: str, expected: str) -> None:
    (pin,) = fabric(text).pins.kubernetes

    assert str(pin.value) == expected


def test_talos_is_pinned_by_its_installer() -> None:
    text = document(
        "talos/all/a.yaml", "machine: {install: {image: 'factory.talos.dev/installer/abc:v1.13.7'}}"
    )

    assert [str(pin.value) for pin in fabric(text).pins.talos] == ["1.13.7"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [("2.9.x", (2, 9)), ("2.9.4", (2, 9)), ("~2.9.0", (2, 9)), ("2.x", None), ("^2.9.0", None), ("*", None)],
)
def test_a_range_of_flux_tells_its_minor_if_it_stays_in_one(
    written: str, expected: tuple[int, int] | None
) -> None:
    text = document(
        "flux.yaml",
        "apiVersion: fluxcd.controlplane.io/v1",
        "kind: FluxInstance",
        f"spec: {{distribution: {{version: '{written}'}}}}",
    )

    assert next((pin.value for pin in fabric(text).pins.flux), None) == expected


def test_flux_is_pinned_by_what_its_bootstrap_wrote() -> None:
    text = document(
        "gotk-components.yaml",
        "apiVersion: v1",
        "kind: Namespace",
        "metadata:",
        "  name: flux-system",
        "  labels: {app.kubernetes.io/part-of: flux, app.kubernetes.io/version: v2.6.4}",
    )

    assert [pin.value for pin in fabric(text).pins.flux] == [(2, 6)]


def test_an_operator_is_pinned_by_the_tag_of_its_chart() -> None:
    found = fabric(LAYER + document("apps/release.yaml", *OCI, *RELEASE))

    assert [str(pin.value) for pin in found.pins.flux_operator] == ["0.58.1"]
    assert [(one.chart, one.version) for one in found.helm_releases] == [("flux-operator", "0.58.1")]


def test_pins_of_one_minor_agree_and_others_do_not() -> None:
    text = document("a/talenv.yaml", "kubernetesVersion: v1.36.1")
    same = text + document("b/talenv.yaml", "kubernetesVersion: v1.36.4")
    other = text + document("b/talenv.yaml", "kubernetesVersion: v1.35.4")

    assert str(agreed(fabric(same).pins.kubernetes).value) == "1.36.4"
    with pytest.raises(UnknownError):
        agreed(fabric(other).pins.kubernetes)
    with pytest.raises(UnknownError):
        only(fabric(text).pins.flux)


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        ("{}", ("operator", "apps", "apps")),
        ("{targetNamespace: web}", ("web-operator", "web", "apps")),
        ("{targetNamespace: web, releaseName: x, storageNamespace: web}", ("x", "web", "web")),
    ],
    ids=["plain", "target", "told"],
)
def test_helm_is_told_names_as_helm_controller_tells_them(spec: str, names: tuple[str, str, str]) -> None:
    text = document("release.yaml", *RELEASE[:3], f"spec: {spec}")

    assert [(one.release, one.namespace, one.storage) for one in fabric(text).helm_releases] == [names]


def test_a_long_name_is_cut_as_helm_controller_cuts_it() -> None:
    """Source of the names: internal/release/name_test.go of helm-controller."""
    metadata = "metadata: {name: long-name-which-is-longer-than-53-characters, namespace: apps}"
    text = document("release.yaml", *RELEASE[:2], metadata, "spec: {targetNamespace: release-name-with-very}")

    assert [one.release for one in fabric(text).helm_releases] == [
        "release-name-with-very-long-name-which-i-788ca0d0d7b0"
    ]


@pytest.mark.parametrize(
    ("url", "version", "channel", "kind"),
    [
        ("https://github.com/kubernetes-sigs/gateway-api/config/crd?ref=v1.6.1", "1.6.1", "standard", ""),
        (
            "github.com/kubernetes-sigs/gateway-api//config/crd/experimental?ref=v1.4.1",
            "1.4.1",
            "experimental",
            "",
        ),
        (
            "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.2.0/standard-install.yaml",
            "1.2.0",
            "standard",
            "",
        ),
        (
            f"{RAW}/v1.2.0/config/crd/standard/gateway.networking.k8s.io_gateways.yaml",
            "1.2.0",
            "standard",
            "gateways",
        ),
        ("https://github.com/kubernetes-sigs/gateway-api/config/crd?ref=main", "None", "standard", ""),
    ],
    ids=["tag", "experimental", "release", "one", "branch"],
)
def test_crds_of_gateway_api_are_told_by_their_address(
    url: str, version: str, channel: str, kind: str
) -> None:
    (found,) = fabric(LAYER + document("apps/kustomization.yaml", f"resources: ['{url}']")).gateway_crds

    assert (str(found.version), found.channel, found.kind) == (version, channel, kind)
    assert found.layer is not None
    assert found.place.line == 1


def test_crds_of_gateway_api_are_told_by_what_is_written_in_them() -> None:
    text = document(
        "apps/crd.yaml",
        "apiVersion: apiextensions.k8s.io/v1",
        "kind: CustomResourceDefinition",
        "metadata:",
        "  name: gateways.gateway.networking.k8s.io",
        "  annotations: {gateway.networking.k8s.io/bundle-version: v1.5.1, gateway.networking.k8s.io/channel: experimental}",
    )

    (found,) = fabric(LAYER + text).gateway_crds

    assert (str(found.version), found.channel, found.kind) == ("1.5.1", "experimental", "gateways")


def test_crds_that_talos_fetches_are_of_no_layer() -> None:
    url = "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.5.1/experimental-install.yaml"
    text = document("talos/control-plane/crds.yaml", "cluster:", f"  extraManifests: ['{url}']")

    (found,) = fabric(text).gateway_crds

    assert (str(found.version), found.layer) == ("1.5.1", None)


def test_helmfile_tells_who_installs_cilium_with_which_values() -> None:
    text = document(
        "bootstrap/helmfile.yaml",
        "releases:",
        "  - {name: coredns, namespace: kube-system, chart: coredns/coredns}",
        "  - name: cilium",
        "    namespace: kube-system",
        "    chart: cilium/cilium",
        "    version: 1.20.2",
        "    values: [../apps/cilium/values.yaml]",
        "  - {name: cilium-old, chart: cilium/cilium, installed: false}",
    )

    (found,) = fabric(text).installs

    assert (found.release, found.namespace, str(found.version)) == ("cilium", "kube-system", "1.20.2")
    assert found.values == ("apps/cilium/values.yaml",)
    assert found.place("version").line == 6


def test_a_repository_is_closed_only_if_everything_is_in_it() -> None:
    assert fabric(LAYER + document("apps/release.yaml", *RELEASE)).is_closed
    assert not fabric(LAYER).is_closed
    assert not fabric(document("apps/release.yaml", *RELEASE)).is_closed


@pytest.mark.parametrize(
    "url", ["oci://ghcr.io/fluxcd/flux-manifests", "https://github.com/fluxcd/flux2.git"], ids=["oci", "git"]
)
@pytest.mark.parametrize(("tag", "minors"), [("v2.4.0", [(2, 4)]), ("latest", [])])
def test_the_source_that_flux_is_installed_from_tells_its_version(
    url: str, tag: str, minors: list[tuple[int, int]]
) -> None:
    text = document(
        "flux/flux.yaml",
        "apiVersion: source.toolkit.fluxcd.io/v1beta2",
        "kind: OCIRepository",
        "metadata: {name: flux-manifests, namespace: flux-system}",
        f"spec: {{url: '{url}', ref: {{tag: {tag}}}}}",
    )

    assert [one.value for one in fabric(text).pins.flux] == minors
