"""Kubernetes documents to validate: as many as wanted, of many shapes, no two alike, the same ones for each run.

Each kind is written by a function that takes a source of chance; the shape of an object (which fields it has, how
many containers, rules or listeners) is drawn as well as its values.
"""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fabricgen.yamlio import dump_document

Body = dict[str, Any]
WORDS = (
    *(
        "atlas",
        "birch",
        "cedar",
        "delta",
        "ember",
        "fjord",
        "grove",
        "heron",
        "ivory",
        "jade",
        "kite",
        "lumen",
    ),
    *(
        "maple",
        "nova",
        "onyx",
        "pearl",
        "quartz",
        "river",
        "sage",
        "tidal",
        "umber",
        "vale",
        "willow",
        "zephyr",
    ),
)
FAULTY = 0.01
"""The share of documents with a field that their kind does not have."""


class Draw(random.Random):
    """A source of chance with the draws that manifests need."""

    def word(self) -> str:
        """A name that is hardly drawn twice."""
        return f"{self.choice(WORDS)}-{self.choice(WORDS)}-{self.randrange(10**6)}"

    def maybe(self, chance: float = 0.5) -> bool:
        """True with this chance."""
        return self.random() < chance

    def words(self, most: int) -> Body:
        """Labels, from none to `most`."""
        return {
            f"{self.choice(WORDS)}.example.org/{self.choice(WORDS)}": self.word()
            for _ in range(self.randint(1, most))
        }

    def some(self, options: Body) -> Body:
        """Some of the options, each with an even chance."""
        return {key: value for key, value in options.items() if self.maybe()}

    def address(self) -> str:
        """An address out of 10.0.0.0/8."""
        return f"10.{self.randrange(256)}.{self.randrange(256)}.{self.randrange(1, 255)}"


def _meta(draw: Draw, *, namespaced: bool = True) -> Body:
    meta: Body = {"name": draw.word()}
    if namespaced:
        meta["namespace"] = draw.choice(WORDS)
    return meta | draw.some({"labels": draw.words(4), "annotations": draw.words(3)})


def _object(api_version: str, kind: str, draw: Draw, **rest: Any) -> Body:  # noqa: ANN401 - fields hold anything
    namespaced = rest.pop("namespaced", True)
    return {"apiVersion": api_version, "kind": kind, "metadata": _meta(draw, namespaced=namespaced), **rest}


def _probe(draw: Draw) -> Body:
    action: Body = draw.choice(
        [
            {"httpGet": {"path": f"/{draw.word()}", "port": draw.choice(["http", draw.randint(1, 65535)])}},
            {"tcpSocket": {"port": draw.randint(1, 65535)}},
            {"exec": {"command": ["/bin/sh", "-c", f"test -e /{draw.word()}"]}},
        ]
    )
    return action | draw.some({"periodSeconds": draw.randint(1, 60), "failureThreshold": draw.randint(1, 9)})


def _container(draw: Draw) -> Body:
    return {
        "name": draw.word(),
        "image": f"registry.example.org/{draw.word()}:v{draw.randrange(99)}.{draw.randrange(99)}",
    } | draw.some(
        {
            "args": [f"--{draw.choice(WORDS)}={draw.word()}" for _ in range(draw.randint(1, 6))],
            "env": [
                {"name": f"{draw.choice(WORDS).upper()}_{number}", "value": draw.word()}
                for number in range(draw.randint(1, 8))
            ],
            "ports": [
                {"name": f"p{number}", "containerPort": draw.randint(1, 65535)}
                for number in range(draw.randint(1, 3))
            ],
            "resources": {
                "requests": {"cpu": f"{draw.randint(1, 900)}m", "memory": f"{draw.randint(8, 900)}Mi"},
                "limits": {"memory": f"{draw.randint(900, 2000)}Mi"},
            },
            "livenessProbe": _probe(draw),
            "readinessProbe": _probe(draw),
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": draw.maybe(),
                "capabilities": {"drop": ["ALL"]},
            },
            "volumeMounts": [
                {"name": draw.word(), "mountPath": f"/{draw.word()}"} for _ in range(draw.randint(1, 3))
            ],
        }
    )


def _pod_spec(draw: Draw, **rest: Any) -> Body:  # noqa: ANN401 - as above
    return {"containers": [_container(draw) for _ in range(draw.randint(1, 3))], **rest} | draw.some(
        {
            "nodeSelector": draw.words(2),
            "serviceAccountName": draw.word(),
            "priorityClassName": draw.word(),
            "tolerations": [{"key": draw.word(), "operator": "Exists", "effect": "NoSchedule"}],
            "volumes": [
                {"name": draw.word(), "configMap": {"name": draw.word()}},
                {"name": draw.word(), "emptyDir": {"sizeLimit": f"{draw.randint(1, 9)}Gi"}},
            ],
            "initContainers": [_container(draw)],
        }
    )


def _template(draw: Draw, labels: Body) -> Body:
    return {"metadata": {"labels": labels}, "spec": _pod_spec(draw)}


def _workload(kind: str) -> Callable[[Draw], Body]:
    def make(draw: Draw) -> Body:
        labels = {"app.kubernetes.io/name": draw.word()}
        spec: Body = {"selector": {"matchLabels": labels}, "template": _template(draw, labels)}
        if kind != "DaemonSet":
            spec["replicas"] = draw.randint(1, 9)
        if kind == "StatefulSet":
            spec["serviceName"] = draw.word()
        return _object("apps/v1", kind, draw, spec=spec)

    return make


def _pod(draw: Draw) -> Body:
    return _object("v1", "Pod", draw, spec=_pod_spec(draw))


def _job(draw: Draw) -> Body:
    spec = {"template": {"spec": _pod_spec(draw, restartPolicy="Never")}}
    if draw.maybe():
        return _object("batch/v1", "Job", draw, spec=spec)
    schedule = f"{draw.randrange(60)} {draw.randrange(24)} * * *"
    return _object("batch/v1", "CronJob", draw, spec={"schedule": schedule, "jobTemplate": {"spec": spec}})


def _service(draw: Draw) -> Body:
    ports = [
        {"name": f"p{number}", "port": draw.randint(1, 65535)}
        | draw.some({"targetPort": draw.choice(["http", draw.randint(1, 65535)])})
        for number in range(draw.randint(1, 4))
    ]
    spec = {"selector": {"app": draw.word()}, "ports": ports} | draw.some(
        {"type": draw.choice(["ClusterIP", "NodePort", "LoadBalancer"])}
    )
    return _object("v1", "Service", draw, spec=spec)


def _config_map(draw: Draw) -> Body:
    data = {
        f"{draw.word()}.conf": "".join(f"{draw.word()} = {draw.word()}\n" for _ in range(draw.randint(1, 20)))
        for _ in range(draw.randint(1, 4))
    }
    return _object("v1", "ConfigMap", draw, data=data)


def _secret(draw: Draw) -> Body:
    return _object("v1", "Secret", draw, type="Opaque", stringData=draw.words(6))


def _small(draw: Draw) -> Body:
    return draw.choice(
        [
            _object("v1", "Namespace", draw, namespaced=False),
            _object("v1", "ServiceAccount", draw, automountServiceAccountToken=draw.maybe()),
            _object(
                "storage.k8s.io/v1",
                "StorageClass",
                draw,
                namespaced=False,
                provisioner="csi.example.org",
                parameters=draw.words(3),
            ),
            _object(
                "policy/v1",
                "PodDisruptionBudget",
                draw,
                spec={"minAvailable": draw.choice([1, "50%"]), "selector": {"matchLabels": draw.words(2)}},
            ),
        ]
    )


def _rbac(draw: Draw) -> Body:
    rules = [
        {
            "apiGroups": [draw.choice(WORDS)],
            "resources": [draw.word()],
            "verbs": draw.sample(["get", "list", "watch", "patch"], 2),
        }
        for _ in range(draw.randint(1, 6))
    ]
    role = draw.choice(["Role", "ClusterRole"])
    if draw.maybe():
        return _object("rbac.authorization.k8s.io/v1", role, draw, namespaced=role == "Role", rules=rules)
    return _object(
        "rbac.authorization.k8s.io/v1",
        f"{role}Binding",
        draw,
        namespaced=role == "Role",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": draw.word()},
        subjects=[{"kind": "ServiceAccount", "name": draw.word(), "namespace": draw.choice(WORDS)}],
    )


def _ingress(draw: Draw) -> Body:
    rules = [
        {
            "host": f"{draw.word()}.example.org",
            "http": {
                "paths": [
                    {
                        "path": f"/{draw.word()}",
                        "pathType": draw.choice(["Prefix", "Exact"]),
                        "backend": {
                            "service": {"name": draw.word(), "port": {"number": draw.randint(1, 65535)}}
                        },
                    }
                    for _ in range(draw.randint(1, 3))
                ]
            },
        }
        for _ in range(draw.randint(1, 3))
    ]
    return _object(
        "networking.k8s.io/v1",
        "Ingress",
        draw,
        spec={"rules": rules} | draw.some({"ingressClassName": draw.word()}),
    )


def _network_policy(draw: Draw) -> Body:
    peer = draw.choice(
        [{"ipBlock": {"cidr": f"{draw.address()}/32"}}, {"podSelector": {"matchLabels": draw.words(2)}}]
    )
    spec = {"podSelector": {"matchLabels": draw.words(2)}, "ingress": [{"from": [peer]}]}
    return _object("networking.k8s.io/v1", "NetworkPolicy", draw, spec=spec)


def _values(draw: Draw, depth: int = 3) -> Body:
    return {
        draw.choice(WORDS): _values(draw, depth - 1)
        if depth and draw.maybe(0.4)
        else draw.choice([draw.word(), draw.randrange(10**6), draw.maybe(), [draw.word(), draw.word()]])
        for _ in range(draw.randint(1, 7))
    }


def _helm_release(draw: Draw) -> Body:
    chart: Body = {
        "chart": {
            "spec": {
                "chart": draw.word(),
                "version": f"{draw.randrange(9)}.{draw.randrange(99)}.x",
                "sourceRef": {"kind": "HelmRepository", "name": draw.word()},
            }
        }
    }
    by_reference: Body = {"chartRef": {"kind": "OCIRepository", "name": draw.word()}}
    spec = {"interval": f"{draw.randint(1, 59)}m", **draw.choice([chart, by_reference])} | draw.some(
        {
            "values": _values(draw),
            "install": {"remediation": {"retries": draw.randint(1, 5)}},
            "upgrade": {"cleanupOnFail": draw.maybe(), "remediation": {"retries": draw.randint(1, 5)}},
            "dependsOn": [
                {"name": draw.word(), "namespace": draw.choice(WORDS)} for _ in range(draw.randint(1, 3))
            ],
            "driftDetection": {"mode": draw.choice(["enabled", "warn", "disabled"])},
            "timeout": f"{draw.randint(1, 20)}m",
        }
    )
    return _object("helm.toolkit.fluxcd.io/v2", "HelmRelease", draw, spec=spec)


def _kustomization(draw: Draw) -> Body:
    spec = {
        "interval": f"{draw.randint(1, 59)}m",
        "path": f"./{draw.word()}/{draw.word()}",
        "prune": draw.maybe(),
        "sourceRef": {"kind": draw.choice(["GitRepository", "OCIRepository"]), "name": draw.word()},
    } | draw.some(
        {
            "dependsOn": [{"name": draw.word()} for _ in range(draw.randint(1, 4))],
            "wait": draw.maybe(),
            "targetNamespace": draw.choice(WORDS),
            "healthChecks": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": draw.word(),
                    "namespace": draw.choice(WORDS),
                }
            ],
            "postBuild": {"substitute": {draw.choice(WORDS).upper(): draw.word()}},
            "timeout": f"{draw.randint(1, 20)}m",
        }
    )
    return _object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", draw, spec=spec)


def _source(draw: Draw) -> Body:
    interval = f"{draw.randint(1, 59)}m"
    kind, spec = draw.choice(
        [
            ("HelmRepository", {"interval": interval, "url": f"https://{draw.word()}.example.org/charts"}),
            (
                "OCIRepository",
                {
                    "interval": interval,
                    "url": f"oci://{draw.word()}.example.org/charts",
                    "ref": {"tag": f"{draw.randrange(99)}.1.0"},
                },
            ),
            (
                "GitRepository",
                {
                    "interval": interval,
                    "url": f"https://git.example.org/{draw.word()}",
                    "ref": {"branch": draw.word()},
                },
            ),
        ]
    )
    return _object("source.toolkit.fluxcd.io/v1", kind, draw, spec=spec)


def _peer(draw: Draw) -> Body:
    return draw.choice(
        [
            {"fromEndpoints": [{"matchLabels": draw.words(2)}]},
            {"fromEntities": [draw.choice(["cluster", "host", "world", "remote-node"])]},
            {"fromCIDR": [f"{draw.address()}/32"]},
        ]
    )


def _cilium_policy(draw: Draw) -> Body:
    ports = [{"ports": [{"port": str(draw.randint(1, 65535)), "protocol": draw.choice(["TCP", "UDP"])}]}]
    rules = [_peer(draw) | draw.some({"toPorts": ports}) for _ in range(draw.randint(1, 4))]
    egress = [
        {
            "toFQDNs": [{"matchName": f"{draw.word()}.example.org"}],
            "toPorts": [{"ports": [{"port": "443", "protocol": "TCP"}]}],
        },
        {"toEndpoints": [{"matchLabels": draw.words(2)}]},
    ]
    spec = {"endpointSelector": {"matchLabels": draw.words(2)}, "ingress": rules} | draw.some(
        {"egress": egress}
    )
    return _object("cilium.io/v2", "CiliumNetworkPolicy", draw, spec=spec)


def _cilium_network(draw: Draw) -> Body:
    third = draw.randrange(256)
    return draw.choice(
        [
            _object(
                "cilium.io/v2",
                "CiliumLoadBalancerIPPool",
                draw,
                namespaced=False,
                spec={"blocks": [{"start": f"10.9.{third}.10", "stop": f"10.9.{third}.99"}]}
                | draw.some({"serviceSelector": {"matchLabels": draw.words(2)}}),
            ),
            _object(
                "cilium.io/v2alpha1",
                "CiliumL2AnnouncementPolicy",
                draw,
                namespaced=False,
                spec={"loadBalancerIPs": True, "interfaces": [f"^eth{draw.randrange(9)}$"]}
                | draw.some({"nodeSelector": {"matchLabels": draw.words(2)}}),
            ),
            _object(
                "cilium.io/v2",
                "CiliumBGPPeerConfig",
                draw,
                namespaced=False,
                spec={
                    "timers": {"holdTimeSeconds": draw.randint(9, 90)},
                    "families": [{"afi": "ipv4", "safi": "unicast"}],
                },
            ),
        ]
    )


def _gateway(draw: Draw) -> Body:
    listeners = [
        {"name": f"l{number}", "port": 1000 + number, "protocol": "HTTP"}
        | draw.some(
            {
                "hostname": f"{draw.word()}.example.org",
                "allowedRoutes": {"namespaces": {"from": draw.choice(["All", "Same"])}},
            }
        )
        for number in range(draw.randint(1, 6))
    ]
    return _object(
        "gateway.networking.k8s.io/v1",
        "Gateway",
        draw,
        spec={"gatewayClassName": "cilium", "listeners": listeners},
    )


def _http_route(draw: Draw) -> Body:
    rules = [
        {
            "matches": [{"path": {"type": "PathPrefix", "value": f"/{draw.word()}"}}],
            "backendRefs": [
                {"name": draw.word(), "port": draw.randint(1, 65535)}
                | draw.some({"weight": draw.randint(0, 9)})
                for _ in range(draw.randint(1, 3))
            ],
        }
        | draw.some(
            {
                "filters": [
                    {
                        "type": "RequestHeaderModifier",
                        "requestHeaderModifier": {
                            "set": [{"name": f"X-{draw.choice(WORDS)}", "value": draw.word()}]
                        },
                    }
                ]
            }
        )
        for _ in range(draw.randint(1, 4))
    ]
    spec = {
        "parentRefs": [{"name": draw.word()}],
        "hostnames": [f"{draw.word()}.example.org"],
        "rules": rules,
    }
    return _object("gateway.networking.k8s.io/v1", "HTTPRoute", draw, spec=spec)


KINDS: tuple[Callable[[Draw], Body], ...] = (
    _helm_release,
    _kustomization,
    _source,
    _workload("Deployment"),
    _cilium_policy,
    _service,
    _gateway,
    _http_route,
    _config_map,
    _cilium_network,
    _helm_release,
    _kustomization,
    _workload("DaemonSet"),
    _workload("StatefulSet"),
    _secret,
    _small,
    _rbac,
    _ingress,
    _network_policy,
    _pod,
    _job,
)


def bodies(number: int, *, seed: int = 1) -> Iterator[Body]:
    """Yield `number` documents, kinds in turn; a few have a field that their kind, or its spec, does not have."""
    draw = Draw(seed)
    for index in range(number):
        body = KINDS[index % len(KINDS)](draw)
        if draw.maybe(FAULTY):
            body.get("spec", body)["spce"] = {}
        yield body


def shape(body: Any) -> Any:  # noqa: ANN401 - a document holds anything
    """Return what is left of a document without its values: keys and lists."""
    if isinstance(body, dict):
        return {key: shape(value) for key, value in body.items()}
    return [shape(value) for value in body] if isinstance(body, list) else None


def count_shapes(number: int) -> int:
    """How many different shapes the first `number` documents have."""
    return len({json.dumps(shape(body), sort_keys=True) for body in bodies(number)})


def write(folder: Path, *, documents: int, files: int) -> None:
    """Write the documents to `files` files below `folder`, spread evenly, a hundred files a folder."""
    each = documents // files
    made = bodies(documents)
    for number in range(files):
        below = folder / f"{number // 100:03}"
        below.mkdir(parents=True, exist_ok=True)
        texts = [dump_document(next(made)) for _ in range(each)]
        (below / f"{number:05}.yaml").write_text("---\n".join(texts), encoding="utf-8")
