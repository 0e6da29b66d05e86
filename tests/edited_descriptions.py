"""Edits of the five descriptions that tests of `diff` are about, each for one thing that people do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One edit of a description: texts that stand there, and what they become."""

    name: str
    cluster: str
    edits: tuple[tuple[str, str], ...]


_LIPPS = "  - { name: lipps, role: worker, address: 10.4.0.21, hardware: pi4 }\n"
_RAVEN = "  - { name: raven, role: worker, address: 10.4.0.31, hardware: pi4 }\n"
_WIREGUARD = """\
    encryption:
      type: wireguard
      because: asked for by its owner; pod traffic between boards is encrypted
"""
_POLICY = """\
        - name: web-to-mail
          namespace: web
          pods: { app: web }
          because: The site sends mail
          egress:
            - fqdns: [mail.example.org]
              ports: [587/TCP]
"""

CHANGES = (
    Change(name="pod-network", cluster="goldentooth", edits=(("pods: 10.244.0.0/16", "pods: 10.44.0.0/16"),)),
    Change(
        name="pod-network-k3s", cluster="k3s-homelab", edits=(("pods: 10.244.0.0/16", "pods: 10.44.0.0/16"),)
    ),
    Change(name="node-added", cluster="goldentooth", edits=((_LIPPS, _LIPPS + _RAVEN),)),
    Change(name="node-removed", cluster="goldentooth", edits=((_LIPPS, ""),)),
    Change(
        name="node-role",
        cluster="goldentooth",
        edits=(
            ("cargyll, role: control-plane", "cargyll, role: worker"),
            ("dalt, role: worker", "dalt, role: control-plane"),
        ),
    ),
    Change(
        name="node-address",
        cluster="homeops",
        edits=(("worker, address: 192.168.100.23", "worker, address: 192.168.100.24"),),
    ),
    Change(name="cilium-version", cluster="homeops", edits=(("version: 1.18.6", "version: 1.18.12"),)),
    Change(
        name="hubble-on",
        cluster="homeops",
        edits=(
            (
                "      enabled: false\n      because: asked for by its owner; it costs",
                "      enabled: true\n      because: somebody looks now; it costs",
            ),
        ),
    ),
    Change(
        name="pool",
        cluster="k3s-homelab",
        edits=(("stop: 192.168.1.215", "stop: 192.168.1.220"),),
    ),
    Change(
        name="routing",
        cluster="goldentooth",
        edits=(("      mode: tunnel\n      protocol: vxlan\n", "      mode: native\n"),),
    ),
    Change(name="wireguard-off", cluster="goldentooth", edits=((_WIREGUARD, ""),)),
    Change(name="k3s-version", cluster="k3s-homelab", edits=(("v1.30.14+k3s1", "v1.31.14+k3s1"),)),
    Change(
        name="schematic",
        cluster="homeops",
        edits=(
            (
                "  arm-board:\n    extends: generic-arm64\n",
                "  arm-board:\n    extends: generic-arm64\n    extensions: [siderolabs/iscsi-tools]\n",
            ),
        ),
    ),
    Change(name="talos-version", cluster="homeops", edits=(("version: v1.13.12", "version: v1.13.9"),)),
    Change(
        name="docker-ports",
        cluster="joelclaw",
        edits=(("        - 8289:8289/tcp\n", "        - 8289:8289/tcp\n        - 8443:443/tcp\n"),),
    ),
    Change(
        name="flux-interval",
        cluster="goldentooth",
        edits=(("flux:\n", "flux:\n  interval: 30m\n"),),
    ),
    Change(
        name="policy-added",
        cluster="k3s-homelab",
        edits=(("        - name: web-metrics\n", _POLICY + "        - name: web-metrics\n"),),
    ),
    Change(
        name="several",
        cluster="k3s-homelab",
        edits=(
            ("stop: 192.168.1.215", "stop: 192.168.1.220"),
            ("metrics: [dns, drop, tcp, flow, http]", "metrics: [drop, dns, tcp, flow, http]"),
            ("memory: 8GiB, schedulable: true", "memory: 16GiB, schedulable: true"),
        ),
    ),
    Change(name="comment-only", cluster="homeops", edits=(("name: homeops\n", "# a word\nname: homeops\n"),)),
)
