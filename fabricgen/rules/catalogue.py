"""Every family of rules, and the one way to all of its rules."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from fabricgen.rules.rule import RULES, Rule

FAMILIES: Final[Mapping[str, tuple[str, str]]] = {
    "ADR": ("addresses cluster_networks", "Address plan"),
    "CIL": ("cilium", "Values of the Cilium chart"),
    "RTE": ("routing datapath", "Routing and datapath"),
    "LBS": ("pools pool_versions load_balancing service_addresses", "Load balancing"),
    "L2A": ("l2 l2_addresses metallb", "L2 announcements"),
    "BGP": ("bgp bgp_sessions bgp_speakers metallb", "BGP"),
    "POL": ("policies", "Network policies"),
    "GWY": ("gateway", "Gateway API"),
    "HUB": ("hubble", "Hubble"),
    "ENC": ("encryption", "Encryption"),
    "TAL": ("talos talos_network talos_documents talos_patches talos_machines", "Talos"),
    "K3S": ("k3s k3s_network k3s_servers", "k3s"),
    "SRC": ("sources", "Flux sources"),
    "REF": ("references", "References between Flux' objects"),
    "FLX": ("ordering", "Flux order and references"),
    "FLS": ("safety", "Flux safety"),
    "VER": ("versions", "Versions that work together"),
    "BTS": ("bootstrap", "Bootstrap and adoption"),
}
"""The prefix of a family's ids: its modules in this package, and its name for people."""


def all_rules() -> tuple[Rule, ...]:
    """Return every rule, family after family in the order above, by number within."""
    for modules, _ in FAMILIES.values():
        for module in modules.split():
            import_module(f"fabricgen.rules.{module}")
    order = list(FAMILIES)
    return tuple(sorted(RULES.values(), key=lambda one: (order.index(one.id[:3]), one.id)))
