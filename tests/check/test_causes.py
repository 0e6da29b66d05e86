"""Which key of a description a finding in its rendered tree comes from."""

import pytest

from fabricgen.check.causes import cause_of
from fabricgen.errors import Path
from fabricgen.finding import Finding
from fabricgen.lint import Found

CILIUM = ("cni", "cilium")
WRITTEN: set[Path] = {
    (),
    CILIUM,
    (*CILIUM, "values"),
    (*CILIUM, "values", "bpf"),
    (*CILIUM, "hubble"),
    (*CILIUM, "l2"),
    ("networks", "loadBalancers", "lab"),
    ("nodes", 1),
    ("distribution", "talos"),
}


@pytest.mark.parametrize(
    ("file", "label", "path", "cause"),
    [
        (
            "infrastructure/cilium/release.yaml",
            "",
            ("spec", "values", "bpf", "tproxy"),
            (*CILIUM, "values", "bpf"),
        ),
        ("infrastructure/cilium/release.yaml", "", ("spec", "values", "hubble", "ui"), (*CILIUM, "hubble")),
        ("infrastructure/cilium/release.yaml", "", ("spec", "values", "mtu"), CILIUM),
        ("bootstrap/cilium-values.yaml", "", ("hubble", "enabled"), (*CILIUM, "hubble")),
        (
            "infrastructure/cilium-config/pools.yaml",
            "CiliumLoadBalancerIPPool lab",
            (),
            ("networks", "loadBalancers", "lab"),
        ),
        (
            "infrastructure/metallb/pools.yaml",
            "IPAddressPool metallb/lab",
            (),
            ("networks", "loadBalancers", "lab"),
        ),
        ("infrastructure/cilium-config/l2.yaml", "CiliumL2AnnouncementPolicy a", (), (*CILIUM, "l2")),
        ("talos/node/cp-2/machine.yaml", "", ("machine",), ("nodes", 1)),
        ("talos/all/machine.yaml", "", ("machine",), ("distribution", "talos")),
        ("infrastructure/monitoring/rules.yaml", "PrometheusRule a", (), None),
    ],
)
def test_a_finding_is_led_back_to_the_nearest_key(
    file: str, label: str, path: Path, cause: Path | None
) -> None:
    finding = Finding(rule="CIL001", severity="error", file=file, message="wrong", object=label)

    found = cause_of(Found(finding=finding, path=path), file=file, written=WRITTEN, nodes=["cp-1", "cp-2"])

    assert found == cause
