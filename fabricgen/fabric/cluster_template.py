"""cluster-template's own input: `cluster.toml`, and `cluster.yaml` with `nodes.yaml` before it.

Fed by a repository; read by `fabric` where nothing that is rendered tells the same. It is what the rendered files are
made of, so it holds until somebody edits those.
Sources: cluster.sample.toml of <https://github.com/onedr0p/cluster-template> at ae732464; cluster.sample.yaml and
nodes.sample.yaml at 161cd892 and 10f9f43c.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from fabricgen.addresses import Address, Network
from fabricgen.fabric.claims import Claim
from fabricgen.fabric.facts import Fact
from fabricgen.fabric.machines import read_address, read_network
from fabricgen.repository import Item, Repository, SourceDocument
from fabricgen.yamlio import Position

Path = tuple[str | int, ...]
FILE: Final = "cluster.toml"
"""Where it stands, from the root of a repository."""
_TABLE: Final = re.compile(r"^\s*(?P<open>\[\[?)\s*(?P<name>[\w.-]+)\s*\]\]?")
_KEY: Final = re.compile(r"^(?P<space>\s*)(?P<key>[\w-]+)\s*=")
# Where each of the two forms has a setting, and the template's default.
_NETWORKS: Final[Mapping[str, tuple[Path, Path, str]]] = {
    "pods": (("kubernetes", "pod_cidr"), ("cluster_pod_cidr",), "10.42.0.0/16"),
    "services": (("kubernetes", "svc_cidr"), ("cluster_svc_cidr",), "10.43.0.0/16"),
}
_NODES: Final[tuple[Path, Path]] = (("network", "node_cidr"), ("node_cidr",))
_API: Final[tuple[Path, Path]] = (("kubernetes", "api", "addr"), ("cluster_api_addr",))
_GATEWAY: Final[tuple[Path, Path]] = (("network", "default_gateway"), ("node_default_gateway",))
_ROUTER: Final[tuple[Path, Path]] = (("cilium", "bgp", "router_addr"), ("cilium_bgp_router_addr",))
_SERVICES: Final[tuple[tuple[Path, Path], ...]] = (
    (("gateways", "internal"), ("cluster_gateway_addr",)),
    (("gateways", "dns"), ("cluster_dns_gateway_addr",)),
    (("gateways", "external"), ("cloudflare_gateway_addr",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterTemplate:
    """The input of cluster-template; `form` is 0 for TOML, and 1 for YAML."""

    item: Item
    form: Literal[0, 1]

    def network(self, what: str) -> Fact[Network] | None:
        """Return the network of `pods` or `services`, the template's default where none is written."""
        *paths, default = _NETWORKS[what]
        path = paths[self.form]
        network = read_network(self.item.get(*path) or default)
        return None if network is None else Fact(network, self.item, path)

    def reserved(self) -> Iterator[tuple[Literal["API VIP", "router"], Fact[Address]]]:
        """Yield the API's address, and those of routers; without a gateway it is the first of the nodes' network."""
        api, gateway, router = _API[self.form], _GATEWAY[self.form], _ROUTER[self.form]
        if (address := read_address(self.item.get(*api))) is not None:
            yield "API VIP", Fact(address, self.item, api)
        network = read_network(self.item.get(*_NODES[self.form]))
        if (address := read_address(self.item.get(*gateway))) is not None:
            yield "router", Fact(address, self.item, gateway)
        elif network is not None:
            yield "router", Fact(network.network_address + 1, self.item, gateway)
        if (address := read_address(self.item.get(*router))) is not None:
            yield "router", Fact(address, self.item, router)

    def claims(self) -> Iterator[Claim]:
        """Yield the addresses of the gateways, which Services ask for once it is rendered."""
        for paths in _SERVICES:
            path = paths[self.form]
            if (address := read_address(self.item.get(*path))) is not None:
                yield Claim(item=self.item, path=path, asked="cilium", addresses=(address,))


def find_template(repository: Repository, items: tuple[Item, ...]) -> ClusterTemplate | None:
    """Return the input of cluster-template, if the repository has one and can read it."""
    for item in items:
        if not item.kind and {"node_cidr", "cluster_api_addr"} <= item.body.keys():
            return ClusterTemplate(item=item, form=1)
    text = repository.text(PurePosixPath(FILE))
    try:
        body: dict[str, Any] = tomllib.loads(text or "")
    except tomllib.TOMLDecodeError:
        return None
    if not {"network", "kubernetes", "gateways"} <= body.keys():
        return None
    origin = SourceDocument(FILE, text or "", 1, 0, body, _positions(text or ""))
    return ClusterTemplate(item=Item(origin=origin, body=body), form=0)


def _positions(text: str) -> dict[Path, Position]:
    """Return where each table and key of a TOML file starts; what spans lines is told by its first."""
    found: dict[Path, Position] = {(): Position(1, 1)}
    above: Path = ()
    count: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if table := _TABLE.match(line):
            above = tuple(table["name"].split("."))
            if table["open"] == "[[":
                count[table["name"]] = count.get(table["name"], -1) + 1
                above = (*above, count[table["name"]])
            found[above] = Position(number, 1)
        elif key := _KEY.match(line):
            found[*above, key["key"]] = Position(number, len(key["space"]) + 1)
    return found
