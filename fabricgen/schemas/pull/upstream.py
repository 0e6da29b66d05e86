"""Where upstream publishes its schemas: addresses by component and version, with where each was checked.

Feeds `pull`. Data, and the one function that fills it in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fabricgen.schemas.lock import Pin
from fabricgen.versions.version import Minor, Version, minor_of, parse_version

Form = Literal["crds", "chart", "config"]
"""What an address leads to: YAML with CustomResourceDefinitions among other things, a packaged Helm chart, or
Talos' schema of its machine config."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address with {version} in it, and {channel} for Gateway API; upstream has it from minor to minor."""

    template: str
    form: Form = "crds"
    since: Minor = (0, 0)
    until: Minor = (9999, 0)  # exclusive

    def exists_in(self, version: Version) -> bool:
        """Return whether upstream has this file in that version."""
        return self.since <= minor_of(version) < self.until

    def fill(self, version: Version) -> str:
        """Return the address for one version; its build names the channel."""
        return self.template.format(version=version.replace(build=None), channel=version.build or STANDARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Something that publishes schemas under one version.

    Attributes:
        title: its name for people.
        usual: the version that is fetched where nothing pins one; None where a description always does.
        source: where the addresses were checked.
    """

    title: str
    addresses: tuple[Address, ...]
    source: str
    usual: str | None = None


STANDARD: Final = "standard"
EXPERIMENTAL: Final = "experimental"
"""Channels of Gateway API: version 1.1.0+experimental is the experimental channel of 1.1.0."""

_GITHUB: Final = "https://github.com"
_RAW: Final = "https://raw.githubusercontent.com"
_CILIUM_CRDS: Final = (
    _RAW + "/cilium/cilium/v{version}/pkg/k8s/apis/cilium.io/client/crds/"  # a folder cannot be fetched whole
)


def _cilium(*files: str, since: Minor = (0, 0), until: Minor = (9999, 0)) -> tuple[Address, ...]:
    return tuple(Address(template=f"{_CILIUM_CRDS}{file}.yaml", since=since, until=until) for file in files)


_CILIUM = (
    *_cilium(
        "v2/ciliumclusterwideenvoyconfigs",
        "v2/ciliumclusterwidenetworkpolicies",
        "v2/ciliumegressgatewaypolicies",
        "v2/ciliumendpoints",
        "v2/ciliumenvoyconfigs",
        "v2/ciliumidentities",
        "v2/ciliumlocalredirectpolicies",
        "v2/ciliumnetworkpolicies",
        "v2/ciliumnodeconfigs",
        "v2/ciliumnodes",
        "v2alpha1/ciliumendpointslices",
        "v2alpha1/ciliuml2announcementpolicies",
        "v2alpha1/ciliumpodippools",
    ),
    *_cilium("v2/ciliumexternalworkloads", until=(1, 18)),
    *_cilium("v2alpha1/ciliumbgppeeringpolicies", until=(1, 19)),
    *_cilium(
        "v2alpha1/ciliumbgpadvertisements",
        "v2alpha1/ciliumbgpclusterconfigs",
        "v2alpha1/ciliumbgpnodeconfigoverrides",
        "v2alpha1/ciliumbgpnodeconfigs",
        "v2alpha1/ciliumbgppeerconfigs",
        "v2alpha1/ciliumcidrgroups",
        "v2alpha1/ciliumloadbalancerippools",
        until=(1, 18),
    ),
    *_cilium(
        "v2/ciliumbgpadvertisements",
        "v2/ciliumbgpclusterconfigs",
        "v2/ciliumbgpnodeconfigoverrides",
        "v2/ciliumbgpnodeconfigs",
        "v2/ciliumbgppeerconfigs",
        "v2/ciliumcidrgroups",
        "v2/ciliumloadbalancerippools",
        "v2alpha1/ciliumgatewayclassconfigs",
        since=(1, 18),
    ),
    *_cilium("v2alpha1/ciliumdatapathplugins", since=(1, 20)),
)

COMPONENTS: Mapping[str, Component] = {
    "cilium": Component(
        title="Cilium",
        addresses=(
            *_CILIUM,
            Address(template="https://helm.cilium.io/cilium-{version}.tgz", form="chart", since=(1, 16)),
        ),
        source="pkg/k8s/apis/cilium.io/client/crds of cilium/cilium at v1.16.0, v1.16.6, v1.16.19, v1.17.0, v1.17.6, "
        "v1.17.16, v1.18.0, v1.18.2, v1.18.6, v1.18.8, v1.18.11, v1.19.0, v1.19.1, v1.19.6, v1.19.7, v1.20.0, v1.20.1 "
        "and v1.20.2: the same files in all patches of a minor; charts: CNAME and index.yaml of cilium/charts, where "
        "1.15 has no values.schema.json and cilium-1.20.0.tgz is the very file (by its hash) that others fetched",
    ),
    "flux": Component(
        title="Flux",
        addresses=(Address(template=f"{_GITHUB}/fluxcd/flux2/releases/download/v{{version}}/install.yaml"),),
        source="step `Generate manifests` in .github/workflows/release.yaml and `extra_files` in .goreleaser.yml of "
        "fluxcd/flux2 at v2.9.4; what it is built from: manifests/install/kustomization.yaml at v2.5.1, v2.6.4, v2.8.8 "
        "and v2.9.4",
    ),
    "flux-operator": Component(
        title="flux-operator",
        addresses=(
            Address(
                template=f"{_GITHUB}/controlplaneio-fluxcd/flux-operator/releases/download/v{{version}}/install.yaml"
            ),
        ),
        source=".github/workflows/release.yaml and .goreleaser.yml of controlplaneio-fluxcd/flux-operator at v0.58.1",
    ),
    "gateway-api": Component(
        title="Gateway API",
        addresses=(
            Address(
                template=f"{_GITHUB}/kubernetes-sigs/gateway-api/releases/download/v{{version}}/{{channel}}-install.yaml"
            ),
        ),
        source="hack/build-install-yaml.sh of kubernetes-sigs/gateway-api at v1.1.0 and v1.6.1; run at v1.6.1, it makes "
        "the very file (by its hash) that others fetched from the release",
    ),
    "grafana-operator": Component(
        title="grafana-operator",
        addresses=(
            Address(template=f"{_GITHUB}/grafana/grafana-operator/releases/download/v{{version}}/crds.yaml"),
        ),
        source="Makefile (kustomize-github-assets) and .github/workflows/release.yaml of grafana/grafana-operator at v5.24.0",
        usual="5.24.0",
    ),
    "metallb": Component(
        title="MetalLB",
        addresses=(
            Address(template=_RAW + "/metallb/metallb/v{version}/config/manifests/metallb-native.yaml"),
            Address(
                template=f"{_GITHUB}/metallb/metallb/releases/download/metallb-chart-{{version}}/metallb-{{version}}.tgz",
                form="chart",
            ),
        ),
        source="config/manifests and charts/metallb of metallb/metallb at v0.14.9, v0.15.2 and v0.16.1; step "
        "`Chart releaser` in .github/workflows/publish.yaml at v0.15.2",
    ),
    "prometheus-operator": Component(
        title="prometheus-operator",
        addresses=(
            Address(
                template=f"{_GITHUB}/prometheus-operator/prometheus-operator/releases/download/"
                "v{version}/stripped-down-crds.yaml"
            ),
        ),
        source="Makefile (stripped-down-crds.yaml) and .github/workflows/release.yaml of "
        "prometheus-operator/prometheus-operator at v0.93.0; part of releases since v0.60.0",
        usual="0.93.0",
    ),
    "talos": Component(
        title="Talos",
        addresses=(
            Address(
                template=_RAW
                + "/siderolabs/talos/v{version}/pkg/machinery/config/schemas/config.schema.json",
                form="config",
            ),
        ),
        source="pkg/machinery/config/schemas of siderolabs/talos at v1.9.0 to v1.13.0, v1.12.4, v1.12.5 and v1.14.0-rc.1",
    ),
}
"""Name of a component, which is also its folder -> what it publishes."""


def downloads_of(pin: Pin) -> tuple[tuple[str, Form], ...]:
    """Return the addresses that make up a version of a component, in a fixed order.

    Raises KeyError for an unknown component, ValueError for what is no version.
    """
    version = parse_version(pin.version)
    return tuple(
        (address.fill(version), address.form)
        for address in COMPONENTS[pin.component].addresses
        if address.exists_in(version)
    )
