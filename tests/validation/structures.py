"""Good objects of many kinds, how to change one, and the structures that judge them by upstream's schemas."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fabricgen.schemas.kind import Kind
from fabricgen.validation.structure import Structure, compile_structure

_GOOD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod, labels: {app.kubernetes.io/name: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 25%}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: nginx:1.27
          ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP}]
          env: [{name: A, value: "1"}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: "1"}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
data: {a: aGVsbG8=}
---
apiVersion: v1
kind: Namespace
metadata: {name: prod}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: 0 3 * * *
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "system:reader"}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  interval: 1h
  chart: {spec: {chart: cilium, sourceRef: {kind: HelmRepository, name: cilium}}}
  values: {anything: {at: [all]}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 10m, path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: home}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: home}
spec: {interval: 1m, url: "https://example.com/home"}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: lan}
spec:
  gatewayClassName: cilium
  addresses: [{type: IPAddress, value: 10.0.0.240}]
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: "*.example.com"}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: lan}]
  hostnames: [web.example.com]
  rules: [{backendRefs: [{name: web, port: 80}], timeouts: {request: 10s}}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress: [{toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]
  egress: [{toCIDRSet: [{cidr: 10.0.0.0/8}]}, {toFQDNs: [{matchName: example.com}]}]
---
apiVersion: cilium.io/v2alpha1
kind: CiliumLoadBalancerIPPool
metadata: {name: lan}
spec: {blocks: [{cidr: 10.0.0.0/24}], allowFirstLastIPs: "No"}
---
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: {name: lan}
spec: {bgpInstances: [{name: a, localASN: 64512, peers: [{name: b, peerASN: 64513, peerAddress: 10.0.0.1}]}]}
"""
GOOD: dict[str, dict[str, Any]] = {body["kind"]: body for body in yaml.safe_load_all(_GOOD)}
REMOVED = object()


def changed(kind: str, path: str, value: Any) -> dict[str, Any]:
    """Return a good object with another value at a path such as `spec/rules/0/name`, or without it for REMOVED."""
    body = copy.deepcopy(GOOD[kind])
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    here: Any = body
    for part in parents:
        here = here[part] if isinstance(part, int) else here.setdefault(part, {})
    if value is REMOVED:
        del here[last]
    else:
        here[last] = value
    return body


@cache
def structure(schemas: Path, kind: str) -> Structure:
    """Return the structure of a kind of GOOD, from a folder of upstream's schemas."""
    body = GOOD[kind]
    asked = Kind.of(body["apiVersion"], kind)
    file = schemas / (asked.group or "core") / f"{kind.lower()}_{asked.version}.json"
    return compile_structure(json.loads(file.read_text(encoding="utf-8")), kind=asked)


def told(judged: Structure, body: Any) -> list[str]:
    """Return what a structure says about an object, a sentence for each problem."""
    return [str(problem) for problem in judged.problems(body)]


def custom(spec: dict[str, Any], *, strict: bool = True) -> Structure:
    """Return the structure of a custom resource whose spec has a schema."""
    schema = {"type": "object", "properties": {"spec": spec}}
    return compile_structure(schema, kind=Kind("example.com", "v1", "Thing"), strict=strict)


def thing(spec: Any) -> dict[str, Any]:
    """Return an object of that custom resource."""
    return {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "thing"}, "spec": spec}
