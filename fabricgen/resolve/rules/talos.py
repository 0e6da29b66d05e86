"""Rules about Talos: cluster DNS, certificates, kernel parameters. `docker` has those about its containers."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from fabricgen.description import Description
from fabricgen.errors import Problem

_SYSCTL = re.compile(r"[a-z0-9_-]+([./][A-Za-z0-9_*:-]+)+")
_SAN = re.compile(r"(\*\.)?(?!.*[.-]{2})[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?")


def rule_dns_to_host_and_ebpf_routing_exclude_each_other(description: Description) -> Iterator[Problem]:
    """Host routing in eBPF bypasses the host's resolver address, and cluster DNS times out.

    Source: https://github.com/siderolabs/talos/issues/10002
    """
    talos, cilium = description.distribution.talos, description.cni.cilium
    if talos is None or talos.docker is not None or cilium is None or not talos.forward_dns_to_host:
        return
    masquerade = cilium.kube_proxy_replacement if cilium.bpf_masquerade is None else cilium.bpf_masquerade
    if masquerade and not cilium.host_legacy_routing:
        yield Problem(
            message="with Cilium's eBPF host routing CoreDNS cannot reach the node's resolver, and cluster DNS times out",
            path=("distribution", "talos", "forwardDnsToHost"),
            hint="remove it, or write cni.cilium.hostLegacyRouting: true",
        )


def rule_sysctls_are_kernel_parameters(description: Description) -> Iterator[Problem]:
    """Talos writes them below /proc/sys."""
    talos = description.distribution.talos
    for key in talos.sysctls if talos else ():
        if not _SYSCTL.fullmatch(key):
            message = f"{key!r} is no kernel parameter such as net.ipv4.ip_forward"
            yield Problem(
                message=message,
                path=("distribution", "talos", "sysctls", key),
                hint="write the name as sysctl(8) has it; the value stands after the colon",
            )


def rule_certificates_name_hosts(description: Description) -> Iterator[Problem]:
    """A certificate names addresses and DNS names, no URLs."""
    talos, k3s = description.distribution.talos, description.distribution.k3s
    named = (
        (("distribution", "talos", "certSans"), talos.cert_sans if talos else ()),
        (("distribution", "k3s", "tlsSans"), k3s.tls_sans if k3s else ()),
    )
    for path, names in named:
        for index, name in enumerate(names):
            if not (_SAN.fullmatch(name) or _is_address(name)):
                message = f"{name!r} is neither an address nor a DNS name"
                yield Problem(
                    message=message,
                    path=(*path, index),
                    hint="write the name or address alone, without https:// and port",
                )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
