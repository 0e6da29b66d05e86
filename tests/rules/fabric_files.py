"""Small repositories for the rules about addresses, load balancing, L2 and BGP: files, and what a rule says of them."""

from fabricgen.fabric import Fabric, infer
from fabricgen.lint import hits_of
from fabricgen.rules import Hit
from fabricgen.rules.catalogue import all_rules
from fabricgen.rules.example import clusters_of

RULES = {rule.id: rule for rule in all_rules()}


def fabric_of(*files: str) -> Fabric:
    """Return the fabric of a repository of one cluster."""
    (cluster,) = clusters_of("".join(files))
    return infer(cluster)


def hits(rule: str, *files: str) -> list[Hit]:
    """Return what a rule hits."""
    return [hit for _, hit in hits_of(fabric_of(*files), [RULES[rule]])]


def messages(rule: str, *files: str) -> list[str]:
    """Return what a rule says."""
    return [hit.message for hit in hits(rule, *files)]


def cilium(values: str = "", version: str = "1.20.2", more: str = "") -> str:
    """Return a HelmRelease of Cilium with values in flow form."""
    return (
        "# file: cilium/release.yaml\n"
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        "metadata: {name: cilium, namespace: kube-system}\n"
        f"spec:\n  chart: {{spec: {{chart: cilium, version: {version}, sourceRef: {{kind: HelmRepository, name: c}}}}}}\n"
        f"{more}  values: {{{values}}}\n"
    )


def pool(*blocks: str, name: str = "lan", more: str = "", version: str = "v2") -> str:
    """Return a pool of Cilium with blocks in flow form."""
    listed = "".join(f"    - {{{block}}}\n" for block in blocks)
    return (
        f"# file: pools/{name}.yaml\napiVersion: cilium.io/{version}\nkind: CiliumLoadBalancerIPPool\n"
        f"metadata: {{name: {name}}}\nspec:\n{more}  blocks:\n{listed}"
    )


def metallb(*addresses: str, name: str = "lan", more: str = "") -> str:
    """Return a pool of MetalLB."""
    return (
        f"# file: metallb/{name}.yaml\napiVersion: metallb.io/v1beta1\nkind: IPAddressPool\n"
        f"metadata: {{name: {name}, namespace: metallb-system}}\nspec:\n{more}  addresses: {list(addresses)}\n"
    )


def service(
    name: str, annotations: str = "", spec: str = "", namespace: str = "apps", labels: str = ""
) -> str:
    """Return a Service of type LoadBalancer; mappings are in flow form."""
    return (
        f"# file: apps/{namespace}/{name}.yaml\napiVersion: v1\nkind: Service\n"
        f"metadata: {{name: {name}, namespace: {namespace}, labels: {{{labels}}}, annotations: {{{annotations}}}}}\n"
        f"spec: {{type: LoadBalancer{', ' if spec else ''}{spec}}}\n"
    )


def values_of(name: str, values: str) -> str:
    """Return a HelmRelease of some application."""
    return (
        f"# file: apps/{name}.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        f"metadata: {{name: {name}, namespace: apps}}\n"
        f"spec: {{chartRef: {{kind: OCIRepository, name: app-template}}, values: {{{values}}}}}\n"
    )


def talconfig(*nodes: str, more: str = "") -> str:
    """Return talhelper's file, nodes in flow form."""
    listed = "".join(f"  - {{{node}}}\n" for node in nodes)
    return f"# file: talos/talconfig.yaml\nclusterName: home\ntalosVersion: v1.12.1\n{more}nodes:\n{listed}"


def node(
    number: int, interface: str = "interface: eth0", *, control_plane: bool = True, prefix: int = 24
) -> str:
    """Return a node of talhelper's with one interface."""
    address = f"10.0.0.{10 + number}"
    return (
        f"hostname: node-{number}, ipAddress: {address}, controlPlane: {str(control_plane).lower()}, "
        f"networkInterfaces: [{{{interface}, addresses: [{address}/{prefix}]}}]"
    )


def l2_policy(spec: str = "loadBalancerIPs: true") -> str:
    """Return a policy of L2 announcements, its spec in flow form."""
    return (
        "# file: cilium/l2.yaml\napiVersion: cilium.io/v2alpha1\nkind: CiliumL2AnnouncementPolicy\n"
        f"metadata: {{name: lan}}\nspec: {{{spec}}}\n"
    )


def bgp(kind: str, spec: str, name: str = "home", labels: str = "", version: str = "v2") -> str:
    """Return one of Cilium's BGP objects, its spec in flow form."""
    return (
        f"# file: cilium/{kind}-{name}.yaml\napiVersion: cilium.io/{version}\nkind: CiliumBGP{kind}\n"
        f"metadata: {{name: {name}, labels: {{{labels}}}}}\nspec: {{{spec}}}\n"
    )
