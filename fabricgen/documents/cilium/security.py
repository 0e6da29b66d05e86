"""Encryption between nodes, the host firewall, and the proxy that L7 policies need.

Fed by the cluster; gives Helm values to `values`. policyEnforcementMode stays at the chart's `default`: a pod is
open until a policy selects it, and the policies of this tree decide which do.
"""

from collections.abc import Iterator

from fabricgen.addresses import Network
from fabricgen.charts import has_key
from fabricgen.cluster import Cilium, Cluster, Encryption, HostFirewall
from fabricgen.documents.cilium.datapath import pods_of
from fabricgen.documents.cilium.overhead import costs, link_mtu, pod_mtu
from fabricgen.documents.cilium.reasons import docs, told
from fabricgen.documents.document import Setting, setting

WIREGUARD = "security/network/encryption-wireguard/"

FIREWALL = {
    "none": "no policy for nodes is rendered, so nothing is denied until you write one",
    "observe": "the policy for nodes only watches and denies nothing",
    "enforce": "what the policy for nodes does not allow is dropped",
}


def settings(cluster: Cluster, cilium: Cilium) -> Iterator[Setting]:
    """Yield the values of encryption, host firewall and proxy."""
    if cilium.encryption is not None:
        yield from _encryption(cluster, cilium, cilium.encryption)
    if cilium.host_firewall is not None:
        yield _host_firewall(cluster, cilium, cilium.host_firewall)
    yield _proxy(cilium)


def _encryption(cluster: Cluster, cilium: Cilium, encryption: Encryption) -> Iterator[Setting]:
    why = f"pods' traffic between nodes cannot be read on the way{told(encryption.because)}"
    yield setting("encryption.enabled", value=True, why=why, source=docs(cilium, WIREGUARD))
    why = (
        f"the chart's default is IPsec, which needs a key made by hand; pods get an MTU of {pod_mtu(cluster, cilium)} "
        f"on links of {link_mtu(cluster, cilium)}, after {costs(cluster, cilium)}"
    )
    yield setting("encryption.type", "wireguard", why=why, source=docs(cilium, WIREGUARD))
    yield _node_encryption(cilium, encryption)
    pods = pods_of(cluster, 4)
    if encryption.strict and pods is not None:
        yield from _strict(cluster, cilium, pods)


def _node_encryption(cilium: Cilium, encryption: Encryption) -> Setting:
    why = (
        "what nodes themselves send each other too; Cilium leaves out control planes, so that a node can always reach the API"
        if encryption.node_encryption
        else "pods' traffic only; the API, etcd and kubelets bring TLS of their own"
    )
    source = docs(cilium, f"{WIREGUARD}#node-to-node-encryption-beta")
    return setting("encryption.nodeEncryption", encryption.node_encryption, why=why, source=source)


def _strict(cluster: Cluster, cilium: Cilium, pods: Network) -> Iterator[Setting]:
    """Yield strict mode under the keys that this chart reads; they moved in 1.19, and it covers IPv4 only."""
    key, source = "encryption.strictMode", docs(cilium, "security/network/encryption/")
    if has_key(f"{key}.egress", cilium.version):
        key = f"{key}.egress"
    why = "a packet between pods that would leave its node unencrypted is dropped; IPv4 only"
    yield setting(f"{key}.enabled", value=True, why=why, source=source)
    yield setting(f"{key}.cidr", str(pods), why="the pods whose packets must be encrypted", source=source)
    overlap = any(_overlap(network, pods) for network in cluster.networks.nodes)
    if cilium.routing.mode.value == "tunnel" or overlap:
        cause = (
            "nodes have addresses inside the pod network"
            if overlap
            else "the tunnel runs between nodes' addresses"
        )
        why = f"what belongs to a node may pass unencrypted: {cause}, and strict mode would drop it all"
        yield setting(f"{key}.allowRemoteNodeIdentities", value=True, why=why, source=source)


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and (one[0] in other or other[0] in one)


def _host_firewall(cluster: Cluster, cilium: Cilium, firewall: HostFirewall) -> Setting:
    """Return the firewall's switch. With it on, eBPF drops what is neither ARP nor of a family that is on.

    Source of that: bpf/bpf_host.c in https://github.com/cilium/cilium at v1.16.6 and v1.20.1.
    """
    why = f"policies for the {len(cluster.nodes)} nodes themselves; {FIREWALL[firewall.policy]}{told(firewall.because)}"
    if pods_of(cluster, 6) is None:
        why += "; IPv6 to and from nodes is dropped too, since Cilium runs IPv4 only"
    return setting(
        "hostFirewall.enabled", value=True, why=why, source=docs(cilium, "security/host-firewall/")
    )


def _proxy(cilium: Cilium) -> Setting:
    why = (
        "policies that look into HTTP or name hosts, and Gateway API, go through Envoy and the DNS proxy"
        if cilium.l7_proxy
        else "no Envoy and no DNS proxy: policies that look into HTTP or name hosts cannot work, nor can Gateway API"
    )
    return setting("l7Proxy", cilium.l7_proxy, why=why, source=docs(cilium, "security/network/proxy/envoy/"))
