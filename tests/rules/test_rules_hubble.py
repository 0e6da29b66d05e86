"""Rules of Hubble: versions, what is unknown, what the chart does by itself."""

import pytest

from fabricgen.fabric import infer
from fabricgen.lint import hits_of
from fabricgen.rules import Hit, hubble
from fabricgen.rules.example import clusters_of
from fabricgen.rules.rule import RULES

assert hubble.__all__

CILIUM = """\
# file: cilium.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: VERSION, sourceRef: {kind: HelmRepository, name: cilium}}}
  values: VALUES
"""


def cilium(values: str, version: str = "1.20.2") -> str:
    return CILIUM.replace("VALUES", values).replace("VERSION", version)


def hits(rule: str, *files: str) -> list[Hit]:
    clusters = clusters_of("".join(files))
    return [hit for cluster in clusters for _, hit in hits_of(infer(cluster), [RULES[rule]])]


@pytest.mark.parametrize(("version", "names"), [("1.20.2", ["kafka"]), ("1.19.6", ["sctp"])])
def test_metrics_come_and_go_with_versions(version: str, names: list[str]) -> None:
    values = "{hubble: {metrics: {enabled: ['dns:query;ignoreAAAA', kafka, sctp]}}}"

    found = [hit.message for hit in hits("HUB013", cilium(values, version))]

    assert found == [f"there is no metric {name}" for name in names]


def test_an_interface_that_stands_alone_needs_no_relay() -> None:
    values = "{hubble: {ui: {enabled: true, standalone: {enabled: true}}}}"

    assert hits("HUB002", cilium(values)) == []


def test_certificates_without_a_relay_are_nobodys_concern() -> None:
    assert hits("HUB008", cilium("{hubble: {enabled: true}}")) == []
    assert len(hits("HUB008", cilium("{hubble: {relay: {enabled: true}}}"))) == 1


def test_certificates_of_ones_own_are_not_helms() -> None:
    values = "{hubble: {relay: {enabled: true}, tls: {auto: {enabled: false}}}}"

    assert hits("HUB008", cilium(values)) == []


@pytest.mark.parametrize(
    ("capacity", "found"), [("4095", 0), ("65535", 0), ("1", 0), ("4096", 1), ("131071", 1), ("'many'", 1)]
)
def test_the_ring_has_one_less_than_a_power_of_two(capacity: str, found: int) -> None:
    assert len(hits("HUB006", cilium(f"{{hubble: {{eventBufferCapacity: {capacity}}}}}"))) == found


def test_a_release_that_does_not_wait_is_not_stopped_by_its_hook() -> None:
    values = "{hubble: {relay: {enabled: true}, tls: {auto: {method: cronJob}}}}"
    waiting = cilium(values, "1.18.11")

    assert len(hits("HUB010", waiting)) == 1
    assert hits("HUB010", waiting + "  install: {disableWait: true}\n") == []


def test_the_operator_has_metrics_unless_values_say_otherwise() -> None:
    values = "{operator: {prometheus: {SWITCHserviceMonitor: {enabled: true}}}}"

    assert hits("HUB014", cilium(values.replace("SWITCH", ""))) == []
    assert len(hits("HUB014", cilium(values.replace("SWITCH", "enabled: false, ")))) == 1


def test_values_from_elsewhere_keep_hubble_unknown() -> None:
    values = "{hubble: {relay: {enabled: true}}}"
    secret = cilium(values) + "  valuesFrom: [{kind: Secret, name: more}]\n"

    assert hits("HUB008", secret) == []
