"""k3s' config.yaml: keys and values of its flags, by role."""

import pytest
import yaml

from fabricgen.objects import AgentConfig, ServerConfig
from fabricgen.validation.machine.k3s import k3s_opinion
from fabricgen.validation.machine.k3s_flags import AGENT, REMOVED, SERVER, Key
from fabricgen.validation.machine.opinion import Opinion

SERVERS = "k3s/server/config.yaml"
AGENTS = "k3s/agent/config.yaml"
ANYONES = "etc/config.yaml"


def _judge(text: str, file: str = SERVERS) -> Opinion:
    return k3s_opinion(yaml.safe_load(text), file=file, template=False)


def _said(text: str, file: str = SERVERS) -> list[str]:
    return [str(one.problem) for one in _judge(text, file).told]


@pytest.mark.parametrize(
    "text",
    [
        "cluster-cidr: 10.42.0.0/16\nflannel-backend: none\ndisable-kube-proxy: true",
        "disable: [traefik, servicelb]\ntls-san: 10.0.0.5",
        "node-label+: [a=b]\nkubelet-arg: max-pods=200",
        'write-kubeconfig-mode: "0644"\ntoken: secret\nagent-token: other\nv: 4',
        "etcd-s3: true\netcd-s3-bucket: b\netcd-s3-timeout: 5m30s\netcd-s3-retention: 10",
        'disable-network-policy: "true"\nhttps-listen-port: "6443"\nvpn-auth: name=tailscale,joinKey=x',
        "secrets-encryption-provider: secretbox\negress-selector-mode: cluster",
        "cluster-cidr: ${POD_CIDR}\nflannel-backend: ${BACKEND}",
    ],
)
def test_what_k3s_takes_is_valid(text: str) -> None:
    assert _said(text) == []


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        (
            "cluster-cdir: 10.42.0.0/16",
            SERVERS,
            "cluster-cdir: k3s has no such key, and skips it; did you mean cluster-cidr?",
        ),
        ("disable-kube-proxy: maybe", SERVERS, "disable-kube-proxy: 'maybe' is not true or false"),
        (
            "flannel-backend: wireguard",
            SERVERS,
            "flannel-backend: 'wireguard' is not allowed; did you mean wireguard-native?",
        ),
        ("lb-server-port: abc", AGENTS, "lb-server-port: 'abc' is not a whole number"),
        ("etcd-s3-timeout: 5", SERVERS, "etcd-s3-timeout: 5 is not a duration such as 5m"),
        ("tls-san: {a: b}", SERVERS, "tls-san: this is a mapping; expected text, or a list of texts"),
        (
            "node-label: [{a: b}]",
            SERVERS,
            "node-label[0]: this is a mapping; expected text, or a list of texts",
        ),
        (
            "no-deploy: traefik",
            SERVERS,
            "no-deploy: k3s has no such key any more, and skips it; k3s 1.26 removed it; write disable",
        ),
        (
            "node-ip: 10.0.0.2\nflannel-backend: none",
            AGENTS,
            "flannel-backend: only servers have this key; on an agent k3s skips it",
        ),
        (
            "node-ip: 10.0.0.2\ndisable-apiserver-lb: true",
            SERVERS,
            "disable-apiserver-lb: only agents have this key; on a server k3s skips it",
        ),
    ],
)
def test_what_k3s_cannot_read_or_skips_is_told(text: str, file: str, expected: str) -> None:
    assert _said(text, file) == [expected]
    assert _judge(text, file).status == "invalid"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "kube-controller-arg: a=b",
            "kube-controller-arg: an old name of kube-controller-manager-arg; write kube-controller-manager-arg",
        ),
        ("node-name: [a, b]", "node-name: k3s takes one value here, the last of this list"),
    ],
)
def test_what_works_in_another_way_than_it_looks_is_a_warning(text: str, expected: str) -> None:
    opinion = _judge(text)

    assert [(one.severity, str(one.problem)) for one in opinion.told] == [("warning", expected)]
    assert opinion.status == "valid"


@pytest.mark.parametrize(
    "text", ["flannel-backend: none", "node-ip: 10.0.0.2", "node-ip: 10.0.0.2\ndisable-apiserver-lb: true"]
)
def test_where_the_role_is_not_told_the_keys_of_both_are_known(text: str) -> None:
    assert _said(text, ANYONES) == []


def test_rke2_is_told_apart() -> None:
    opinion = _judge("cni: cilium\ncluster-cidr: 10.42.0.0/16")

    assert (opinion.status, opinion.reason) == ("skipped", "RKE2's config; only that of k3s is known here")


@pytest.mark.parametrize(("model", "keys"), [(ServerConfig, SERVER), (AgentConfig, AGENT)])
def test_every_key_that_we_write_is_known_and_takes_what_we_write(
    model: type[ServerConfig] | type[AgentConfig], keys: dict[str, Key]
) -> None:
    fields = model.model_json_schema(by_alias=True)["properties"]

    assert set(fields) <= set(keys)
    assert {name for name, one in fields.items() if "boolean" in str(one)} == {
        name for name in fields if keys[name].form == "truth"
    }


def test_no_key_is_both_known_and_gone() -> None:
    assert not set(REMOVED) & {*SERVER, *AGENT}
