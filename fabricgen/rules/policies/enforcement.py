"""Values of the Cilium chart that decide whether policies are enforced at all."""

from collections.abc import Iterator
from typing import Final

from fabricgen.fabric import CiliumRelease, Fabric
from fabricgen.repository import Item
from fabricgen.rules.policies.reading import GROUP, KINDS
from fabricgen.rules.rule import Edit, Hit, rule

_MODES: Final = "https://docs.cilium.io/en/v1.20/security/policy/intro/#policy-enforcement-modes"


def _policies(fabric: Fabric) -> tuple[Item, ...]:
    return (*fabric.of(GROUP, *KINDS), *fabric.of("networking.k8s.io", "NetworkPolicy"))


def _hit(cilium: CiliumRelease, path: str, message: str, *edits: Edit) -> Hit:
    return Hit(place=cilium.place(path), message=message, object=cilium.item.label, edits=edits)


@rule(
    "POL037",
    "warning",
    "Policies are enforced, not only watched",
    why="In audit mode nothing is dropped: what no policy allows is logged and let through.",
    source="https://docs.cilium.io/en/v1.20/security/policy-creation/#enable-policy-audit-mode-entire-daemon",
    fix="Remove policyAuditMode when the log shows nothing that you miss.",
)
def audit_mode(fabric: Fabric) -> Iterator[Hit]:
    """Yield audit mode for all endpoints."""
    cilium = fabric.cilium
    if cilium is not None and cilium.value("policyAuditMode", default=False) in {True, "true"}:
        message = f"policyAuditMode is on; policies that it makes void here: {len(_policies(fabric))}"
        place = cilium.place("policyAuditMode")
        written = Item(origin=cilium.item.origin, body=cilium.item.origin.body).get(*place.path)
        if written in {True, "true"}:
            edit = Edit(place, cilium.item.origin.index, "remove", place.path)
            yield _hit(cilium, "policyAuditMode", message, edit)
        else:
            yield _hit(cilium, "policyAuditMode", message)


@rule(
    "POL038",
    "warning",
    "policyEnforcementMode: never makes every policy void",
    why="All traffic is allowed, whatever policies say: it is meant for migrations, and easily left behind.",
    source=_MODES,
    fix="Set policyEnforcementMode: default.",
)
def never_enforced(fabric: Fabric) -> Iterator[Hit]:
    """Yield policies that nothing enforces."""
    cilium = fabric.cilium
    policies = _policies(fabric)
    if cilium is not None and policies and cilium.value("policyEnforcementMode") == "never":
        message = (
            f"policyEnforcementMode is never; {policies[0].label} is void, policies in all: {len(policies)}"
        )
        yield _hit(cilium, "policyEnforcementMode", message)


@rule(
    "POL039",
    "warning",
    "policyEnforcementMode: always needs policies for every pod",
    why="A pod that no policy selects may neither send nor receive: DNS first, then everything that asks it.",
    source=_MODES,
    fix="Set policyEnforcementMode: default, or write policies that allow what the cluster's own pods need.",
)
def always_without_policies(fabric: Fabric) -> Iterator[Hit]:
    """Yield enforcement everywhere where nothing is allowed."""
    cilium = fabric.cilium
    if cilium is not None and not _policies(fabric) and cilium.value("policyEnforcementMode") == "always":
        message = "policyEnforcementMode is always, and the repository has no policy"
        yield _hit(cilium, "policyEnforcementMode", message)
