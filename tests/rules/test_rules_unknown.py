"""Innocent constellations of other people's repositories, of which rules of severity error say nothing."""

from pathlib import Path

import pytest
from fabric_files import cilium, l2_policy, messages, node, pool, service, talconfig, values_of

from fabricgen.lint import lint_path

NODES = talconfig(node(1), node(2))
OVER_NODES = pool("cidr: 10.0.0.0/24")
NATIVE = "routingMode: native, ipam: {mode: kubernetes}, ipv4NativeRoutingCIDR: 10.42.0.0/16"
ROOT = """\
# file: flux/cluster.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cluster, namespace: flux-system}
spec: {prune: true, path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}
# file: apps/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [map.yaml]
# file: apps/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: default}
"""
STRAY_POLICY = """\
# file: considered-once/policy.yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: nothing, namespace: default}
spec: {endpointSelector: {}, ingress: [], egress: []}
"""


def told(root: Path, *files: str) -> list[str]:
    """Write files and return the ids of the errors that are told of them."""
    for file in files:
        name, _, text = file.removeprefix("# file: ").partition("\n")
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return [one.rule for one in lint_path(root) if one.severity == "error"]


def split(text: str) -> list[str]:
    return [f"# file: {part}" for part in text.split("# file: ") if part]


def subnets(pods: str, file: str = "one") -> str:
    return f"# file: talos/patches/{file}.yaml\ncluster: {{network: {{podSubnets: [{pods}]}}}}\n"


def test_a_pool_over_nodes_bites_with_the_first_service_that_is_not_there_yet() -> None:
    assert messages("ADR001", NODES, OVER_NODES) == []
    assert len(messages("ADR002", NODES, OVER_NODES)) == 1


def test_a_service_of_another_class_draws_from_no_pool_here() -> None:
    foreign = service("one", spec="loadBalancerClass: tailscale")

    assert messages("ADR001", NODES, OVER_NODES, foreign) == []
    assert len(messages("ADR001", NODES, OVER_NODES, service("one"))) == 1


def test_values_of_another_class_draw_from_no_pool_here() -> None:
    foreign = values_of("one", "service: {type: LoadBalancer, loadBalancerClass: tailscale}")

    assert messages("ADR001", NODES, OVER_NODES, foreign) == []


@pytest.mark.parametrize(("kind", "count"), [("LoadBalancer", 1), ("ClusterIP", 0), ("NodePort", 0)])
def test_an_address_beside_a_type_that_takes_none_is_not_asked_for(kind: str, count: int) -> None:
    values = values_of("one", f"service: {{type: {kind}, loadBalancerIP: 192.168.9.9}}")

    assert len(messages("LBS019", cilium(), pool("cidr: 10.9.0.0/24"), values)) == count


def test_a_machine_whose_own_link_is_not_told_is_not_known_to_be_elsewhere() -> None:
    storage = node(2).replace("10.0.0.12/24", "10.99.0.12/24")
    routes = cilium("routingMode: native, autoDirectNodeRoutes: true, ipv4NativeRoutingCIDR: 10.42.0.0/16")

    assert messages("RTE008", routes, talconfig(node(1), storage)) == []


def test_pod_networks_that_disagree_tell_nothing_about_the_native_one() -> None:
    one, other = subnets("10.42.0.0/16"), subnets("10.244.0.0/16", "other")

    assert messages("RTE005", cilium(NATIVE), one, other) == []
    assert len(messages("RTE005", cilium(NATIVE), other)) == 1


def test_flannel_may_be_turned_off_in_a_file_that_is_not_read_as_talos() -> None:
    proxy = "# file: talos/patches/proxy.yaml\ncluster: {proxy: {disabled: true}}\n"
    other = "# file: ansible/vars.yaml\ntalos:\n  cni:\n    name: none\n"

    assert len(messages("TAL002", cilium(), proxy)) == 1
    assert messages("TAL002", cilium(), proxy, other) == []


def test_flags_of_the_installer_count_beside_the_config_of_k3s() -> None:
    config = "# file: k3s/config.yaml\ncluster-init: true\ntls-san: [k3s.example.org]\n"
    flags = "# file: ansible/k3s.yaml\ninstall_exec: --flannel-backend=none --disable=traefik,servicelb\n"
    files = (cilium(), config, pool("cidr: 10.9.0.0/24"))

    assert len(messages("K3S001", *files)) == 1
    assert len(messages("K3S004", *files)) == 1
    assert messages("K3S001", *files, flags) == []
    assert messages("K3S004", *files, flags) == []


def test_a_policy_that_no_layer_applies_is_nobodys(tmp_path: Path) -> None:
    assert "POL004" in told(tmp_path / "alone", STRAY_POLICY)
    assert told(tmp_path / "beside", *split(ROOT), STRAY_POLICY) == []


def test_what_stands_in_a_submodule_is_not_missed(tmp_path: Path) -> None:
    listed = ROOT.replace("[map.yaml]", "[map.yaml, shared/base]")
    modules = '# file: .gitmodules\n[submodule "shared"]\n\tpath = apps/shared\n\turl = https://example.org/shared\n'

    assert told(tmp_path / "without", *split(listed)) == ["FLX002"]
    assert told(tmp_path / "with", *split(listed), modules) == []


def test_files_that_the_source_leaves_out_need_not_be_manifests(tmp_path: Path) -> None:
    generated = ROOT.replace("./apps", "./plain") + (
        "# file: plain/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: default}\n"
    )
    values = "# file: plain/values.yaml\nreplicas: 2\n"
    ignoring = (
        "# file: plain/source.yaml\n"
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        "metadata: {name: flux-system, namespace: flux-system}\n"
        "spec: {interval: 1h, url: https://example.org/one, ignore: values.yaml}\n"
    )

    assert "FLX015" in told(tmp_path / "plain", *split(generated), values)
    assert "FLX015" not in told(tmp_path / "ignoring", *split(generated), values, ignoring)


def test_a_namespace_of_another_cluster_is_not_this_ones_flux(tmp_path: Path) -> None:
    there = ROOT.replace("prune: true", "prune: true, kubeConfig: {secretRef: {name: other}}").replace(
        "kind: ConfigMap\nmetadata: {name: one, namespace: default}",
        "kind: Namespace\nmetadata: {name: flux-system}",
    )

    assert told(tmp_path, *split(there)) == []


def test_an_address_in_a_place_that_only_the_chart_knows_may_be_that_of_any_service() -> None:
    values = "port: {service: {type: LoadBalancer}}, serviceAnnotations: {lbipam.cilium.io/ips: 10.0.0.200}"

    assert messages("ADR001", NODES, OVER_NODES, values_of("one", values)) == []
    assert len(messages("ADR001", NODES, OVER_NODES, values_of("one", values.partition(", ")[0]))) == 1


def test_a_namespace_that_something_else_puts_in_needs_no_variable(tmp_path: Path) -> None:
    layer = ROOT.replace("prune: true", "prune: true, postBuild: {substitute: {APP: one}}")
    named = layer.replace("name: one, namespace: default", 'name: one, namespace: "${NAMESPACE}"')
    moved = named.replace("prune: true", "prune: true, targetNamespace: default")

    assert told(tmp_path / "open", *split(named)) == ["FLX001"]
    assert told(tmp_path / "moved", *split(moved)) == []


def test_a_copied_namespace_that_kustomize_names_rightly_is_no_loss(tmp_path: Path) -> None:
    copied = ROOT.replace("[map.yaml]", "[map.yaml, namespace.yaml]\nnamespace: apps") + (
        "# file: apps/namespace.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: network}\n"
    )
    user = "# file: flux/other.yaml\n" + ROOT.partition("# file: apps/")[0].partition("\n")[2].replace(
        "name: cluster", "name: other"
    ).replace("./apps", "./network").replace("prune: true", "prune: false, targetNamespace: network")
    files = "# file: network/kustomization.yaml\nresources: [made.yaml]\n# file: network/made.yaml\napiVersion: v1\n"
    config_map = "kind: ConfigMap\nmetadata: {name: one}\n"
    namespace = "kind: Namespace\nmetadata: {name: network}\n"

    assert told(tmp_path / "lost", *split(copied), user, *split(files + config_map)) == ["FLS003"]
    assert told(tmp_path / "made", *split(copied), user, *split(files + namespace)) == []


def test_what_starts_a_cluster_may_call_the_repository_otherwise(tmp_path: Path) -> None:
    entry = ROOT.replace("name: flux-system}}", "name: home}}").replace("./apps", "./kubernetes/apps")
    entry = entry.replace("# file: apps/", "# file: kubernetes/apps/").replace(
        "[map.yaml]", "[one.yaml, two.yaml]"
    )
    inner = (
        "# file: kubernetes/apps/NAME.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: NAME, namespace: flux-system}\n"
        "spec: {prune: true, path: ./kubernetes/NAME, sourceRef: {kind: GitRepository, name: flux-system}DEPENDS}\n"
        "# file: kubernetes/NAME/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, namespace: default}\n"
    )
    one = inner.replace("NAME", "one").replace("DEPENDS", "")
    two = inner.replace("NAME", "two").replace("DEPENDS", ", dependsOn: [{name: one}]")

    assert told(tmp_path, *split(entry), *split(one), *split(two)) == []


def test_the_channel_of_gateway_api_may_be_chosen_by_what_its_source_leaves_out(tmp_path: Path) -> None:
    source = (
        "# file: apps/map.yaml\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        "metadata: {name: crds, namespace: flux-system}\n"
        "spec: {interval: 1h, url: https://github.com/kubernetes-sigs/gateway-api, ref: {tag: v1.6.1}IGNORE}\n---\n"
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: crds, namespace: flux-system}\n"
        "spec: {prune: true, sourceRef: {kind: GitRepository, name: crds}}\n---\n"
        "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: TCPRoute\nmetadata: {name: one, namespace: default}\n"
    )
    base = [
        *split(ROOT.partition("# file: apps/map.yaml")[0]),
        cilium().replace("# file: cilium", "# file: apps"),
    ]
    base[1] = base[1].replace("[map.yaml]", "[map.yaml, release.yaml]")
    ignore = ', ignore: "/*\\n!config/crd/experimental"'

    assert "VER007" in told(tmp_path / "standard", *base, source.replace("IGNORE", ""))
    assert "VER007" not in told(tmp_path / "ignoring", *base, source.replace("IGNORE", ignore))


def test_a_kubernetes_of_k3s_is_not_one_for_talos() -> None:
    talos = talconfig(node(1))
    plan = "# file: ansible/vars.yaml\nk3s_release_version: v1.36.3+k3s1\n"

    assert messages("VER010", talos, plan) == []
    assert len(messages("VER010", talconfig(node(1), more="kubernetesVersion: v1.40.0\n"))) == 1


def test_who_denies_everything_has_no_rest_to_allow() -> None:
    policy = (
        "# file: policies/one.yaml\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        "metadata: {name: one, namespace: apps}\nspec: {endpointSelector: {}, ingressDeny: [DENIED]}\n"
    )

    assert len(messages("POL034", policy.replace("DENIED", "{fromEntities: [world]}"))) == 1
    assert messages("POL034", policy.replace("DENIED", "{}")) == []


def test_values_that_flux_fills_in_differ_from_nothing() -> None:
    chart = (
        "# file: ansible/cilium.yaml\napiVersion: helm.cattle.io/v1\nkind: HelmChart\n"
        "metadata: {name: cilium, namespace: kube-system}\n"
        "spec: {chart: cilium, version: 1.20.2, valuesContent: 'ipam: {operator: {clusterPoolIPv4PodCIDRList: [10.42.0.0/16]}}'}\n"
    )
    filled = "ipam: {operator: {clusterPoolIPv4PodCIDRList: [NETWORK]}}"
    layer = ROOT.partition("# file: apps/")[0].replace("./apps", "./cilium")
    release = cilium(filled).replace("[NETWORK]", '["${POD_CIDR}"]')
    other = cilium(filled).replace("NETWORK", "10.43.0.0/16")

    assert len(messages("BTS006", layer, chart, other)) == 1
    assert messages("BTS006", layer, chart, release) == []


def test_a_layer_that_two_others_apply_is_no_second_release() -> None:
    layers = "".join(
        f"# file: flux/{name}.yaml\n"
        + ROOT.partition("# file: apps/")[0]
        .partition("\n")[2]
        .replace("./apps", "./cilium")
        .replace("name: cluster", f"name: {name}")
        for name in ("one", "two")
    )

    assert messages("BTS004", layers, cilium()) == []


def test_what_flux_syncs_tells_other_repositories_of_the_same_layout(tmp_path: Path) -> None:
    instance = (
        "# file: flux/instance.yaml\napiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\n"
        "metadata: {name: flux, namespace: flux-system}\n"
        "spec: {distribution: {version: 2.8.x, registry: ghcr.io/fluxcd}, sync: {kind: GitRepository, "
        "url: 'https://example.org/me/here.git', path: flux/cluster, ref: refs/heads/main}}\n"
    )
    root = ROOT.replace("# file: flux/cluster.yaml", "# file: flux/cluster/apps.yaml").replace(
        "./apps", "./kubernetes/apps"
    )
    root = root.replace("# file: apps/", "# file: kubernetes/apps/").replace(
        "[map.yaml]", "[one/ks.yaml, two/ks.yaml]"
    )
    source = (
        "# file: kubernetes/apps/one/ks.yaml\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        "metadata: {name: there, namespace: flux-system}\nspec: {interval: 1h, url: 'ssh://git@example.org/me/ADDRESS'}\n---\n"
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: one, namespace: flux-system}\n"
        "spec: {prune: true, path: ./kubernetes/apps/two/app, sourceRef: {kind: GitRepository, name: there}}\n"
    )
    waiting = (
        "# file: kubernetes/apps/two/ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: two, namespace: flux-system}\n"
        "spec: {prune: true, path: ./kubernetes/apps/two/app, dependsOn: [{name: elsewhere}], "
        "sourceRef: {kind: GitRepository, name: flux-system}}\n"
        "# file: kubernetes/apps/two/app/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, namespace: default}\n"
    )
    files = [*split(instance), *split(root), *split(waiting)]

    assert "FLX004" in told(tmp_path / "same", *files, source.replace("ADDRESS", "here"))
    assert "FLX004" not in told(tmp_path / "other", *files, source.replace("ADDRESS", "other"))


def test_a_kustomization_that_its_folder_leaves_out_is_not_judged_as_it_stands(tmp_path: Path) -> None:
    alone = ROOT.replace(
        ", namespace: flux-system}\nspec: {prune", "}\nspec: {dependsOn: [{name: none}], prune"
    )

    assert told(
        tmp_path / "whole", *split(alone.replace("{name: cluster}", "{name: cluster, namespace: a}"))
    ) == ["FLX004"]
    assert told(tmp_path / "bare", *split(alone)) == []


def test_where_most_kustomizations_are_not_reached_nothing_is_said_to_be_missing(tmp_path: Path) -> None:
    waiting = ROOT.replace("prune: true", "prune: true, dependsOn: [{name: none}]")
    lost = "".join(
        f"# file: lost/{name}/ks.yaml\n"
        + ROOT.partition("# file: apps/")[0]
        .partition("\n")[2]
        .replace("./apps", f"./gone/{name}")
        .replace("name: cluster", f"name: {name}")
        .replace("name: flux-system}}", "name: other}}")
        for name in ("one", "two")
    )

    assert told(tmp_path / "known", *split(waiting)) == ["FLX004"]
    assert told(tmp_path / "lost", *split(waiting), *split(lost)) == []


def test_a_name_outside_with_a_search_domain_behind_it_is_no_service() -> None:
    policy = (
        "# file: policies/one.yaml\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        "metadata: {name: one, namespace: apps}\nspec: {endpointSelector: {}, egress: [{toFQDNs: [NAMES]}]}\n"
    )
    searched = "{matchName: example.org}, {matchName: example.org.apps.svc.cluster.local}"

    assert len(messages("POL033", policy.replace("NAMES", "{matchName: web.apps.svc.cluster.local}"))) == 1
    assert messages("POL033", policy.replace("NAMES", searched)) == []


@pytest.mark.parametrize(("more", "count"), [("ipv6: {enabled: true}", 1), ("ipv6: {enabled: false}", 0)])
def test_addresses_of_a_family_that_services_do_not_have_are_announced_by_nobody(
    more: str, count: int
) -> None:
    old = cilium(f"kubeProxyReplacement: true, l2announcements: {{enabled: true}}, {more}", version="1.18.6")

    assert len(messages("L2A014", old, pool("cidr: 'fd00:10::200/120'"), l2_policy())) == count


def test_a_layer_in_the_folder_that_it_applies_means_that_of_another_repository(tmp_path: Path) -> None:
    root = ROOT.replace("# file: flux/", "# file: start/").replace("./apps", "./kubernetes/apps")
    root = root.replace("# file: apps/", "# file: kubernetes/apps/").replace("[map.yaml]", "[one, two]")
    there = (
        "# file: kubernetes/apps/one/there.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: one, namespace: flux-system}\n"
        "spec: {prune: true, path: ./kubernetes/apps/one, sourceRef: {kind: GitRepository, name: there}}\n"
        "# file: kubernetes/apps/one/kustomization.yaml\nresources: [there.yaml]\n"
    )
    here = (
        "# file: kubernetes/apps/two/ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: two, namespace: flux-system}\nspec: {prune: true, path: ./kubernetes/apps/two/app, "
        "dependsOn: [{name: of-there}], sourceRef: {kind: GitRepository, name: flux-system}}\n"
        "# file: kubernetes/apps/two/kustomization.yaml\nresources: [ks.yaml]\n"
        "# file: kubernetes/apps/two/app/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, namespace: default}\n"
    )

    assert told(tmp_path / "unnamed", *split(root), *split(there), *split(here)) == []
    assert (
        told(
            tmp_path / "own",
            *split(root),
            *split(there.replace("name: there}}", "name: flux-system}}")),
            *split(here),
        )
        == []
    )
