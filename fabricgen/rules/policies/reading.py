"""Cilium's policies as rules see them: each spec with its rules, ports and peers.

Fed by the fabric; used by the modules beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.repository import Item
from fabricgen.repository.substitution import is_open
from fabricgen.rules.rule import Edit, Hit

GROUP: Final = "cilium.io"
KINDS: Final = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
ALLOWING: Final = ("ingress", "egress")
DENYING: Final = ("ingressDeny", "egressDeny")
DIRECTIONS: Final = (*ALLOWING, *DENYING)
CODE: Final = "https://github.com/cilium/cilium/blob/v1.20.2"
VALIDATION: Final = f"{CODE}/pkg/policy/api/rule_validation.go"
CRD: Final = f"{CODE}/pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnetworkpolicies.yaml"
REFUSED: Final = "Cilium refuses the whole policy, so nothing in it is enforced; only its status tells."
SERVER_REFUSES: Final = "The API server refuses the object, so what Flux applies with it stays as it was."
NAMESPACE_KEY: Final = "io.kubernetes.pod.namespace"
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One spec of a policy: `spec`, or one of `specs`, each of which stands for itself."""

    item: Item
    path: Path
    spec: Mapping[str, Any]

    @property
    def is_clusterwide(self) -> bool:
        """Whether it may select anything in the cluster."""
        return self.item.kind == KINDS[1]

    @property
    def is_for_hosts(self) -> bool:
        """Whether it selects nodes instead of pods."""
        return "nodeSelector" in self.spec

    @property
    def selects_all(self) -> bool:
        """Whether it selects all that it may, and says so."""
        selector = self.spec.get("endpointSelector")
        return isinstance(selector, Mapping) and not any(selector.values())

    def rules(self, *directions: str) -> Iterator["PolicyRule"]:
        """Yield its rules, of these directions or of all."""
        for direction in directions or DIRECTIONS:
            for number, body in enumerate(listed(self.spec, direction)):
                if isinstance(body, Mapping):
                    path = (*self.path, direction, number)
                    yield PolicyRule(policy=self, direction=direction, path=path, body=body)

    def denies_by_default(self, direction: str) -> bool:
        """Tell whether what it selects may only do what is allowed, `ingress` or `egress`.

        Source: Rule.Sanitize in pkg/policy/api/rule_validation.go of Cilium 1.20.2.
        """
        told = self.spec.get("enableDefaultDeny")
        written = told.get(direction) if isinstance(told, Mapping) else None
        if isinstance(written, bool):
            return written
        return bool(listed(self.spec, direction) or listed(self.spec, f"{direction}Deny"))

    def hit(self, message: str, *path: str | int, edits: tuple[Edit, ...] = ()) -> Hit:
        """Return a hit at a path below the spec."""
        return self.hit_at((*self.path, *path), message, edits=edits)

    def hit_at(self, path: Path, message: str, *, edits: tuple[Edit, ...] = ()) -> Hit:
        """Return a hit at a path of the object."""
        return Hit(place=self.item.place(*path), message=message, object=self.item.label, edits=edits)

    def edit(self, operation: Any, path: Path, value: Any = None) -> tuple[Edit, ...]:  # noqa: ANN401 - as in Edit
        """Return an edit at a path of the object; none where what stands there is not in the file itself."""
        seen = path if operation != "set" else path[:-1]
        written = Item(origin=self.item.origin, body=self.item.origin.body).get(*seen)
        if written is None or written != self.item.get(*seen):
            return ()
        place = self.item.place(*path)
        return (Edit(place, self.item.origin.index, operation, path, value),)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule:
    """One rule of a policy, with the path to it in the object."""

    policy: Policy
    direction: str
    path: Path
    body: Mapping[str, Any]

    @property
    def is_ingress(self) -> bool:
        """Whether it is about what comes in."""
        return self.direction.startswith("ingress")

    @property
    def is_denying(self) -> bool:
        """Whether it forbids instead of allowing."""
        return self.direction in DENYING

    def side(self, name: str) -> str:
        """Return the key of a kind of peers in this direction, such as `fromEndpoints` for `Endpoints`."""
        return ("from" if self.is_ingress else "to") + name

    def port_rules(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Yield each entry of `toPorts` with its path."""
        for number, one in enumerate(listed(self.body, "toPorts")):
            if isinstance(one, Mapping):
                yield (*self.path, "toPorts", number), one

    def ports(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Yield each port with its path."""
        for path, one in self.port_rules():
            for number, port in enumerate(listed(one, "ports")):
                if isinstance(port, Mapping):
                    yield (*path, "ports", number), port

    def layer7(self) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
        """Yield the path of each list of L7 rules that is not empty, its protocol, and the entry it stands in."""
        for path, one in self.port_rules():
            rules = one.get("rules")
            for protocol, found in rules.items() if isinstance(rules, Mapping) else ():
                if found:
                    yield (*path, "rules", str(protocol)), str(protocol), one


def policies_of(fabric: Fabric) -> Iterator[Policy]:
    """Yield each spec of each policy of Cilium, in the order of the objects."""
    for item in fabric.in_force(GROUP, *KINDS):
        spec = item.get("spec")
        if isinstance(spec, Mapping):
            yield Policy(item=item, path=("spec",), spec=spec)
        for number, one in enumerate(item.items("specs")):
            if isinstance(one, Mapping):
                yield Policy(item=item, path=("specs", number), spec=one)


def elsewhere(fabric: Fabric) -> Iterator[Policy]:
    """Yield the policies for whole clusters that stand in the repository, and are not known to be of this cluster.

    They may reach it by another way, so what they may allow counts before a rule says that nothing does.
    """
    known = {item.origin for item in fabric.in_force(GROUP, KINDS[1])}
    for document in fabric.cluster.repository.documents:
        if document["kind"] == KINDS[1] and document not in known and isinstance(document["spec"], Mapping):
            item = Item(origin=document, body=document.body)
            yield Policy(item=item, path=("spec",), spec=document["spec"])


def rules_of(fabric: Fabric, *directions: str) -> Iterator[PolicyRule]:
    """Yield each rule of each policy, of these directions or of all."""
    for policy in policies_of(fabric):
        yield from policy.rules(*directions)


def listed(body: Mapping[str, Any], key: str) -> Sequence[Any]:
    """Return the list under a key, an empty one where there is none."""
    value = body.get(key)
    return value if isinstance(value, list) else ()


def texts(body: Mapping[str, Any], key: str) -> Iterator[tuple[int, str]]:
    """Yield the texts of a list with their places in it; those that something fills in later are left out."""
    for number, one in enumerate(listed(body, key)):
        if isinstance(one, str) and not is_open(one):
            yield number, one


def labels_of(selector: object) -> dict[str, Any]:
    """Return what `matchLabels` of a selector asks for, without the sources `k8s:` and `any:` in front of keys."""
    wanted = selector.get("matchLabels") if isinstance(selector, Mapping) else None
    if not isinstance(wanted, Mapping):
        return {}
    return {str(key).removeprefix("k8s:").removeprefix("any:"): value for key, value in wanted.items()}


def keys_of(selector: object) -> Iterator[tuple[Path, str]]:
    """Yield each key that a selector asks for, as written, with the path to it."""
    if not isinstance(selector, Mapping):
        return
    wanted = selector.get("matchLabels")
    for key in wanted if isinstance(wanted, Mapping) else ():
        yield ("matchLabels", str(key)), str(key)
    for number, one in enumerate(listed(selector, "matchExpressions")):
        if isinstance(one, Mapping) and isinstance(one.get("key"), str):
            yield ("matchExpressions", number, "key"), one["key"]
