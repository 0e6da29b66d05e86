"""What rules said wrongly of other people's repositories, and say no more."""

from pathlib import Path

from fabricgen.fabric import infer
from fabricgen.lint import lint_path
from fabricgen.lint.run import hits_of
from fabricgen.rules.catalogue import all_rules
from fabricgen.rules.example import clusters_of

RELEASE = """\
# file: cilium/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart:
    spec: {chart: cilium, version: VERSION, sourceRef: {kind: HelmRepository, name: cilium}}
  values: VALUES
"""


def release(values: str, version: str = "1.19.0") -> str:
    return RELEASE.replace("VERSION", version).replace("VALUES", values)


def said(rule: str, text: str) -> list[str]:
    """Return what a rule says of a repository."""
    (wanted,) = (one for one in all_rules() if one.id == rule)
    return [hit.message for cluster in clusters_of(text) for _, hit in hits_of(infer(cluster), [wanted])]


def test_a_machine_that_is_told_by_itself_is_not_known_to_be_the_only_one() -> None:
    node = """\
# file: talos/nodes/one/link.yaml
apiVersion: v1alpha1
kind: LinkConfig
name: eth0
addresses: [{address: 10.0.0.1/24}]
"""

    assert not said("CIL005", release("{operator: {replicas: 2}}") + node)


def test_the_chart_of_long_ago_is_not_measured_by_the_defaults_of_today() -> None:
    values = "{tunnel: disabled, autoDirectNodeRoutes: true, loadBalancer: {mode: dsr}}"

    assert not said("RTE007", release(values, version="1.12.0"))
    assert not said("RTE001", release(values, version="1.12.0"))


def test_advertising_pods_in_both_ways_works_in_either_mode() -> None:
    text = (
        release("{bgpControlPlane: {enabled: true}, ipam: {mode: multi-pool}}")
        + """\
# file: cilium/bgp.yaml
apiVersion: cilium.io/v2
kind: CiliumBGPAdvertisement
metadata: {name: pods}
spec:
  advertisements:
    - advertisementType: PodCIDR
    - advertisementType: CiliumPodIPPool
"""
    )

    assert not said("BGP012", text)


def test_gateways_behind_one_service_ask_for_its_address_and_for_no_other() -> None:
    text = """\
# file: traefik/gateways.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: internal, namespace: network}
spec: {gatewayClassName: traefik-internal, addresses: [{value: 10.0.10.30}], listeners: []}
---
apiVersion: v1
kind: Service
metadata:
  name: traefik
  namespace: network
  annotations: {lbipam.cilium.io/ips: 10.0.10.30}
spec: {type: LoadBalancer, ports: [{port: 80}]}
"""

    assert not said("LBS021", release("{}") + text)


CRDS = """\
# file: flux/crds.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: gateway-api, namespace: flux-system}
spec: {interval: 1h, url: https://github.com/kubernetes-sigs/gateway-api, ref: {tag: v1.6.0}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: gateway-api-crds, namespace: flux-system}
spec:
  interval: 1h
  prune: false
  path: ./config/crd/CHANNEL
  sourceRef: {kind: GitRepository, name: gateway-api}
"""
GATEWAY = "{kubeProxyReplacement: true, gatewayAPI: {enabled: true}}"


def test_the_experimental_crds_still_serve_what_an_older_cilium_watches() -> None:
    assert not said("VER008", release(GATEWAY) + CRDS.replace("CHANNEL", "experimental"))


def test_the_standard_crds_serve_it_no_more() -> None:
    assert said("VER008", release(GATEWAY) + CRDS.replace("CHANNEL", "standard"))


POOL_OF_THE_LAN = """\
# file: cilium/pool.yaml
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata: {name: lan}
spec: {blocks: [{cidr: 192.0.2.0/24}]}
# file: talos/talconfig.yaml
clusterName: home
nodes: [{hostname: one, ipAddress: 192.0.2.11, controlPlane: true}]
# file: apps/web.yaml
apiVersion: v1
kind: Service
metadata: {name: web, namespace: apps, annotations: {lbipam.cilium.io/ips: 192.0.2.80}}
spec: {type: LoadBalancer, ports: [{port: 80}]}
# file: apps/gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: media, namespace: apps}
spec: {gatewayClassName: CLASS, listeners: []}
"""
ENVOY = """\
# file: apps/class.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: envoy}
spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}
"""


def test_a_gateway_of_a_controller_that_balances_draws_from_the_pool() -> None:
    assert said("ADR001", POOL_OF_THE_LAN.replace("CLASS", "cilium"))
    assert said("ADR001", POOL_OF_THE_LAN.replace("CLASS", "envoy") + ENVOY)


def test_a_gateway_whose_controller_may_make_any_service_does_not_draw_from_the_pool() -> None:
    told_by_parameters = ENVOY.replace("controller}", "controller, parametersRef: {name: own}}")

    assert not said("ADR001", POOL_OF_THE_LAN.replace("CLASS", "media"))
    assert not said("ADR001", POOL_OF_THE_LAN.replace("CLASS", "envoy") + told_by_parameters)


def test_a_gateway_of_cilium_on_the_nodes_network_does_not_draw_from_the_pool() -> None:
    text = POOL_OF_THE_LAN.replace("CLASS", "cilium")

    assert not said("ADR001", text + release("{gatewayAPI: {enabled: true, hostNetwork: {enabled: true}}}"))


def test_a_policy_with_names_that_others_put_into_their_namespaces_is_not_judged_by_itself() -> None:
    text = """\
# file: components/names/policy.yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: names}
spec:
  endpointSelector: {}
  egress: [{toFQDNs: [{matchName: example.com}]}]
"""

    assert not said("POL031", text)
    assert said("POL031", text.replace("{name: names}", "{name: names, namespace: apps}"))


def test_a_layer_that_waits_for_what_it_applies_is_told_where_it_waits() -> None:
    text = """\
# file: clusters/home/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps
  prune: true
  interval: 1h
  sourceRef: {kind: GitRepository, name: flux-system}
  dependsOn: [{name: network}]
# file: apps/network.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: network, namespace: flux-system}
spec: {path: ./network, prune: true, interval: 1h, sourceRef: {kind: GitRepository, name: flux-system}}
# file: network/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: map, namespace: default}
"""

    assert said("FLX010", text) == [
        "it waits for Kustomization network, which is there only once it is applied itself"
    ]


def test_of_the_chart_s_own_pod_network_only_the_shares_of_the_first_nodes_meet_anything() -> None:
    talos = """\
# file: talos/talconfig.yaml
clusterName: home
clusterSvcNets: [10.96.0.0/12]
nodes: [{hostname: one, ipAddress: ADDRESS, controlPlane: true}]
"""
    far, near = talos.replace("ADDRESS", "10.10.10.20"), talos.replace("ADDRESS", "10.0.3.20")

    assert said("ADR009", release("{}") + near)
    assert not said("ADR009", release("{}") + far)
    assert said("CIL011", release("{}") + far)
    assert not said("ADR008", release("{}") + far)


def test_nodes_in_the_native_network_are_fine_where_bgp_tells_the_way_back() -> None:
    values = "routingMode: native, ipv4NativeRoutingCIDR: 10.0.0.0/16, ipam: {mode: kubernetes}"
    nodes = "# file: talos/talconfig.yaml\nclusterName: home\nnodes: [{hostname: one, ipAddress: 10.0.0.1}]\n"

    assert said("RTE006", release(f"{{{values}}}") + nodes)
    assert not said("RTE006", release(f"{{{values}, bgpControlPlane: {{enabled: true}}}}") + nodes)


def test_a_json_patch_that_nothing_names_is_let_be() -> None:
    patch = "# file: talos/cni-patch.yaml\n- {op: replace, path: /cluster/network/cni, value: {name: none}}\n"
    config = "# file: talos/talconfig.yaml\nclusterName: home\ntalosVersion: v1.12.1\nnodes: []\nMORE"
    named = 'patches: ["@./cni-patch.yaml"]\n'

    assert not said("TAL021", patch + config.replace("MORE", ""))
    assert said("TAL021", patch + config.replace("MORE", named))
    assert not said("TAL021", patch + config.replace("MORE", f"# {named}"))


def test_an_encrypted_namespace_is_not_missed() -> None:
    text = """\
# file: clusters/home/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: ./apps, prune: true, interval: 1h, sourceRef: {kind: GitRepository, name: flux-system}}
# file: apps/things.yaml
apiVersion: v1
kind: Namespace
metadata: {name: apps}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: map, namespace: "NAMESPACE"}
"""

    assert said("REF002", text.replace("NAMESPACE", "other"))
    assert not said("REF002", text.replace("NAMESPACE", "ENC[AES256_GCM,data:x,type:str]"))


def test_a_circle_through_a_layer_that_waits_for_what_it_applies_is_told_once() -> None:
    text = """\
# file: clusters/home/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  {path: ./apps, prune: true, interval: 1h, sourceRef: {kind: GitRepository, name: flux-system},
   dependsOn: [{name: stores}]}
# file: apps/secrets.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: secrets, namespace: flux-system}
spec: {path: ./secrets, prune: true, interval: 1h, sourceRef: {kind: GitRepository, name: flux-system}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: stores, namespace: flux-system}
spec:
  {path: ./stores, prune: true, interval: 1h, sourceRef: {kind: GitRepository, name: flux-system},
   dependsOn: [{name: secrets}]}
# file: secrets/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: secrets, namespace: default}
# file: stores/map.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: stores, namespace: default}
"""

    assert len(said("FLX010", text)) == 1


def test_a_layer_that_applies_itself_was_applied_beside_what_it_waits_for() -> None:
    text = """\
# file: flux/cluster.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cluster, namespace: flux-system}
spec:
  {path: ./flux, prune: true, interval: 1h, sourceRef: {kind: GitRepository, name: flux-system},
   dependsOn: [{name: flux}]}
# file: flux/flux.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux, namespace: flux-system}
spec: {path: ./install, prune: true, interval: 1h, sourceRef: {kind: OCIRepository, name: flux-manifests}}
"""

    assert not said("FLX010", text)


def test_a_file_that_is_put_into_a_config_map_is_data_and_may_repeat_keys(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pipeline.yaml").write_text("rename: a\nrename: b\n", encoding="utf-8")
    before = [one.rule for one in lint_path(tmp_path)]
    text = "configMapGenerator:\n  - {name: p, files: [main.yaml=./pipeline.yaml]}\n"
    (tmp_path / "kustomization.yaml").write_text(text, encoding="utf-8")

    after = [one.rule for one in lint_path(tmp_path)]

    assert (before, after) == (["YML001"], [])


def test_an_address_of_a_family_without_pools_is_spare_beside_one_that_is_given() -> None:
    text = POOL_OF_THE_LAN.replace("192.0.2.80", '"ADDRESSES"').replace("CLASS", "media")

    assert not said("LBS019", text.replace("ADDRESSES", "192.0.2.80, ::ffff:192.0.2.80"))
    assert said("LBS019", text.replace("ADDRESSES", "::ffff:192.0.2.80"))
    assert said("LBS019", text.replace("ADDRESSES", "192.0.2.80, 198.51.100.1"))


def test_values_that_somebody_fills_in_are_unknown() -> None:
    text = """\
# file: cilium/chart.yaml
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: cilium, namespace: kube-system}
spec: {chart: cilium, version: 1.19.5, valuesContent: CONTENT}
---
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: {name: lab}
spec: {bgpInstances: [{name: lab, localASN: 64512, peers: []}]}
"""

    assert said("BGP002", text.replace("CONTENT", '"ipam: {mode: kubernetes}"'))
    assert not said("BGP002", text.replace("CONTENT", '"@values@"'))
