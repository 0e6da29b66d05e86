"""What people have, small but as they write it: one tree for each format. Names, keys and addresses are ours."""

from typing import Final

FLUX: Final = {
    "clusters/home/flux-system/gotk-sync.yaml": """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: flux-system, namespace: flux-system }
spec:
  interval: 1m
  ref: { branch: main }
  secretRef: { name: flux-system }
  url: ssh://git@git.example.org/me/home
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: flux-system, namespace: flux-system }
spec:
  interval: 10m
  path: ./clusters/home
  prune: true
  sourceRef: { kind: GitRepository, name: flux-system }
""",
    "clusters/home/network.yaml": """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: network, namespace: flux-system }
spec:
  interval: 30m
  path: ./network
  prune: true
  sourceRef: { kind: GitRepository, name: flux-system }
""",
}

CILIUM: Final = {
    "network/cilium.yaml": """\
apiVersion: source.toolkit.fluxcd.io/v1beta2
kind: HelmRepository
metadata: { name: cilium, namespace: flux-system }
spec: { interval: 1h, url: https://helm.cilium.io/ }
---
apiVersion: helm.toolkit.fluxcd.io/v2beta1
kind: HelmRelease
metadata: { name: cilium, namespace: kube-system }
spec:
  interval: 30m
  chart:
    spec:
      chart: cilium
      version: 1.18.6
      sourceRef: { kind: HelmRepository, name: cilium, namespace: flux-system }
  values:
    autoDirectNodeRoutes: true
    bpf: { masquerade: true }
    cgroup: { automount: { enabled: false }, hostRoot: /sys/fs/cgroup }
    ipam: { mode: kubernetes }
    ipv4NativeRoutingCIDR: 10.244.0.0/16
    k8sServiceHost: localhost
    k8sServicePort: 7445
    kubeProxyReplacement: true
    l2announcements: { enabled: true }
    loadBalancer: { algorithm: maglev, mode: dsr }
    routingMode: native
    localRedirectPolicy: true
    debug: { enabled: true }
""",
    "network/pools.yaml": """\
apiVersion: cilium.io/v2alpha1
kind: CiliumLoadBalancerIPPool
metadata: { name: lan }
spec:
  blocks: [{ start: 10.0.0.200, stop: 10.0.0.220 }]
---
apiVersion: cilium.io/v2alpha1
kind: CiliumL2AnnouncementPolicy
metadata: { name: lan }
spec:
  loadBalancerIPs: true
  interfaces: [^eno1$]
  nodeSelector: { matchLabels: { kubernetes.io/os: linux } }
---
apiVersion: v1
kind: Service
metadata:
  name: dns
  namespace: network
  annotations: { lbipam.cilium.io/ips: 10.0.0.205 }
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: { app: dns }
  ports: [{ name: dns, port: 53, protocol: UDP }]
""",
}

TALHELPER: Final = {
    "talos/talconfig.yaml": """\
clusterName: home
talosVersion: v1.11.5
kubernetesVersion: v1.33.4
endpoint: https://10.0.0.5:6443
clusterPodNets: [10.244.0.0/16]
clusterSvcNets: [10.96.0.0/12]
additionalApiServerCertSans: [10.0.0.5, api.example.org]
cniConfig: { name: none }
nodes:
  - hostname: cp-1
    ipAddress: 10.0.0.11
    controlPlane: true
    installDisk: /dev/nvme0n1
    networkInterfaces:
      - deviceSelector: { hardwareAddr: "d8:3a:dd:00:00:01" }
        addresses: [10.0.0.11/24]
        routes: [{ network: 0.0.0.0/0, gateway: 10.0.0.1 }]
        vip: { ip: 10.0.0.5 }
  - hostname: worker-1
    ipAddress: ${WORKER_IP}
    controlPlane: false
    installDiskSelector: { type: nvme }
    machineSpec: { arch: arm64 }
    nodeLabels: { example.org/disk: fast }
    networkInterfaces:
      - interface: end0
        addresses: ["${WORKER_IP}/24"]
        routes: [{ network: 0.0.0.0/0, gateway: 10.0.0.1 }]
controlPlane:
  schematic:
    customization:
      extraKernelArgs: [net.ifnames=0]
      systemExtensions: { officialExtensions: [siderolabs/iscsi-tools] }
patches:
  - |-
    cluster:
      proxy: { disabled: true }
    machine:
      sysctls: { fs.inotify.max_user_watches: "524288" }
  - "@./patches/kubelet.yaml"
  - |-
    machine:
      registries:
        config:
          ghcr.io: { auth: { username: me, password: "hunter2hunter2hunter2" } }
""",
    "talos/talenv.yaml": "WORKER_IP: 10.0.0.21\n",
    "talos/talsecret.sops.yaml": "cluster: { id: 'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]' }\nsops: { version: 3.9.0 }\n",
    "talos/patches/kubelet.yaml": "machine:\n  kubelet:\n    extraConfig: { maxPods: 200 }\n",
}

TOPF: Final = {
    "talos/topf.yaml": """\
clusterName: home
clusterEndpoint: https://10.0.0.5:6443
kubernetesVersion: 1.34.2
talosVersion: 1.12.5
nodes:
  - { host: cp-1, ip: 10.0.0.11, role: control-plane }
  - { host: worker-1, ip: 10.0.0.21, role: worker }
""",
    "talos/all/network.yaml": "cluster:\n  network:\n    cni: { name: none }\n    podSubnets: [10.244.0.0/16]\n"
    "    serviceSubnets: [10.96.0.0/12]\n  proxy: { disabled: true }\n",
    "talos/control-plane/vip.yaml": "apiVersion: v1alpha1\nkind: Layer2VIPConfig\nname: 10.0.0.5\nlink: eno1\n",
    "talos/node/cp-1/link.yaml": "machine:\n  install: { disk: /dev/sda }\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eno1\n"
    "addresses: [{ address: 10.0.0.11/24 }]\nroutes: [{ gateway: 10.0.0.1 }]\n",
    "talos/node/worker-1/link.yaml": "machine:\n  install: { disk: /dev/sda }\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eno1\n"
    "addresses: [{ address: 10.0.0.21/24 }]\nroutes: [{ gateway: 10.0.0.1 }]\n",
}

TALM: Final = {
    "Chart.yaml": "apiVersion: v2\nname: home\ntype: application\nversion: 0.1.0\n"
    "templateOptions: { talosVersion: v1.11 }\n",
    "values.yaml": "endpoint: https://10.0.0.5:6443\nfloatingIP: 10.0.0.5\n"
    "image: factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba:v1.11.5\n"
    "podSubnets: [10.244.0.0/16]\nserviceSubnets: [10.96.0.0/16]\nadvertisedSubnets: [10.0.0.0/24]\n",
    "nodes/cp-1.yaml": '# talm: nodes=["10.0.0.11"], endpoints=["10.0.0.11"], templates=["templates/controlplane.yaml"]\n'
    "machine:\n  type: controlplane\n  install: { disk: /dev/sda }\n  network: { hostname: cp-1 }\n",
    "nodes/worker-1.yaml": '# talm: nodes=["10.0.0.21"], endpoints=["10.0.0.11"], templates=["templates/worker.yaml"]\n'
    "machine:\n  type: worker\n  install: { disk: /dev/sda }\n  network: { hostname: worker-1 }\n",
}

CLUSTER_TOML: Final = {
    "cluster.toml": """\
[network]
node_cidr = "10.0.0.0/24"
vlan_tag = "20"
[kubernetes.api]
addr = "10.0.0.5"
tls_sans = ["api.example.org"]
[gateways]
internal = "10.0.0.6"
dns = "10.0.0.7"
external = "10.0.0.8"
[repository]
url = "https://git.example.org/me/home"
[domain]
name = "example.org"
[dns]
provider = "cloudflare"
token = "h7dKq2PzR9xWv4LmT8nYc3JbF6sGa1Ue0iQo5tZk"
[cilium]
loadbalancer_mode = "snat"
[cilium.bgp]
router_addr = "10.0.0.1"
router_asn = "64513"
node_asn = "64514"
[talos]
schematic_id = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"
[[nodes]]
name = "cp-1"
address = "10.0.0.11"
controller = true
disk = "/dev/sda"
mac_addr = "d8:3a:dd:00:00:01"
""",
}

CLUSTER_YAML: Final = {
    "cluster.yaml": """\
node_cidr: 10.0.0.0/24
cluster_api_addr: 10.0.0.5
cluster_dns_gateway_addr: 10.0.0.7
cluster_gateway_addr: 10.0.0.6
cloudflare_gateway_addr: 10.0.0.8
repository_name: me/home
cloudflare_domain: example.org
cloudflare_token: h7dKq2PzR9xWv4LmT8nYc3JbF6sGa1Ue0iQo5tZk
""",
    "nodes.yaml": """\
nodes:
  - name: cp-1
    address: 10.0.0.11
    controller: true
    disk: S5Y1NJ0R
    mac_addr: d8:3a:dd:00:00:01
    schematic_id: 376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba
    mtu: 9000
""",
}

K3S: Final = {
    "k3s/server-1/config.yaml": """\
node-name: server-1
node-ip: 10.0.0.11
token: K10c9f4b8e6d1a27c3f5e9b0d84a6172f3e5::server:9b1d6f
cluster-cidr: 10.42.0.0/16
service-cidr: 10.43.0.0/16
flannel-backend: none
disable-network-policy: true
disable-kube-proxy: true
disable: [servicelb, traefik, local-storage]
tls-san: [k3s.example.org]
""",
    "k3s/agent-1/config.yaml": """\
node-name: agent-1
node-ip: 10.0.0.21
server: https://10.0.0.11:6443
node-label: [example.org/disk=fast]
node-taint: ["example.org/slow=true:PreferNoSchedule"]
""",
    "upgrade/plan.yaml": """\
apiVersion: upgrade.cattle.io/v1
kind: Plan
metadata: { name: server, namespace: system-upgrade }
spec: { version: v1.33.4+k3s1, upgrade: { image: rancher/k3s-upgrade } }
""",
}

K3S_FLAGS: Final = {
    "install.sh": """\
#!/bin/sh
curl -sfL https://get.k3s.io | INSTALL_K3S_VERSION=v1.33.4+k3s1 INSTALL_K3S_EXEC="server \\
  --node-name server-1 --node-ip 10.0.0.11 \\
  --cluster-cidr 10.42.0.0/16 --service-cidr=10.43.0.0/16 \\
  --flannel-backend=none --disable-network-policy --disable-kube-proxy \\
  --disable servicelb --disable traefik" sh -
""",
    "k3s-agent.service": """\
[Service]
ExecStart=/usr/local/bin/k3s agent --node-name agent-1 --node-ip 10.0.0.21 --server https://10.0.0.11:6443
""",
}

K3S_ANSIBLE: Final = {
    "inventory.yml": """\
k3s_cluster:
  children:
    server:
      hosts:
        server-1: { ansible_host: 10.0.0.11 }
    agent:
      hosts:
        10.0.0.21:
  vars:
    k3s_version: v1.33.4+k3s1
    api_endpoint: 10.0.0.11
    token: "changeme!"
""",
}

METALLB: Final = {
    "network/metallb.yaml": """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: { name: metallb, namespace: metallb-system }
spec: { interval: 1h, url: https://metallb.github.io/metallb }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: metallb, namespace: metallb-system }
spec:
  interval: 1h
  chart:
    spec: { chart: metallb, version: 0.14.9, sourceRef: { kind: HelmRepository, name: metallb } }
  values: { speaker: { frr: { enabled: false } }, prometheus: { rbacPrometheus: false } }
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: lan, namespace: metallb-system }
spec: { addresses: [10.0.0.200-10.0.0.220] }
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: by-hand, namespace: metallb-system }
spec: { addresses: [10.0.0.230-10.0.0.235], autoAssign: false }
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: apps, namespace: metallb-system }
spec:
  addresses: [10.0.0.240/30]
  serviceAllocation: { namespaces: [apps], serviceSelectors: [{ matchLabels: { tier: web } }] }
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: { name: lan, namespace: metallb-system }
spec: { ipAddressPools: [lan, apps], interfaces: [eno1] }
""",
}

OCI_CHART: Final = {
    "network/cilium.yaml": """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: { name: cilium, namespace: kube-system }
spec:
  interval: 1h
  layerSelector: { mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip, operation: copy }
  ref: { tag: 1.19.6 }
  url: oci://quay.io/cilium/charts/cilium
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: cilium, namespace: kube-system }
spec:
  chartRef: { kind: OCIRepository, name: cilium }
  interval: 1h
  values:
    bgpControlPlane: { enabled: true }
    encryption: { enabled: true, type: ipsec }
    gatewayAPI: { enabled: true }
    ipam: { mode: kubernetes }
    kubeProxyReplacement: true
    k8sServiceHost: 127.0.0.1
    k8sServicePort: 7445
""",
    "network/bgp.yaml": """\
apiVersion: cilium.io/v2alpha1
kind: CiliumBGPPeeringPolicy
metadata: { name: routers }
spec:
  nodeSelector: { matchLabels: { example.org/bgp: "yes" } }
  virtualRouters:
    - localASN: 64514
      exportPodCIDR: true
      neighbors:
        - { peerAddress: 10.0.0.1/32, peerASN: 64513, connectRetryTimeSeconds: 30 }
""",
    "network/gateway.yaml": """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: lan, namespace: network }
spec:
  gatewayClassName: cilium
  addresses: [{ type: IPAddress, value: 10.50.0.4 }]
  listeners:
    - { name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Same } } }
    - name: https
      port: 443
      protocol: HTTPS
      hostname: "*.example.org"
      tls: { certificateRefs: [{ kind: Secret, name: example-tls }] }
      allowedRoutes: { namespaces: { from: Same } }
---
apiVersion: cilium.io/v2alpha1
kind: CiliumLoadBalancerIPPool
metadata: { name: routed }
spec: { blocks: [{ cidr: 10.50.0.0/24 }] }
""",
    "network/policies.yaml": """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: api, namespace: apps }
spec:
  description: The web asks the API
  endpointSelector: { matchLabels: { app: api } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
      toPorts: [{ ports: [{ port: "8080", protocol: TCP }] }]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: odd, namespace: apps }
spec:
  endpointSelector: { matchExpressions: [{ key: app, operator: Exists }] }
  ingressDeny: [{ fromEntities: [world] }]
""",
}

VALUES: Final = {
    "values.yaml": "kubeProxyReplacement: true\nroutingMode: tunnel\ntunnelProtocol: geneve\nipam:\n  mode: cluster-pool\n"
    "  operator:\n    clusterPoolIPv4PodCIDRList: [10.60.0.0/16]\n    clusterPoolIPv4MaskSize: 25\n"
    "hubble: { enabled: true, relay: { enabled: true } }\nbpf: { mapDynamicSizeRatio: 0.0025 }\n",
}
