"""How to save what runs: the commands of `fabricgen plan --how-to-save`, and of every plan's first step.

Feeds files that `saved` reads. Each is written whole or not at all, so that a kind which the cluster lacks leaves none.
"""

from typing import Final

FOLDER: Final = "$BEFORE"
_ALWAYS: Final = (
    ("nodes", "get nodes"),
    ("services", "get services --all-namespaces"),
    ("daemonsets", "--namespace kube-system get daemonsets"),
)
# Kinds and objects that not every cluster has.
_MAYBE: Final = (
    ("cilium-config", "--namespace kube-system get configmap cilium-config"),
    ("cilium-pools", "get ciliumloadbalancerippools.cilium.io"),
    ("cilium-l2", "get ciliuml2announcementpolicies.cilium.io"),
    ("cilium-bgp", "get ciliumbgpadvertisements.cilium.io"),
    ("metallb-pods", "get daemonsets --all-namespaces --selector app.kubernetes.io/name=metallb"),
    ("metallb-pools", "get ipaddresspools.metallb.io --all-namespaces"),
    ("metallb-l2", "get l2advertisements.metallb.io --all-namespaces"),
    ("metallb-bgp", "get bgpadvertisements.metallb.io --all-namespaces"),
    ("flux-namespace", "get namespace flux-system"),
    ("helmreleases", "get helmreleases.helm.toolkit.fluxcd.io --all-namespaces"),
    ("helmrepositories", "get helmrepositories.source.toolkit.fluxcd.io --all-namespaces"),
    ("ocirepositories", "get ocirepositories.source.toolkit.fluxcd.io --all-namespaces"),
    ("kustomizations", "get kustomizations.kustomize.toolkit.fluxcd.io --all-namespaces"),
    ("crds", "get customresourcedefinitions --selector app.kubernetes.io/part-of=flux"),
)


def kubectl_commands() -> tuple[str, ...]:
    """Return the commands that save what Kubernetes tells, into the folder `$BEFORE`."""
    sure = (f'kubectl {words} --output yaml > "{FOLDER}/{name}.yaml"' for name, words in _ALWAYS)
    maybe = (
        f'kubectl {words} --output yaml > "{FOLDER}/{name}.yaml" 2>/dev/null || rm "{FOLDER}/{name}.yaml"'
        for name, words in _MAYBE
    )
    return (*sure, *maybe)


def talosctl_commands(addresses: str) -> tuple[str, ...]:
    """Return the command that saves the machine configs of nodes, which hold the cluster's secrets."""
    return (f'talosctl --nodes {addresses} get machineconfig --output yaml > "{FOLDER}/machineconfigs.yaml"',)


def how_to_save() -> str:
    """Return the whole as a script, with a sentence about what becomes of the files."""
    lines = (
        "# Saves what `fabricgen plan --from` reads. Nothing in the cluster changes.",
        "# A kind that the cluster does not have leaves no file.",
        "umask 077",
        'export BEFORE="${BEFORE:-$HOME/.config/fabricgen/before}"',
        'mkdir -p "$BEFORE"',
        *kubectl_commands(),
        "",
        "# On Talos, with the addresses of all nodes. These files hold the cluster's keys: they stay in this folder,",
        "# fabricgen prints nothing of them, and you delete them afterwards. Never into git.",
        "# " + talosctl_commands("10.0.0.11,10.0.0.12")[0],
        "",
        "# Then, with the name of the cluster in clusters/, or its description:",
        '# fabricgen plan --from "$BEFORE" NAME',
    )
    return "\n".join(lines) + "\n"
