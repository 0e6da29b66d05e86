"""What rules said wrongly of other people's repositories, and say no more."""

from fabricgen.fabric import infer
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
