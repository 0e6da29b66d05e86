"""Rules about k3s: which keys of its config.yaml are whose.

Source of the keys: https://docs.k3s.io/cli/server and https://docs.k3s.io/cli/agent
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from fabricgen.description import Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.features import ciliums
from fabricgen.resolve.rules.owners import endpoint_address
from fabricgen.versions.k3s import API_PORT, LOCAL_API_PORT

_COMPONENTS = ("coredns", "servicelb", "traefik", "local-storage", "metrics-server", "runtimes")
# Where the description says it: a second place could say something else.
_SAID_ELSEWHERE: Mapping[str, str] = {
    "cluster-cidr": "networks.pods",
    "cluster-domain": "networks.domain",
    "cluster-init": "the number of control planes",
    "disable": "distribution.k3s.disable",
    "disable-kube-proxy": "cni.cilium.kubeProxyReplacement",
    "disable-network-policy": "cni",
    "flannel-backend": "cni",
    "node-external-ip": "nodes[].externalAddress",
    "node-ip": "nodes[].address",
    "node-label": "nodes[].labels",
    "node-name": "nodes[].name",
    "node-taint": "nodes[].taints",
    "secrets-encryption": "distribution.k3s.secretsEncryption",
    "server": "endpoint",
    "service-cidr": "networks.services",
    "tls-san": "distribution.k3s.tlsSans",
    "token-file": "distribution.k3s.tokenFile",
}
SECRET_KEYS = frozenset(
    {
        "agent-token",
        "datastore-endpoint",
        "etcd-s3-access-key",
        "etcd-s3-secret-key",
        "etcd-s3-session-token",
        "token",
    }
)
_SERVER_ONLY = frozenset(
    {
        "advertise-address",
        "bind-address",
        "cluster-dns",
        "datastore-endpoint",
        "disable-apiserver",
        "disable-cloud-controller",
        "disable-controller-manager",
        "disable-etcd",
        "disable-helm-controller",
        "disable-scheduler",
        "egress-selector-mode",
        "embedded-registry",
        "etcd-arg",
        "https-listen-port",
        "kube-apiserver-arg",
        "kube-controller-manager-arg",
        "kube-scheduler-arg",
        "service-node-port-range",
        "tls-san-security",
        "write-kubeconfig",
        "write-kubeconfig-mode",
    }
)


def rule_disabled_components_exist(description: Description) -> Iterator[Problem]:
    """k3s ignores a name that it does not know, and the component stays."""
    k3s = description.distribution.k3s
    for index, name in enumerate(k3s.disable if k3s else ()):
        if name not in _COMPONENTS:
            message = f"k3s has no packaged component {name}"
            path = ("distribution", "k3s", "disable", index)
            yield Problem(message=message, path=path, hint=_component_meant(name))


def _component_meant(name: str) -> str:
    near = get_close_matches(name, _COMPONENTS, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(_COMPONENTS)}"


def _extra_keys(description: Description) -> Iterator[tuple[str, str]]:
    """Yield "server" or "agent", and each key as k3s knows it; `key+` appends to a list."""
    k3s = description.distribution.k3s
    if k3s is not None:
        yield from (("server", key) for key in k3s.server)
        yield from (("agent", key) for key in k3s.agent)


def rule_k3s_keys_do_not_say_what_the_description_says(description: Description) -> Iterator[Problem]:
    """Two places for one value sooner or later disagree."""
    for part, key in _extra_keys(description):
        home = _SAID_ELSEWHERE.get(key.removesuffix("+"))
        if home is not None:
            path = ("distribution", "k3s", part, key)
            yield Problem(message=f"{key} follows from the description", path=path, hint=f"say it in {home}")


def rule_k3s_keys_hold_no_secrets(description: Description) -> Iterator[Problem]:
    """The description and what is made of it are committed to git."""
    for part, key in _extra_keys(description):
        if key.removesuffix("+") in SECRET_KEYS:
            yield Problem(
                message=f"{key} is a secret, and this file is committed to git",
                path=("distribution", "k3s", part, key),
                hint="keep it on the machines: tokenFile, or a file of theirs in /etc/rancher/k3s/config.yaml.d",
            )


def rule_agents_get_no_server_keys(description: Description) -> Iterator[Problem]:
    """An agent passes over a key that only servers know, with a warning in its log."""
    for part, key in _extra_keys(description):
        if part == "agent" and key.removesuffix("+") in _SERVER_ONLY:
            path = ("distribution", "k3s", "agent", key)
            yield Problem(
                message=f"{key} is for servers", path=path, hint="move it to distribution.k3s.server"
            )


def rule_k3s_answers_where_cilium_asks(description: Description) -> Iterator[Problem]:
    """On a server the API itself listens on 127.0.0.1, one above its own port; on an agent, a balancer on 6444.

    With any other port there is none that answers on every node.
    Source: https://docs.k3s.io/cli/agent (lb-server-port); pkg/daemons/control/server.go in https://github.com/k3s-io/k3s
    """
    if description.distribution.k3s is None:
        return
    asks = any(
        one.kube_proxy_replacement and one.api_server == "node-local" for _, one in ciliums(description)
    )
    for path, said in _moved_ports(description) if asks else ():
        yield Problem(
            message=f"{said}, and Cilium asks 127.0.0.1:{LOCAL_API_PORT} on every node, where nothing would answer",
            path=path,
            hint=f"keep k3s' own ports ({API_PORT} and {LOCAL_API_PORT}), or write apiServer: endpoint for Cilium",
        )


def _moved_ports(description: Description) -> Iterator[tuple[Path, str]]:
    """Yield where something moves the API away from its usual ports on the nodes themselves, and what it says."""
    endpoint, k3s = description.endpoint, description.distribution.k3s
    address = endpoint_address(description)
    if endpoint.port != API_PORT and any(address in node.address for node in description.nodes):
        yield ("endpoint", "port"), f"servers listen on {endpoint.port}"
    if k3s is None:
        return
    moved: tuple[tuple[str, Any, str, object], ...] = (
        ("server", k3s.server, "https-listen-port", API_PORT),
        ("agent", k3s.agent, "lb-server-port", LOCAL_API_PORT),
        ("agent", k3s.agent, "disable-apiserver-lb", False),
    )
    for part, keys, key, usual in moved:
        if str(keys.get(key, usual)) != str(usual):
            yield ("distribution", "k3s", part, key), f"{key} is {str(keys[key]).lower()}"
