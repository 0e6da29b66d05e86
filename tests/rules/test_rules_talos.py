"""Rules of Talos: both forms of a setting, versions, roles, and silence where something is unknown."""

from importlib import import_module

import pytest

from fabricgen.fabric import infer
from fabricgen.lint import hits_of
from fabricgen.rules import Hit
from fabricgen.rules.example import clusters_of
from fabricgen.rules.rule import RULES

for module in (
    "cluster_networks",
    "talos",
    "talos_network",
    "talos_documents",
    "talos_patches",
    "talos_machines",
):
    import_module(f"fabricgen.rules.{module}")

CILIUM = """\
# file: cilium/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: cilium, namespace: kube-system}}
spec:
  chart: {{spec: {{chart: cilium, version: 1.20.2, sourceRef: {{kind: HelmRepository, name: cilium}}}}}}
  values: {values}
"""
TOPF = """\
# file: talos/topf.yaml
clusterName: home
clusterEndpoint: https://10.0.0.5:6443
talosVersion: {version}
nodes:
"""
LOCAL = "k8sServiceHost: localhost, k8sServicePort: 7445, kubeProxyReplacement: true"
TALCONFIG = """\
# file: talconfig.yaml
clusterName: home
talosVersion: v1.12.4
nodes:
  - {hostname: cp-1, ipAddress: 10.0.0.11, controlPlane: true}
"""


def cilium(values: str = "") -> str:
    return CILIUM.format(values=f"{{{values}}}")


def topf(*roles: str, version: str = "1.12.4") -> str:
    nodes = [
        f"  - {{host: node-{number}, ip: 10.0.0.1{number}, role: {role}}}\n"
        for number, role in enumerate(roles)
    ]
    return TOPF.format(version=version) + "".join(nodes or ["  []\n"])


def patch(text: str, file: str = "talos/all/patch.yaml") -> str:
    return f"# file: {file}\n{text}\n"


def hits(rule: str, *files: str) -> list[Hit]:
    clusters = clusters_of("".join(files))
    return [hit for cluster in clusters for _, hit in hits_of(infer(cluster), [RULES[rule]])]


NEWER = {
    "proxy": "apiVersion: v1alpha1\nkind: KubeProxyConfig\nenabled: true",
    "proxy off": "apiVersion: v1alpha1\nkind: KubeProxyConfig\nenabled: false",
    "proxy gone": "apiVersion: v1alpha1\nkind: KubeProxyConfig\n$patch: delete",
    "flannel": "apiVersion: v1alpha1\nkind: KubeFlannelCNIConfig\nbackend: vxlan",
    "flannel gone": "apiVersion: v1alpha1\nkind: KubeFlannelCNIConfig\n$patch: delete",
    "prism gone": "apiVersion: v1alpha1\nkind: KubePrismConfig\n$patch: delete",
    "prism": "apiVersion: v1alpha1\nkind: KubePrismConfig\nport: 7446",
    "dns": "apiVersion: v1alpha1\nkind: ResolverConfig\nhostDNS: {enabled: true, forwardKubeDNSToHost: true}",
}
NO_PROXY = "cluster: {proxy: {disabled: true}, network: {cni: {name: none}}}"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("TAL001", NEWER["proxy"]),
        ("TAL001", NEWER["flannel gone"]),
        ("TAL001", "cluster: {network: {cni: {name: none}}}"),
        ("TAL002", NEWER["flannel"]),
        ("TAL002", "cluster: {proxy: {disabled: true}}"),
        ("TAL002", "cluster: {network: {cni: {name: flannel}}}"),
        ("TAL003", NEWER["prism"]),
        ("TAL004", NEWER["prism gone"]),
        ("TAL004", "machine: {features: {kubePrism: {enabled: false}}}"),
        ("TAL008", NEWER["dns"]),
    ],
)
def test_both_forms_of_a_setting_are_read(rule: str, text: str) -> None:
    assert hits(rule, cilium(f"{LOCAL}, bpf: {{masquerade: true}}"), patch(text))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("TAL001", NEWER["proxy off"]),
        ("TAL001", NEWER["proxy gone"]),
        ("TAL001", NO_PROXY),
        ("TAL001", "cluster: {proxy: {disabled: '${NO_PROXY}'}}"),
        ("TAL002", NEWER["flannel gone"]),
        ("TAL002", NO_PROXY),
        ("TAL002", "cluster: {network: {cni: {name: '${CNI}'}}}"),
        ("TAL003", "machine: {features: {kubePrism: {enabled: true, port: 7445}}}"),
        ("TAL004", "machine: {features: {kubePrism: {enabled: '{{ prism }}'}}}"),
    ],
)
def test_what_is_right_or_told_later_is_left_alone(rule: str, text: str) -> None:
    assert hits(rule, cilium(LOCAL), patch(text)) == []


@pytest.mark.parametrize("rule", ["TAL001", "TAL002", "TAL003", "TAL004", "TAL006", "TAL007", "TAL009"])
def test_nothing_is_said_without_cilium(rule: str) -> None:
    assert hits(rule, patch(NEWER["proxy"]), patch(NEWER["flannel"], "talos/all/cni.yaml")) == []


@pytest.mark.parametrize("rule", ["TAL003", "TAL005", "TAL006", "TAL007", "TAL009", "TAL010", "TAL029"])
def test_nothing_is_said_of_a_cluster_that_is_not_talos(rule: str) -> None:
    values = "k8sServiceHost: localhost, k8sServicePort: 6443, ipam: {mode: cluster-pool}"

    assert hits(rule, cilium(values)) == []


def test_kube_proxy_may_stay_where_cilium_does_not_replace_it() -> None:
    assert hits("TAL001", cilium("kubeProxyReplacement: false"), patch(NEWER["proxy"])) == []


def test_flannel_may_stay_where_cilium_is_chained_to_it() -> None:
    assert hits("TAL002", cilium("cni: {chainingMode: flannel}"), patch(NEWER["flannel"])) == []


def test_values_alone_are_not_taken_for_the_network() -> None:
    values = "# file: bootstrap/cilium/values.yaml\nkubeProxyReplacement: true\nipam: {mode: kubernetes}\n"

    assert hits("TAL002", values, patch("cluster: {network: {cni: {name: flannel}}}")) == []


def test_the_port_of_kubeprism_is_mended_in_the_release() -> None:
    (hit,) = hits("TAL003", cilium("k8sServiceHost: localhost, k8sServicePort: 7443"), patch(NO_PROXY))

    assert [(edit.path, edit.value) for edit in hit.edits] == [(("spec", "values", "k8sServicePort"), 7445)]


def test_of_two_ports_none_is_chosen() -> None:
    one = patch("machine: {features: {kubePrism: {enabled: true, port: 7446}}}", "talos/node/a/prism.yaml")
    other = patch("machine: {features: {kubePrism: {enabled: true, port: 7447}}}", "talos/node/b/prism.yaml")

    (hit,) = hits("TAL003", cilium(LOCAL), one, other)

    assert "7446 and 7447" in hit.message
    assert hit.edits == ()


@pytest.mark.parametrize(("roles", "found"), [(("control-plane",), 0), (("control-plane", "worker"), 1)])
def test_the_port_of_the_api_matters_where_there_are_workers(roles: tuple[str, ...], found: int) -> None:
    values = cilium("k8sServiceHost: localhost, k8sServicePort: 6443")

    assert len(hits("TAL005", values, topf(*roles), patch(NO_PROXY))) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ("", 2),
        ("securityContext: {capabilities: {ciliumAgent: [NET_ADMIN]}}", 1),
        ("securityContext: {capabilities: {ciliumAgent: [NET_ADMIN], cleanCiliumState: [SYS_ADMIN]}}", 0),
        ("securityContext: {capabilities: {ciliumAgent: [SYS_MODULE], cleanCiliumState: []}}", 1),
        ("securityContext: {privileged: true}", 0),
    ],
)
def test_capabilities(values: str, found: int) -> None:
    assert len(hits("TAL006", cilium(values), patch(NO_PROXY))) == found


@pytest.mark.parametrize(
    ("values", "warned", "told"),
    [
        ("", 1, 0),
        ("cgroup: {autoMount: {enabled: false}}", 1, 0),
        ("cgroup: {hostRoot: /sys/fs/cgroup}", 0, 1),
        ("cgroup: {automount: {enabled: false}, hostRoot: /sys/fs/cgroup}", 0, 1),
        ("cgroup: {autoMount: {enabled: false}, hostRoot: /sys/fs/cgroup}", 0, 0),
    ],
)
def test_cgroups(values: str, warned: int, told: int) -> None:
    assert len(hits("TAL007", cilium(values), patch(NO_PROXY))) == warned
    assert len(hits("TAL029", cilium(values), patch(NO_PROXY))) == told


@pytest.mark.parametrize(
    "values",
    [
        "bpf: {masquerade: false}",
        "bpf: {masquerade: true, hostLegacyRouting: true}",
        "bpf: {masquerade: true, datapathMode: netkit}",
        "bpf: {masquerade: true}, socketLB: {hostNamespaceOnly: true}",
    ],
)
def test_dns_reaches_the_host_where_routing_goes_past_it_in_no_way(values: str) -> None:
    assert hits("TAL008", cilium(f"{LOCAL}, {values}"), patch(NEWER["dns"])) == []


@pytest.mark.parametrize(
    ("pool", "found"), [("10.244.0.0/16", 0), ("10.244.128.0/17", 0), ("10.0.0.0/8", 1), ("'${POOL}'", 0)]
)
def test_pools_of_pods(pool: str, found: int) -> None:
    values = f"ipam: {{mode: cluster-pool, operator: {{clusterPoolIPv4PodCIDRList: [{pool}]}}}}"
    network = patch("cluster: {network: {podSubnets: [10.244.0.0/16]}}")

    assert len(hits("TAL009", cilium(values), network)) == found


@pytest.mark.parametrize(
    ("ports", "protocol", "found"),
    [
        ("[8472]", "udp", 0),
        ("[8000-9000]", "udp", 0),
        ("['${PORT}']", "udp", 0),
        ("[8472]", "tcp", 1),
        ("[6081]", "udp", 1),
    ],
)
def test_the_tunnel_goes_through_the_firewall(ports: str, protocol: str, found: int) -> None:
    block = "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: block"
    rule = (
        f"apiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: tunnel\n"
        f"portSelector: {{ports: {ports}, protocol: {protocol}}}\ningress: [{{subnet: 10.0.0.0/24}}]"
    )

    assert len(hits("TAL012", cilium("routingMode: tunnel"), patch(f"{block}\n---\n{rule}"))) == found


VIP = "apiVersion: v1alpha1\nkind: Layer2VIPConfig\nname: 10.0.0.5\nlink: eth0"
LEGACY_VIP = "machine: {network: {interfaces: [{interface: eth0, vip: {ip: 10.0.0.5}}]}}"
ETCD = "cluster: {etcd: {advertisedSubnets: [10.0.0.0/24]}}"


@pytest.mark.parametrize("text", [VIP, LEGACY_VIP])
@pytest.mark.parametrize(
    ("file", "roles", "found"),
    [
        ("talos/worker/vip.yaml", (), 1),
        ("talos/control-plane/vip.yaml", ("control-plane", "worker"), 0),
        ("talos/all/vip.yaml", ("control-plane", "worker"), 1),
        ("talos/all/vip.yaml", ("control-plane",), 0),
        ("talos/node/node-1/vip.yaml", ("control-plane", "worker"), 1),
        ("talos/node/node-0/vip.yaml", ("control-plane", "worker"), 0),
        ("talos/patches/vip.yaml", ("control-plane", "worker"), 0),
    ],
)
def test_shared_addresses_and_workers(text: str, file: str, roles: tuple[str, ...], found: int) -> None:
    assert len(hits("TAL014", topf(*roles), patch(text, file))) == found


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("talos/all/etcd.yaml", 1),
        ("talos/patches/controller/cluster.yaml", 0),
        ("talos/control-plane/all.yaml", 0),
        ("talos/somewhere/etcd.yaml", 0),
    ],
)
def test_what_only_control_planes_have(file: str, found: int) -> None:
    assert len(hits("TAL016", topf("control-plane", "worker"), patch(ETCD, file))) == found


def test_a_patch_that_talhelper_names_is_for_the_machines_that_it_names() -> None:
    workers = "worker:\n  patches: ['@./patches/etcd.yaml']\n"
    control = "controlPlane:\n  patches: ['@./patches/etcd.yaml']\n"
    nodes = TALCONFIG + "  - {hostname: w-1, ipAddress: 10.0.0.21, controlPlane: false}\n"

    assert hits("TAL016", nodes + workers, patch(ETCD, "patches/etcd.yaml"))
    assert hits("TAL016", nodes + control, patch(ETCD, "patches/etcd.yaml")) == []


HOST = "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: node-0"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ((topf("control-plane"), patch(HOST)), 1),
        ((topf("control-plane", version="1.11.6"), patch(HOST)), 0),
        ((topf("control-plane"), patch(f"{HOST}\nauto: 'off'")), 0),
        ((topf("control-plane"), patch(f"{HOST}\nauto: off")), 0),
        ((TALCONFIG, patch(HOST)), 0),
        (
            (
                topf("control-plane"),
                patch(HOST, "talos/node/node-0/host.yaml"),
                patch("apiVersion: v1alpha1\nkind: HostnameConfig\nauto: 'off'"),
            ),
            0,
        ),
    ],
)
def test_names_of_hosts(files: tuple[str, ...], found: int) -> None:
    assert len(hits("TAL017", *files)) == found


def test_two_forms_for_different_machines_are_no_conflict() -> None:
    older = patch("machine: {network: {hostname: node-0}}", "talos/node/node-0/host.yaml")
    newer = patch(f"{HOST}\nauto: 'off'", "talos/node/node-1/host.yaml")

    assert hits("TAL018", topf("control-plane", "worker"), older, newer) == []


@pytest.mark.parametrize(
    ("version", "found"), [("1.10.9", 1), ("1.11.6", 1), ("1.12.4", 0), ("1.14.1", 0), ("'${TALOS}'", 0)]
)
def test_documents_of_a_later_minor(version: str, found: int) -> None:
    assert len(hits("TAL019", topf("control-plane", version=version), patch(HOST))) == found


@pytest.mark.parametrize(("version", "found"), [("1.12.4", 1), ("1.13.9", 1), ("1.14.1", 0)])
def test_deletions_of_what_may_not_be_there(version: str, found: int) -> None:
    text = "apiVersion: v1alpha1\nkind: ResolverConfig\n$patch: delete"

    assert len(hits("TAL020", topf("control-plane", version=version), patch(text))) == found


@pytest.mark.parametrize(
    ("path", "version", "found"),
    [
        ("/machine/certSANs/-", "1.12.4", 1),
        ("/machine/certSANs/-", "1.11.6", 0),
        ("/spec/replicas", "1.12.4", 0),
    ],
)
def test_json_patches(path: str, version: str, found: int) -> None:
    text = f"- {{op: add, path: {path}, value: 10.0.0.5}}"

    assert len(hits("TAL021", topf("control-plane", version=version), patch(text))) == found


@pytest.mark.parametrize(
    ("roles", "found"),
    [
        (("control-plane",), 0),
        (("control-plane", "control-plane"), 1),
        (("control-plane", "control-plane", "control-plane"), 0),
        (("control-plane", "control-plane", "worker"), 1),
        (("worker", "worker"), 0),
    ],
)
def test_how_many_control_planes(roles: tuple[str, ...], found: int) -> None:
    assert len(hits("TAL023", topf(*roles), patch(NO_PROXY))) == found


def test_an_even_number_of_machines_without_roles_says_nothing() -> None:
    one = patch("machine: {network: {hostname: a}}", "talos/node/a/host.yaml")
    other = patch("machine: {network: {hostname: b}}", "talos/node/b/host.yaml")

    assert hits("TAL023", one, other) == []


@pytest.mark.parametrize(("mask", "found"), [(None, 1), ("'23'", 0), ("25", 1), ("'${MASK}'", 1)])
def test_addresses_for_pods(mask: str | None, found: int) -> None:
    arguments = f"cluster: {{controllerManager: {{extraArgs: {{node-cidr-mask-size: {mask}}}}}}}"
    files = [patch(arguments, "talos/control-plane/mask.yaml")] if mask else []
    kubelet = patch("machine: {kubelet: {extraConfig: {maxPods: 300}}}")

    assert len(hits("TAL025", cilium("ipam: {mode: kubernetes}"), kubelet, *files)) == found


@pytest.mark.parametrize(("mode", "adr012"), [("kubernetes", 0), ("cluster-pool", 1)])
def test_too_many_pods_are_told_by_one_rule(mode: str, adr012: int) -> None:
    kubelet = patch("machine: {kubelet: {extraConfig: {maxPods: 300}}}")
    text = [
        cilium(f"ipam: {{mode: {mode}}}"),
        kubelet,
        patch("cluster: {network: {podSubnets: [10.42.0.0/16]}}", "talos/all/net.yaml"),
    ]

    assert len(hits("ADR012", *text)) == adr012
    assert len(hits("TAL025", *text)) == 1 - adr012


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("ghcr.io/siderolabs/installer:v1.14.1", 1),
        ("ghcr.io/siderolabs/installer:v1.13.9", 0),
        (
            "factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba:v1.14.1",
            0,
        ),
        ("ghcr.io/siderolabs/installer:${VERSION}", 0),
    ],
)
def test_images_of_installers(image: str, found: int) -> None:
    install = patch(f"machine: {{install: {{image: '{image}'}}}}")

    assert len(hits("TAL026", topf("control-plane", version="1.14.1"), install)) == found


@pytest.mark.parametrize(
    ("file", "token", "found"),
    [
        ("talos/controlplane.yaml", "abcdef.0123456789abcdef", 1),
        ("talos/testdata/controlplane.yaml", "abcdef.0123456789abcdef", 0),
        ("talos/controlplane.yaml", "ENC[AES256_GCM,data:aaaa,type:str]", 0),
        ("talos/controlplane.yaml", "${TOKEN}", 0),
        ("talos/controlplane.yaml", "{{ .token }}", 0),
        ("talos/controlplane.yaml", "op://vault/talos/token", 0),
        ("talos/controlplane.yaml", "<machine token of yours>", 0),
        ("talos/controlplane.yaml", "xxxxxx.xxxxxxxxxxxxxxxx", 0),
        ("talos/controlplane.yaml", "", 0),
    ],
)
def test_secrets(file: str, token: str, found: int) -> None:
    config = patch(f"version: v1alpha1\nmachine:\n  type: controlplane\n  token: '{token}'", file)

    assert len(hits("TAL027", config)) == found


def test_a_secret_is_not_shown() -> None:
    config = patch("version: v1alpha1\nmachine:\n  type: controlplane\n  token: abcdef.0123456789abcdef")

    (hit,) = hits("TAL027", config)

    assert "0123456789" not in hit.message


@pytest.mark.parametrize(("version", "found"), [("1.9.6", 0), ("1.10.1", 1), ("1.12.4", 1)])
def test_extensions_in_a_config(version: str, found: int) -> None:
    install = patch("machine: {install: {extensions: [{image: 'ghcr.io/siderolabs/iscsi-tools:v0.1.4'}]}}")

    assert len(hits("TAL028", topf("control-plane", version=version), install)) == found
