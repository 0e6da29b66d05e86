"""The fabric of one cluster: everything that rules look at, inferred once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from fabricgen.addresses import Network
from fabricgen.fabric.cilium import CiliumRelease
from fabricgen.fabric.claims import Claim, find_claims
from fabricgen.fabric.cluster_template import ClusterTemplate, find_template
from fabricgen.fabric.facts import Fact, UnknownError
from fabricgen.fabric.gateway_crds import GatewayCrds, find_gateway_crds
from fabricgen.fabric.gateways import Gateway, Route, find_gateways, find_routes
from fabricgen.fabric.helm import HelmRelease, find_helm_releases
from fabricgen.fabric.installs import Install, find_installs, is_mentioned_beside
from fabricgen.fabric.links import NodeLink, find_links
from fabricgen.fabric.machine_files import TalosMachines, find_talos_machines
from fabricgen.fabric.machines import Node, called_after_address, find_networks, find_nodes
from fabricgen.fabric.pins import Pins, find_pins
from fabricgen.fabric.pools import Announcement, Pool, find_announcements, find_pools
from fabricgen.fabric.releases import find_cilium
from fabricgen.fabric.reserved import Reserved, find_reserved
from fabricgen.fabric.systems import K3sConfig, TalosDocument, find_k3s
from fabricgen.repository import ClusterItems, Item, Layer
from fabricgen.repository.reading import recipes

_KUSTOMIZE: Final = "kustomize.toolkit.fluxcd.io"


@dataclass(frozen=True, kw_only=True)
class Fabric:
    """What is known of a cluster's network; each part is worked out when it is first asked for.

    Attributes:
        cluster: the objects and layers that all of it is inferred from.
        complete: whether these are all that Flux will ever apply, as in a tree that fabricgen renders.

    Example:
        >>> def check(fabric):
        ...     for service in fabric.of("", "Service"):
        ...         if service.get("spec", "type") == "NodePort":
        ...             yield fabricgen.Hit.at(service, ("spec", "type"), "opens a port on every node")
    """

    cluster: ClusterItems
    complete: bool = False

    @property
    def name(self) -> str:
        """The cluster's name, empty where there is only one."""
        return self.cluster.name

    @property
    def items(self) -> tuple[Item, ...]:
        """Every object; those that Flux applies first."""
        return self.cluster.items

    @cached_property
    def _by_kind(self) -> Mapping[tuple[str, str], tuple[Item, ...]]:
        found: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
        for item in self.items:
            if item.kind and item.api_version:
                found[item.group, item.kind].append(item)
        return {key: tuple(items) for key, items in found.items()}

    def of(self, group: str, *kinds: str) -> tuple[Item, ...]:
        """Return the objects of these kinds of an API group ("" is the core), kind after kind."""
        return tuple(item for kind in kinds for item in self._by_kind.get((group, kind), ()))

    def in_force(self, group: str, *kinds: str) -> tuple[Item, ...]:
        """Return those of `of` that reach the cluster: where there is Flux, what stands in no layer is nobody's."""
        return tuple(one for one in self.of(group, *kinds) if one.layer is not None or not self.layers)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Every Flux Kustomization, those that apply others before those."""
        return tuple(self.cluster.layers())

    @cached_property
    def helm_releases(self) -> tuple[HelmRelease, ...]:
        """Every HelmRelease, with its chart and Helm's names of it."""
        return tuple(find_helm_releases(self.items))

    @cached_property
    def pins(self) -> Pins:
        """Every version of Kubernetes, Talos, k3s and Flux that is told anywhere."""
        return find_pins(self.items, self.talos, self.helm_releases)

    @cached_property
    def gateway_crds(self) -> tuple[GatewayCrds, ...]:
        """Every place that brings CRDs of Gateway API."""
        return tuple(find_gateway_crds(self.items, self.layers, self.talos))

    @cached_property
    def installs(self) -> tuple[Install, ...]:
        """Every release of Cilium that helmfile installs before Flux."""
        return tuple(find_installs(self.items))

    @property
    def own_installs(self) -> tuple[Install, ...]:
        """Those of `installs` that are this cluster's for sure: of several clusters, those that name it."""
        if self.cluster.is_alone:
            return self.installs
        return tuple(one for one in self.installs if self.name and self.name in one.item.origin.file)

    @cached_property
    def comes_before_flux(self) -> bool:
        """Whether the repository says that somebody installs Cilium before Flux does."""
        own = (_KUSTOMIZE, "fluxcd.controlplane.io")
        early = any(one.role != "flux" for one in self.all_cilium)
        if early or self.installs or is_mentioned_beside(self.items, own):
            return True
        return any("cilium" in text.lower() for text in recipes(self.cluster.repository))

    @cached_property
    def changes_layers(self) -> bool:
        """Whether something in the cluster changes Flux' Kustomizations when they are applied: a webhook, a policy."""
        policies = (
            *self.of(
                "admissionregistration.k8s.io", "MutatingAdmissionPolicy", "MutatingWebhookConfiguration"
            ),
            *self.of("kyverno.io", "ClusterPolicy", "Policy"),
            *self.of("policies.kyverno.io", "MutatingPolicy"),
        )
        told = any(_KUSTOMIZE in item.origin.text for item in policies)
        return told or any(one.chart == "kustomize-mutating-webhook" for one in self.helm_releases)

    @cached_property
    def is_read(self) -> bool:
        """Whether at least half of the Flux Kustomizations of the repository are applied, as far as can be seen.

        Where most are not, what starts the cluster was not understood, and what seems to be missing may be there.
        """
        written = sum(
            one["kind"] == "Kustomization" and str(one["apiVersion"]).startswith(_KUSTOMIZE)
            for one in self.cluster.repository.documents
        )
        return not self.cluster.is_alone or 2 * len({one.item.origin for one in self.layers}) >= written

    @cached_property
    def is_closed(self) -> bool:
        """Whether all that Flux applies is in the repository: no other sources, no objects that make objects.

        A layer that applies itself, and starts nothing, may mean the same folder of another repository.
        """
        if self.complete:
            return True
        made = self.of("fluxcd.controlplane.io", "ResourceSet")
        return (
            bool(self.layers)
            and self.is_read
            and not made
            and all(one.path is not None and not one.is_open for one in self.layers)
            and not any(
                one.above and one.item.origin in {it.origin for it in one.items} for one in self.layers
            )
        )

    @cached_property
    def all_cilium(self) -> tuple[CiliumRelease, ...]:
        """Every release of Cilium, whoever installs it; Flux' own first."""
        return tuple(find_cilium(self.items))

    @cached_property
    def cilium(self) -> CiliumRelease | None:
        """The release that counts: Flux' own, else k3s', else the values of the bootstrap."""
        return next(iter(self.all_cilium), None)

    @cached_property
    def talos_machines(self) -> TalosMachines:
        """What is told of machines with Talos: documents, files of single machines, templates."""
        return find_talos_machines(self.items, self.cluster.templates, cluster=self.name)

    @property
    def talos(self) -> tuple[TalosDocument, ...]:
        """Every Talos document and patch, those that templates make as far as they are told."""
        return self.talos_machines.documents

    @cached_property
    def k3s(self) -> tuple[K3sConfig, ...]:
        """Every config.yaml of k3s."""
        return tuple(find_k3s(self.items))

    @property
    def distribution(self) -> Literal["talos", "k3s"]:
        """What the nodes run. Raises UnknownError if nothing, or both, is there."""
        if bool(self.talos) == bool(self.k3s):
            raise UnknownError
        return "talos" if self.talos else "k3s"

    @cached_property
    def applied(self) -> tuple[Item, ...]:
        """The objects that reach the cluster: those of a layer; all there are where there is no Flux."""
        return tuple(one for one in self.items if one.layer is not None) if self.layers else self.items

    @cached_property
    def gateways(self) -> tuple[Gateway, ...]:
        """Every Gateway that is applied."""
        return tuple(find_gateways(self.applied))

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Every route that is applied, or that a chart makes."""
        return tuple(find_routes(self.applied, self.helm_releases))

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """Every pool of LoadBalancer addresses that is applied."""
        return tuple(find_pools(self.applied))

    @cached_property
    def announcements(self) -> tuple[Announcement, ...]:
        """Everything applied that announces LoadBalancer addresses."""
        return tuple(find_announcements(self.applied))

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Everything applied that wants a LoadBalancer address; before it is rendered, what will."""
        found = tuple(find_claims(self.applied))
        return found or tuple(self.template.claims() if self.template else ())

    @cached_property
    def reserved(self) -> tuple[Reserved, ...]:
        """The addresses of the API and of routers."""
        found = tuple(find_reserved(self.items, self.talos))
        known = {(one.use, one.address.value) for one in found}
        planned = self.template.reserved() if self.template else ()
        return (
            *found,
            *(Reserved(use=use, address=fact) for use, fact in planned if (use, fact.value) not in known),
        )

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The machines whose address is told; not necessarily all there are."""
        found = tuple(find_nodes(self.items, self.talos, self.k3s))
        found += tuple(called_after_address(self.talos_machines.files, found))
        return found or tuple(find_nodes((self.template.item,), (), ()) if self.template else ())

    @cached_property
    def links(self) -> tuple[NodeLink, ...]:
        """What is told of the interfaces of each machine."""
        return tuple(find_links(self.items, self.talos))

    @cached_property
    def node_links(self) -> tuple[NodeLink, ...]:
        """The machines whose networks are told in full: they have addresses with a prefix length, and no DHCP.

        Of a machine whose own address is in none of them a link is missing: Talos asks DHCP on what nobody configures.
        """
        own = {node.name: node.address.value for node in self.nodes}
        return tuple(
            one
            for one in self.links
            if one.networks and not one.dhcp and (one.name not in own or one.holds(own[one.name]))
        )

    @cached_property
    def pod_networks(self) -> tuple[Fact[Network], ...]:
        """The networks of pods that Talos or k3s are told."""
        return self._networks("pods")

    @cached_property
    def service_networks(self) -> tuple[Fact[Network], ...]:
        """The networks of Services that Talos or k3s are told."""
        return self._networks("services")

    def _networks(self, what: str) -> tuple[Fact[Network], ...]:
        found = tuple(find_networks(self.talos, self.k3s, what=what))
        planned = self.template.network(what) if self.template and not found else None
        return (planned,) if planned else found

    @cached_property
    def template(self) -> ClusterTemplate | None:
        """What cluster-template renders the repository from, where that is there."""
        return find_template(self.cluster.repository, self.items) if self.cluster.is_alone else None

    @cached_property
    def load_balancer_services(self) -> tuple[Item, ...]:
        """Every Service of type LoadBalancer."""
        return tuple(one for one in self.of("", "Service") if one.get("spec", "type") == "LoadBalancer")


def infer(cluster: ClusterItems) -> Fabric:
    """Return the fabric of a cluster; nothing is worked out yet."""
    return Fabric(cluster=cluster)
