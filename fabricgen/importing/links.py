"""Links of Talos nodes, in all three forms: `machine.network.interfaces`, talhelper's, and documents of their own.

Only the link that carries the node's address has a place in the description; others stay patches.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv4Interface, IPv6Interface, ip_interface
from typing import Any, Final

from fabricgen.addresses import Network
from fabricgen.fabric.machines import read_network
from fabricgen.importing.draft import Origin
from fabricgen.importing.machines import Machines
from fabricgen.importing.page import Page, is_closed, listed, mappings_of

Path = tuple[str | int, ...]
Interface = IPv4Interface | IPv6Interface
_MAC: Final = re.compile(r'mac\(link\.(?:permanent_addr|hardware_addr)\) == "(?P<mac>[0-9a-fA-F:]+)"')
_EVERYWHERE: Final = (None, "", "0.0.0.0/0", "::/0")
_DEFAULT_MTU: Final = 1500


def read_links(page: Page, kind: str, machines: Machines, name: str) -> None:
    """Read the link of a node out of a Talos document."""
    if not kind:
        read_interfaces(page, ("machine", "network", "interfaces"), machines, name)
        return
    match kind:
        case "LinkConfig" | "BondConfig" | "VLANConfig":
            _document(page, kind, machines, name)
        case "LinkAliasConfig":
            _alias(page, machines, name)
        case "Layer2VIPConfig":
            _vip(page, ("name",), machines)
            page.take("link")
        case "DHCPv4Config":
            page.take("name")
            dhcp(machines, page.origin("kind"))
        case _:
            return


def dhcp(machines: Machines, origin: Origin) -> None:
    """Say that the router hands the addresses out, if nothing says otherwise yet."""
    if machines.draft.get("networks", "addressing") is None:
        machines.draft.put("networks.addressing", "dhcp", origin)


def _vip(page: Page, path: Path, machines: Machines) -> None:
    value = page.take(*path)
    if isinstance(value, str) and not is_closed(value):
        machines.draft.put(
            "endpoint.host", value.partition("/")[0], page.origin(*path, note="the shared address")
        )


def _alias(page: Page, machines: Machines, name: str) -> None:
    """Read a name that is given to a link by its MAC address, or to the only one there is."""
    match = str(page.get("selector", "match") or "")
    alias = str(page.get("name") or "")
    if found := _MAC.fullmatch(match):
        page.taken |= {("selector", "match"), ("name",)}
        machines.aliases[name, alias] = found["mac"]
        if machines.get(name, "interface.name") == alias:
            machines.nodes[name]["interface"].pop("name")
            machines.put(name, "interface.mac", found["mac"], page.origin("selector"))
        bond = machines.get(name, "interface.bond")
        if isinstance(bond, dict) and alias in bond.get("links", ()):
            bond["links"] = [found["mac"] if one == alias else one for one in bond["links"]]
    elif match == "true":
        page.taken |= {("selector", "match"), ("name",)}
        machines.aliases[name, alias] = ""
        if machines.get(name, "interface.name") == alias:
            machines.nodes[name]["interface"].pop("name")
            _tidy(machines, name)


def _tidy(machines: Machines, name: str) -> None:
    if not machines.nodes[name].get("interface"):
        machines.nodes[name].pop("interface", None)


def _document(page: Page, kind: str, machines: Machines, name: str) -> None:
    """Read the documents of links: the plain one, the bond, the VLAN above one of both."""
    link = str(page.get("name") or "")
    has_address = bool(_own(page.get("addresses"), machines))
    if page.get("addresses") and not has_address:
        return
    if kind == "VLANConfig":
        for key, value in (("vlan", page.take("vlanID")), ("mtu", page.take("mtu"))):
            machines.put(name, f"interface.{key}", value, page.origin("name"))
        page.taken |= {("name",), ("parent",), ("up",)}
        parent = str(page.get("parent") or "")
        if machines.get(name, "interface.bond") is None:
            _named(machines, name, parent, page.origin("parent"))
    elif kind == "BondConfig":
        _bond_document(page, machines, name, link)
    elif has_address or page.get("mtu") is not None or page.get("up") is not None:
        if machines.get(name, "interface.name") not in {None, link} and not has_address:
            return
        page.taken |= {("name",), ("up",)}
        _named(machines, name, link, page.origin("name"))
        if page.take("mtu") not in (None, _DEFAULT_MTU):
            machines.put(name, "interface.mtu", page.get("mtu"), page.origin("mtu"))
    else:
        return
    _addresses(page, ("addresses",), machines, name)
    _routes(page, ("routes",), machines)


def _named(machines: Machines, name: str, link: str, origin: Origin) -> None:
    """Put the link's name, or the MAC address that it stands for."""
    if (name, link) in machines.aliases:
        if mac := machines.aliases[name, link]:
            machines.put(name, "interface.mac", mac, origin)
        return
    if machines.get(name, "interface.mac") is None and machines.get(name, "interface.bond") is None:
        machines.put(name, "interface.name", link or None, origin)


def _bond_document(page: Page, machines: Machines, name: str, link: str) -> None:
    links = page.take("links")
    found = [machines.aliases.get((name, str(one)), str(one)) for one in links if one] if links else []
    page.taken |= {(key,) for key in ("name", "up", "miimon", "updelay", "downdelay")}
    bond = {"name": link, "links": found, "mode": page.take("bondMode")}
    interface = machines.nodes.setdefault(name, {}).setdefault("interface", {})
    interface.pop("name", None)
    machines.put(name, "interface.bond", bond, page.origin("name"))
    if page.take("mtu") not in (None, _DEFAULT_MTU):
        machines.put(name, "interface.mtu", page.get("mtu"), page.origin("mtu"))


def read_interfaces(page: Page, path: Path, machines: Machines, name: str) -> None:
    """Read `machine.network.interfaces`, which talhelper calls `networkInterfaces`."""
    whole = [one for one in page.mappings(*path) if one[1].get("interface") != "lo"]
    carrying = [one for one in whole if _carries(one[1], machines, name)]
    for number, one in (carrying or whole)[:1]:
        _interface(page, (*path, number), one, (machines, name))


def _carries(one: Mapping[str, Any], machines: Machines, name: str) -> bool:
    """Tell whether this interface has the node's address; where that is not known, whether it may have it."""
    address = machines.get(name, "address")
    wanted = {str(part) for part in (address if isinstance(address, list) else [address]) if part}
    mine = [str(text) for text in listed(one.get("addresses"))]
    mine += [str(text) for vlan in mappings_of(one.get("vlans")) for text in listed(vlan.get("addresses"))]
    if wanted and mine:
        return any(text.partition("/")[0] in wanted for text in mine)
    return one.get("dhcp") is True or bool(_own(mine, machines))


def _interface(page: Page, path: Path, one: Mapping[str, Any], of: tuple[Machines, str]) -> None:
    machines, name = of
    selector = page.get(*path, "deviceSelector")
    mac = _mac_of(selector)
    if isinstance(mac, str) and "*" not in mac:
        for key in ("hardwareAddr", "permanentAddr"):
            page.take(*path, "deviceSelector", key)
        machines.put(name, "interface.mac", mac, page.origin(*path, "deviceSelector"))
        page.taken |= {(*path, "deviceSelector", "physical")}
    elif isinstance(selector, Mapping) and set(selector) == {"physical"}:
        page.take(*path, "deviceSelector")
    elif isinstance(one.get("interface"), str) and page.get(*path, "bond") is None:
        machines.put(name, "interface.name", page.take(*path, "interface"), page.origin(*path, "interface"))
    _bond(page, path, one, of)
    _level(page, path, of)
    for number, vlan in page.mappings(*path, "vlans"):
        if _carries(vlan, machines, name):
            machines.put(
                name,
                "interface.vlan",
                page.take(*path, "vlans", number, "vlanId"),
                page.origin(*path, "vlans"),
            )
            _level(page, (*path, "vlans", number), of)
            break
    _tidy(machines, name)


def _mac_of(selector: Any) -> str | None:  # noqa: ANN401 - as it is written
    """Return the MAC address in a selector of devices."""
    found = (
        selector.get("permanentAddr") or selector.get("hardwareAddr")
        if isinstance(selector, Mapping)
        else None
    )
    return found if isinstance(found, str) else None


def _bond(page: Page, path: Path, one: Mapping[str, Any], of: tuple[Machines, str]) -> None:
    bond = page.get(*path, "bond")
    if not isinstance(bond, Mapping):
        return
    machines, name = of
    selectors = [_mac_of(one) for one in mappings_of(bond.get("deviceSelectors"))]
    links = [str(text) for text in bond.get("interfaces") or selectors if text and "*" not in str(text)]
    if not links:
        return
    page.taken |= {
        (*path, "interface"),
        *(
            (*path, "bond", key)
            for key in ("interfaces", "deviceSelectors", "mode", "miimon", "updelay", "downdelay")
        ),
    }
    found = {"name": one.get("interface") or "bond0", "links": links, "mode": bond.get("mode") or "802.3ad"}
    machines.put(name, "interface.bond", found, page.origin(*path, "bond"))


def _level(page: Page, path: Path, of: tuple[Machines, str]) -> None:
    """Read what an interface and a VLAN have in common: addresses, DHCP, MTU, routes, the shared address."""
    machines, name = of
    mtu = page.take(*path, "mtu")
    if isinstance(mtu, int) and mtu not in (0, _DEFAULT_MTU):
        machines.put(name, "interface.mtu", mtu, page.origin(*path, "mtu"))
    if page.take(*path, "dhcp") is True:
        dhcp(machines, page.origin(*path, "dhcp"))
    _addresses(page, (*path, "addresses"), machines, name)
    _routes(page, (*path, "routes"), machines)
    if page.get(*path, "vip", "ip"):
        _vip(page, (*path, "vip", "ip"), machines)


def _addresses(page: Page, path: Path, machines: Machines, name: str) -> None:
    """Read the addresses of a link: the node's own, and with their prefix length the network of all nodes."""
    own = _own(page.get(*path), machines)
    if not own:
        return
    page.take(*path)
    addresses = [str(one.ip) for one in own[:2]]
    if machines.get(name, "address") in addresses and len(addresses) > 1:
        machines.nodes[name].pop("address")
    machines.put(name, "address", addresses if len(addresses) > 1 else addresses[0], page.origin(*path))
    for one in own[:2]:
        add_network(machines, one.network, page.origin(*path))
    machines.draft.origins.setdefault(("networks", "addressing"), page.origin(*path))
    if machines.draft.get("networks", "addressing") is None:
        machines.draft.put("networks.addressing", "static", page.origin(*path))


def _own(written: Any, machines: Machines) -> list[Interface]:  # noqa: ANN401 - as it is written
    """Return the addresses that others reach a node by: in the networks of the nodes, where those are told."""
    read = []
    for one in written if isinstance(written, list) else ():
        try:
            read.append(ip_interface(str(one.get("address") if isinstance(one, Mapping) else one)))
        except ValueError:
            continue
    told = machines.draft.get("networks", "nodes")
    networks = [read_network(one) for one in (told if isinstance(told, list) else [told])]
    return [
        one
        for one in read
        if one.network.prefixlen < one.max_prefixlen
        and not one.is_link_local
        and (told is None or any(network is not None and one.ip in network for network in networks))
    ]


def add_network(machines: Machines, network: Network, origin: Origin) -> None:
    """Add a network of the nodes; only the first of each family counts."""
    machines.networks.setdefault(network.version, (network, origin))


def _routes(page: Page, path: Path, machines: Machines) -> None:
    for number, one in page.mappings(*path):
        if one.get("network", one.get("destination")) in _EVERYWHERE and isinstance(one.get("gateway"), str):
            gateway = page.get(*path, number, "gateway")
            if gateway is None:
                continue
            page.take(*path, number)
            machines.routers.setdefault(gateway, page.origin(*path, number))
