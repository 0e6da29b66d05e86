"""The keys of k3s' config.yaml: which role has them, what they take, and what has become of older ones.

Read by `k3s`. Facts from k3s-io/k3s: pkg/cli/cmds/{server,agent,root,log,config}.go of 2024 to 2026, `k3s server --help`
and `k3s agent --help` as <https://docs.k3s.io/cli/server> and <https://docs.k3s.io/cli/agent> print them, and the table
of k3s' flags in pkg/cli/cmds/server.go of rancher/rke2; removals: <https://github.com/k3s-io/k3s/pull/6574>,
<https://github.com/k3s-io/k3s/issues/7297>.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Form = Literal["truth", "number", "duration", "text", "texts"]


class Key(NamedTuple):
    """What a key takes. `texts` may be given several times: a list, or one text with commas."""

    form: Form
    allowed: tuple[str, ...] = ()
    successor: str = ""


def _keys(form: Form, names: str) -> dict[str, Key]:
    return dict.fromkeys(names.split(), Key(form))


_BOTH: Final[Mapping[str, Key]] = {
    **_keys(
        "truth",
        """
        alsologtostderr debug disable-default-registry-endpoint docker enable-pprof nonroot-devices prefer-bundled-bin
        protect-kernel-defaults rootless selinux with-node-id
        """,
    ),
    **_keys("number", "lb-server-port v"),
    **_keys(
        "text",
        """
        bind-address c config container-runtime-endpoint d data-dir default-runtime flannel-cni-conf flannel-conf
        flannel-iface image-credential-provider-bin-dir image-credential-provider-config image-service-endpoint l log
        node-name pause-image private-registry resolv-conf s server snapshotter t token token-file vmodule vpn-auth
        vpn-auth-file
        """,
    ),
    **_keys(
        "texts",
        """
        airgap-extra-registry i kube-proxy-arg kubelet-arg node-external-dns node-external-ip node-internal-dns node-ip
        node-label node-taint
        """,
    ),
}

AGENT: Final[Mapping[str, Key]] = {**_BOTH, "disable-apiserver-lb": Key("truth")}

SERVER: Final[Mapping[str, Key]] = {
    **_BOTH,
    **_keys(
        "truth",
        """
        cluster-init cluster-reset disable-agent disable-apiserver disable-cloud-controller disable-controller-manager
        disable-etcd disable-helm-controller disable-kube-proxy disable-network-policy disable-scheduler
        embedded-registry etcd-disable-snapshots etcd-expose-metrics etcd-s3 etcd-s3-insecure etcd-s3-skip-ssl-verify
        etcd-snapshot-compress flannel-external-ip flannel-ipv6-masq kine-tls secrets-encryption supervisor-metrics
        tls-san-security
        """,
    ),
    **_keys(
        "number",
        """
        advertise-port apiserver-port etcd-s3-retention etcd-snapshot-retention https-listen-port supervisor-port
        """,
    ),
    **_keys("duration", "etcd-s3-timeout etcd-snapshot-reconcile-interval"),
    **_keys(
        "text",
        """
        advertise-address agent-token agent-token-file apiserver-bind-address cluster-domain
        cluster-reset-restore-path datastore-cafile datastore-certfile datastore-endpoint datastore-keyfile
        default-local-storage-path etcd-s3-access-key etcd-s3-bucket etcd-s3-config-secret etcd-s3-endpoint
        etcd-s3-endpoint-ca etcd-s3-folder etcd-s3-proxy etcd-s3-region etcd-s3-secret-key etcd-s3-session-token
        etcd-snapshot-dir etcd-snapshot-name etcd-snapshot-schedule-cron helm-job-image o service-node-port-range
        servicelb-namespace system-default-registry write-kubeconfig write-kubeconfig-group write-kubeconfig-mode
        """,
    ),
    **_keys(
        "texts",
        """
        cluster-cidr cluster-dns disable etcd-arg helm-controller-arg kube-apiserver-arg
        kube-cloud-controller-manager-arg kube-controller-manager-arg kube-scheduler-arg service-cidr tls-san
        """,
    ),
    "egress-selector-mode": Key("text", allowed=("agent", "cluster", "pod", "disabled")),
    "etcd-s3-bucket-lookup-type": Key("text", allowed=("auto", "dns", "path")),
    "flannel-backend": Key("text", allowed=("none", "vxlan", "host-gw", "wireguard-native")),
    "kube-cloud-controller-arg": Key("texts", successor="kube-cloud-controller-manager-arg"),
    "kube-controller-arg": Key("texts", successor="kube-controller-manager-arg"),
    "secrets-encryption-provider": Key("text", allowed=("aescbc", "secretbox")),
}

REMOVED: Final[Mapping[str, str]] = {
    "cluster-secret": "k3s 1.26 removed it; write token",
    "disable-selinux": "k3s 1.26 removed it; SELinux is off unless selinux: true",
    "no-deploy": "k3s 1.26 removed it; write disable",
    "no-flannel": "k3s 1.26 removed it; write flannel-backend: none",
}
"""Keys of older versions, and what to do; k3s has skipped them since."""
