"""Rules about pinned addresses and the Services that hold them."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from fabricgen.description import Description
from fabricgen.description.networks import VipService
from fabricgen.errors import Path, Problem, format_path
from fabricgen.resolve.rules.features import ciliums
from fabricgen.resolve.rules.owners import pool_blocks

# Service names are RFC 1035 labels: https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service
_SERVICE_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
# What the chart itself writes in kube-system.
_CHARTS_SERVICES = frozenset(
    {"cilium-agent", "cilium-envoy", "hubble-metrics", "hubble-peer", "hubble-relay", "hubble-ui"}
)
# Port names are IANA service names, at most 15 characters: RFC 6335, section 5.1.
_PORT_NAME = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?")


def rule_pinned_addresses_lie_in_a_pool(description: Description) -> Iterator[Problem]:
    """The pool says how the address is announced, and keeps others from it."""
    blocks = tuple(pool_blocks(description))
    for name, vip in description.networks.vips.items():
        if not any(vip.address in block.addresses for block in blocks):
            pools = ", ".join(f"{block.pool} {block.addresses}" for block in blocks)
            yield Problem(
                message=f"{vip.address} lies in none of networks.loadBalancers ({pools or 'there are none'})",
                path=("networks", "vips", name, "address"),
                hint="take an address of a pool, or add this one to a pool",
            )


def _services(description: Description, name: str) -> Iterator[tuple[Path, VipService]]:
    for index, service in enumerate(description.networks.vips[name].services):
        yield ("networks", "vips", name, "services", index), service


def _all_services(description: Description) -> Iterator[tuple[Path, VipService]]:
    for name in description.networks.vips:
        yield from _services(description, name)


def _title(path: Path, service: VipService) -> str:
    return f"{format_path(path)} ({service.namespace}/{service.name})"


def rule_services_share_an_address_by_different_ports(description: Description) -> Iterator[Problem]:
    """Of two Services with one port on one address only the first is served.

    Source: https://docs.cilium.io/en/v1.20/network/lb-ipam/#sharing-keys
    """
    for name in description.networks.vips:
        for (path, one), (other_path, other) in combinations(_services(description, name), 2):
            mine = {(port.port, port.protocol) for port in one.ports}
            for index, port in enumerate(other.ports):
                if (port.port, port.protocol) in mine:
                    message = f"port {port.port}/{port.protocol} of this address already belongs to {_title(path, one)}"
                    yield Problem(
                        message=message,
                        path=(*other_path, "ports", index, "port"),
                        hint="take another port, or another address",
                    )


def rule_services_share_an_address_with_one_traffic_policy(description: Description) -> Iterator[Problem]:
    """The address is announced once, from one set of nodes. Source as above."""
    for name in description.networks.vips:
        for (path, one), (other_path, other) in combinations(_services(description, name), 2):
            if one.external_traffic_policy != other.external_traffic_policy:
                message = (
                    f"{other.external_traffic_policy} here, but {one.external_traffic_policy} in {_title(path, one)}, "
                    "which shares the address"
                )
                yield Problem(
                    message=message,
                    path=(*other_path, "externalTrafficPolicy"),
                    hint="write the same for both",
                )
            elif one.external_traffic_policy == "Local" and one.selector != other.selector:
                message = (
                    f"shares the address with {_title(path, one)}; with Local both must select the same pods"
                )
                yield Problem(
                    message=message,
                    path=(*other_path, "selector"),
                    hint="give both the same selector, or both Cluster",
                )


def rule_a_service_holds_one_address(description: Description) -> Iterator[Problem]:
    """A Service has one list of addresses, so two entries for it would fight."""
    for (path, one), (other_path, other) in combinations(_all_services(description), 2):
        if (one.namespace, one.name) == (other.namespace, other.name):
            yield Problem(
                message=f"{other.namespace}/{other.name} is already {format_path(path)}",
                path=other_path,
                hint="leave it out once",
            )


def rule_emitted_services_are_not_ciliums(description: Description) -> Iterator[Problem]:
    """The chart writes these, and the operator the Services of Gateways: two writers of one Service."""
    made = {holder for _, _, holder in _uses(description)}
    for path, service in _all_services(description):
        place = (service.namespace, service.name)
        ours = place in made or (place[0] == "kube-system" and place[1] in _CHARTS_SERVICES)
        if service.ports and ours:
            message = f"{service.namespace}/{service.name} is written by Cilium"
            yield Problem(message=message, path=path, hint="leave out ports and selector")


def rule_services_are_whole_or_only_named(description: Description) -> Iterator[Problem]:
    """With ports and selector the Service is written; with one of them it would serve nothing."""
    for path, service in _all_services(description):
        if service.ports and not service.selector:
            yield Problem(
                message="has ports but no selector, so no pod would answer", path=path, hint="add selector"
            )
        if service.selector and not service.ports:
            yield Problem(
                message="has a selector but no ports, so nothing would be served", path=path, hint="add ports"
            )


def rule_service_names_are_names_of_services(description: Description) -> Iterator[Problem]:
    """Kubernetes refuses a Service whose name starts with a digit."""
    for path, service in _all_services(description):
        if not _SERVICE_NAME.fullmatch(service.name):
            message = f"{service.name!r} is no name of a Service: it must start with a letter"
            yield Problem(
                message=message,
                path=(*path, "name"),
                hint="give the Service a name that starts with a letter",
            )


def rule_ports_of_a_service_differ(description: Description) -> Iterator[Problem]:
    """Kubernetes refuses two ports of one name or number; names of target ports have at most 15 characters."""
    for path, service in _all_services(description):
        names = Counter(port.name for port in service.ports)
        numbers = Counter((port.port, port.protocol) for port in service.ports)
        for name in (one for one, count in names.items() if count > 1):
            yield Problem(
                message=f"two ports are called {name}",
                path=(*path, "ports"),
                hint="give each port a name of its own",
            )
        for number, protocol in (one for one, count in numbers.items() if count > 1):
            yield Problem(
                message=f"{number}/{protocol} stands there twice",
                path=(*path, "ports"),
                hint="leave it out once, or take another port",
            )


def rule_target_ports_are_names_of_ports(description: Description) -> Iterator[Problem]:
    """Source: RFC 6335, section 5.1, which Kubernetes follows for ports of containers."""
    for path, service in _all_services(description):
        for index, port in enumerate(service.ports):
            if isinstance(port.target_port, str) and not _PORT_NAME.fullmatch(port.target_port):
                message = (
                    f"{port.target_port!r} is no name of a port: at most 15 characters, one of them a letter"
                )
                yield Problem(
                    message=message,
                    path=(*path, "ports", index, "targetPort"),
                    hint="write its number, or a shorter name",
                )


def _uses(description: Description) -> Iterator[tuple[Path, str, tuple[str, str]]]:
    """Yield where an entry of networks.vips is named, its name, and the Service that then holds it."""
    for path, cilium in ciliums(description):
        if cilium.hubble.ui is not None and cilium.hubble.ui.vip is not None:
            yield (*path, "hubble", "ui", "vip"), cilium.hubble.ui.vip, ("kube-system", "hubble-ui")
        for index, gateway in enumerate(cilium.gateway_api.gateways if cilium.gateway_api else ()):
            if gateway.vip is not None:
                service = (gateway.namespace, f"cilium-gateway-{gateway.name}")
                yield (*path, "gatewayAPI", "gateways", index, "vip"), gateway.vip, service


def rule_named_vips_exist(description: Description) -> Iterator[Problem]:
    """The name must be one of networks.vips."""
    known = description.networks.vips
    for path, name, _ in _uses(description):
        if name not in known:
            names = f"known: {', '.join(known)}" if known else "networks.vips has no entry"
            yield Problem(message=f"{name} is not in networks.vips", path=path, hint=names)


def rule_a_vip_has_one_user(description: Description) -> Iterator[Problem]:
    """Gateways and Hubble's interface serve the same ports, so they cannot share an address."""
    for (path, name, _), (other_path, other, _) in combinations(_uses(description), 2):
        if name == other:
            yield Problem(
                message=f"{name} already belongs to {format_path(path[:-1])}",
                path=other_path,
                hint="pin it to one of them",
            )


def rule_a_vip_with_services_is_not_also_a_gateways(description: Description) -> Iterator[Problem]:
    """What else listens on the address would have to know the Gateway's ports."""
    for path, name, holder in _uses(description):
        if name not in description.networks.vips:
            continue
        others = [one for _, one in _services(description, name) if (one.namespace, one.name) != holder]
        if others:
            services = ", ".join(f"{one.namespace}/{one.name}" for one in others)
            message = f"{name} is pinned to {services} as well"
            yield Problem(message=message, path=path, hint="give each its own entry in networks.vips")


def rule_a_vip_has_the_family_of_the_service_that_holds_it(description: Description) -> Iterator[Problem]:
    """The chart's Service and those of Gateways name no families, so in dual stack they have the first one only.

    Sources: https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services ,
    https://github.com/cilium/cilium/issues/30450
    """
    first = description.networks.services[0].version
    for path, name, (namespace, service) in _uses(description):
        vip = description.networks.vips.get(name)
        if vip is not None and vip.address.version != first:
            yield Problem(
                message=f"{vip.address} is IPv{vip.address.version}, but the Service {namespace}/{service} "
                f"is IPv{first}, the first family of networks.services",
                path=path,
                hint=f"pin an IPv{first} address for it",
            )
