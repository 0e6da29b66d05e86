"""Certificates between Hubble's servers and its relay: who makes them, and who makes them anew."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.rules.hubble.parts import CHART, CHART_FAILS, VALIDATE, hit_of, runs_relay
from fabricgen.rules.rule import Hit, rule

_METHOD: Final = "hubble.tls.auto.method"
_VALID_DAYS: Final = 365
_TLS_DOCS: Final = "https://docs.cilium.io/en/v1.20/observability/hubble/configuration/tls/"


def _makes_certificates(cilium: CiliumRelease, method: str) -> bool:
    """Tell whether the chart makes certificates by this method. Raises UnknownError as `value` does."""
    if (
        not cilium.is_on("hubble.tls.enabled")
        or cilium.value("hubble.tls.auto.enabled", default=True) is not True
    ):
        return False
    return bool(cilium.value(_METHOD) == method)


@rule(
    "HUB008",
    "warning",
    "Hubble's certificates are renewed by somebody",
    why="Helm makes them once. Until Cilium 1.17 an upgrade of the release made new ones, since 1.18 it keeps those "
    "that it finds: when they end, the relay cannot reach any node.",
    source=f"{CHART}/templates/hubble/tls-helm/server-secret.yaml",
    fix="Set hubble.tls.auto.method: cronJob, or certmanager with an issuer.",
)
def made_by_helm(fabric: Fabric) -> Iterator[Hit]:
    """Yield certificates that Helm makes for a relay."""
    cilium = runs_relay(fabric)
    if cilium is None or not _makes_certificates(cilium, "helm"):
        return
    days = cilium.value("hubble.tls.auto.certValidityDuration", _VALID_DAYS)
    path = _METHOD if cilium.is_set(_METHOD) else "hubble"
    yield hit_of(cilium, path, f"{_METHOD} is helm: the relay's certificates end after {days} days")


@rule(
    "HUB009",
    "error",
    "Certificates by cert-manager have an issuer",
    why=CHART_FAILS,
    source=VALIDATE,
    fix="Set hubble.tls.auto.certManagerIssuerRef to a ClusterIssuer, or to an Issuer in Cilium's namespace.",
)
def without_issuer(fabric: Fabric) -> Iterator[Hit]:
    """Yield the method without its issuer."""
    cilium = fabric.cilium
    if cilium is None or not cilium.is_on("hubble.enabled") or not _makes_certificates(cilium, "certmanager"):
        return
    if not cilium.value("hubble.tls.auto.certManagerIssuerRef", {}):
        message = f"{_METHOD} is certmanager, and there is no certManagerIssuerRef"
        yield hit_of(cilium, _METHOD, message)


@rule(
    "HUB010",
    "warning",
    "Nobody waits for the relay before the job that makes its certificates",
    why="Up to Cilium 1.18 the job is a hook that runs after everything is ready, and the relay is ready after the job: "
    "a first installation that waits ends in its timeout.",
    source="https://github.com/cilium/cilium/issues/40381",
    fix="Set spec.install.disableWait: true, or use Cilium 1.19.",
    until="1.19",
)
def job_after_relay(fabric: Fabric) -> Iterator[Hit]:
    """Yield a HelmRelease that waits for what its own hook has to do first."""
    cilium = runs_relay(fabric)
    if cilium is None or cilium.role != "flux" or not _makes_certificates(cilium, "cronJob"):
        return
    waits = cilium.item.get("spec", "install", "disableWait") is not True and not cilium.item.get(
        "spec", "install", "disableHooks"
    )
    if waits and not cilium.is_at_least((1, 19)) and cilium.item.exact:
        message = f"{_METHOD} is cronJob with Cilium {cilium.version}, and the first installation waits"
        yield hit_of(cilium, _METHOD, message)


@rule(
    "HUB011",
    "warning",
    "The issuer of Hubble's certificates is there",
    why="The certificates are never made, so the relay never starts.",
    source=_TLS_DOCS,
    fix="Write the kind and name of an issuer that is there; an Issuer stands in Cilium's namespace.",
)
def missing_issuer(fabric: Fabric) -> Iterator[Hit]:
    """Yield an issuer of cert-manager that a repository with nothing elsewhere does not have."""
    cilium = fabric.cilium
    if cilium is None or not fabric.is_closed or not cilium.is_on("hubble.enabled"):
        return
    if not _makes_certificates(cilium, "certmanager"):
        return
    path = "hubble.tls.auto.certManagerIssuerRef"
    kind, name = cilium.value(f"{path}.kind", "Issuer"), cilium.value(f"{path}.name", "")
    if cilium.value(f"{path}.group", "cert-manager.io") != "cert-manager.io" or not name:
        return
    names = {one.name for one in fabric.of("cert-manager.io", str(kind))}
    if name not in names:
        yield hit_of(cilium, f"{path}.name", f"there is no {kind} {name}")
