"""Small overlays of our own making: what kustomize builds of them is compared with what we say it builds."""

from typing import Final

_DEPLOYMENT = """\
# file: base/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: web:1
"""
_RELEASE = """\
# file: base/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: cilium
spec:
  interval: 1h
  valuesFrom:
    - kind: ConfigMap
      name: first
  values:
    l7Proxy: true
    bpf: {masquerade: true}
"""
_SERVICE = """\
# file: base/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: {tier: front}
spec:
  selector: {app: web}
  ports: [{port: 80}]
"""

OVERLAYS: Final = {
    "a base in another namespace with affixes": f"""\
{_DEPLOYMENT}{_SERVICE}\
# file: base/kustomization.yaml
resources: [deployment.yaml, service.yaml]
# file: top/kustomization.yaml
namespace: shop
namePrefix: blue-
nameSuffix: -v1
resources: [../base]
""",
    "a merge patch whose target keeps its name": f"""\
{_RELEASE}\
# file: top/kustomization.yaml
resources: [../base/release.yaml]
patches:
  - patch: |-
      apiVersion: helm.toolkit.fluxcd.io/v2
      kind: HelmRelease
      metadata:
        name: _
      spec:
        install: {{crds: CreateReplace}}
        values: {{l7Proxy: null}}
    target:
      group: helm.toolkit.fluxcd.io
      kind: HelmRelease
""",
    "a list of a custom resource is replaced by a patch": f"""\
{_RELEASE}\
# file: top/kustomization.yaml
resources: [../base/release.yaml]
patches:
  - path: patch.yaml
# file: top/patch.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: cilium
spec:
  valuesFrom:
    - kind: Secret
      name: second
""",
    "patches come before the namespace and the prefix": f"""\
{_RELEASE}\
# file: top/kustomization.yaml
namespace: kube-system
namePrefix: my-
resources: [../base/release.yaml]
patchesStrategicMerge:
  - |-
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata:
      name: cilium
    spec:
      timeout: 15m
""",
    "a patch finds an object by what a base called it first": f"""\
{_RELEASE}\
# file: base/kustomization.yaml
namePrefix: my-
resources: [release.yaml]
# file: top/kustomization.yaml
resources: [../base]
patches:
  - patch: '[{{"op": "add", "path": "/spec/timeout", "value": "15m"}}]'
    target: {{kind: HelmRelease, name: cilium}}
""",
    "JSON patches of lists and escaped keys": f"""\
{_SERVICE}\
# file: top/kustomization.yaml
resources: [../base/service.yaml]
patches:
  - target: {{kind: Service}}
    patch: |-
      - op: add
        path: /metadata/annotations
        value: {{}}
      - op: add
        path: /metadata/annotations/lbipam.cilium.io~1ips
        value: 10.0.0.9
      - op: add
        path: /spec/ports/-
        value: {{name: https, port: 443}}
      - op: remove
        path: /metadata/labels/tier
""",
    "patches by label, of any form": f"""\
{_SERVICE}{_RELEASE}\
# file: top/kustomization.yaml
resources: [../base/service.yaml, ../base/release.yaml]
patches:
  - target: {{labelSelector: "tier in (front, back), !old"}}
    patch: '[{{"op": "add", "path": "/metadata/annotations", "value": {{"chosen": "yes"}}}}]'
  - target: {{labelSelector: "tier notin (front)"}}
    patch: '[{{"op": "add", "path": "/metadata/labels", "value": {{"other": "yes"}}}}]'
""",
    "a patch takes an object away": f"""\
{_SERVICE}{_RELEASE}\
# file: top/kustomization.yaml
resources: [../base/service.yaml, ../base/release.yaml]
patches:
  - patch: |-
      $patch: delete
      apiVersion: v1
      kind: Service
      metadata:
        name: web
""",
    "a component changes what stands beside it": f"""\
{_SERVICE}\
# file: parts/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [map.yaml]
patches:
  - target: {{kind: Service}}
    patch: '[{{"op": "add", "path": "/spec/type", "value": "LoadBalancer"}}]'
# file: parts/map.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data: {{a: "1"}}
# file: top/kustomization.yaml
namespace: shop
resources: [../base/service.yaml]
components: [../parts]
""",
    "a namespace renames Namespaces": """\
# file: top/namespace.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: not-used
# file: top/kustomization.yaml
namespace: kube-system
resources: [namespace.yaml]
""",
    "ConfigMaps of files and literals, merged by an overlay": """\
# file: base/values.yaml
l7Proxy: true
# file: base/kustomization.yaml
generatorOptions: {disableNameSuffixHash: true}
configMapGenerator:
  - name: cilium-values
    files: [values.yaml]
    literals: [a=1, "b='two'"]
# file: top/kustomization.yaml
namespace: kube-system
generatorOptions: {disableNameSuffixHash: true}
resources: [../base]
configMapGenerator:
  - name: cilium-values
    behavior: merge
    literals: [a=3]
secretGenerator:
  - name: login
    literals: [user=admin]
""",
    "labels in metadata, selectors and templates": f"""\
{_DEPLOYMENT}{_SERVICE}\
# file: top/kustomization.yaml
resources: [../base/deployment.yaml, ../base/service.yaml]
commonAnnotations: {{team: network}}
labels:
  - pairs: {{part-of: shop}}
  - pairs: {{stage: live}}
    includeSelectors: true
""",
    "replacements of a part of a text and of a whole value": """\
# file: top/meta.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: cluster-meta
data:
  provider: hetzner
# file: top/layer.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
spec:
  path: providers/X/apps
  healthChecks: [{kind: DaemonSet, name: cilium}]
# file: top/kustomization.yaml
resources: [meta.yaml, layer.yaml]
replacements:
  - source: {kind: ConfigMap, name: cluster-meta, fieldPath: data.provider}
    targets:
      - select: {kind: Kustomization}
        fieldPaths: [spec.path]
        options: {delimiter: /, index: 1}
      - select: {kind: Kustomization}
        reject: [{name: other}]
        fieldPaths: [spec.targetNamespace]
        options: {create: true}
      - select: {kind: Kustomization}
        fieldPaths: ["spec.healthChecks.[kind=DaemonSet].name"]
""",
}
