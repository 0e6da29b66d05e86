"""What goes wrong while Flux comes up and takes over. Fed by the cluster; read by `order`."""

from typing import Final

from fabricgen.cluster import Cluster
from fabricgen.documents.bootstrap.trouble import Trouble, Troubles
from fabricgen.documents.layers import FLUX

_KUBECTL: Final = f"kubectl --namespace {FLUX}"
_GUIDE: Final = "https://fluxcd.io/flux/cheatsheets/troubleshooting/"
_SECRETS: Final = "https://kubernetes.io/docs/tasks/configmap-secret/managing-secret-using-kubectl/"
_RELEASES: Final = "https://fluxcd.io/flux/components/helm/helmreleases"
_KUSTOMIZATIONS: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations"
_SOPS: Final = "https://fluxcd.io/flux/guides/mozilla-sops/"
_KINDS: Final = "kustomizations.kustomize.toolkit.fluxcd.io"
_WARNINGS: Final = f"{_KUBECTL} get events --field-selector type=Warning --sort-by=.lastTimestamp"


def _install(cluster: Cluster) -> tuple[Trouble, ...]:
    what = "The chart of the operator" if cluster.flux.operator else "Flux"
    return (
        Trouble(
            sign="Pods do not start.",
            look=_WARNINGS,
            mend="Without cluster DNS or a way to ghcr.io no image comes; the step wait-for-network has to pass first.",
            source=_GUIDE,
        ),
        Trouble(
            sign=f"{what} is not found.",
            look="curl --silent --show-error --output /dev/null --write-out '%{http_code}' https://ghcr.io/v2/",
            mend="Any number means that the registry answers: then the version in the description is none that was published.",
            source=_GUIDE,
        ),
    )


def _secrets(cluster: Cluster) -> tuple[Trouble, ...]:  # noqa: ARG001 - the same for every cluster
    return (
        Trouble(
            sign="A Secret is not found.",
            look="kubectl get secrets --all-namespaces",
            mend="Make it with the command of the table, from files in $SECRETS, and run the step again.",
            source=_SECRETS,
        ),
    )


def _sops(cluster: Cluster) -> tuple[Trouble, ...]:  # noqa: ARG001 - the same for every cluster
    return (
        Trouble(
            sign="The file is missing, or grep prints nothing.",
            look='ls -l "$SECRETS/age.agekey"',
            mend="The key that opens what is encrypted here belongs there. If grep prints nothing it is another one: "
            "`flux.sops.age` in the description has to name its public half, and files encrypted before need "
            "`sops updatekeys`.",
            source=_SOPS,
        ),
    )


def _start(cluster: Cluster) -> tuple[Trouble, ...]:
    kind = "gitrepositories" if cluster.flux.source.kind == "GitRepository" else "ocirepositories"
    ref = cluster.flux.source.ref
    credentials = (
        "the credentials in its Secret"
        if cluster.flux.source.secret
        else "that it is public, or name `secret`"
    )
    found = [
        Trouble(
            sign="The source is not Ready.",
            look=f"{_KUBECTL} describe {kind}/{FLUX}",
            mend=f"Authentication or 'not found' mean: check {credentials}; an unknown reference means that {ref} was never "
            "pushed. It tries again by itself.",
            source=_GUIDE,
        ),
        Trouble(
            sign="The Kustomization does not find its path.",
            look="git status --short --branch .",
            mend=f"{cluster.flux.path}/flux is not in what Flux fetched: commit and push what was rendered.",
            source=f"{_KUSTOMIZATIONS}/#path",
        ),
    ]
    if cluster.flux.operator is not None:
        found.append(
            Trouble(
                sign="The FluxInstance is not Ready.",
                look=f"{_KUBECTL} describe fluxinstance/flux",
                mend="Its conditions say what the operator waits for; mostly an image or the artifact with the manifests.",
                source="https://fluxoperator.dev/docs/crd/fluxinstance/",
            )
        )
    return tuple(found)


def _finish(cluster: Cluster) -> tuple[Trouble, ...]:
    found = [
        Trouble(
            sign="A layer is not Ready.",
            look=f"{_KUBECTL} get {_KINDS}",
            mend="Layers wait for each other: the one to mend is that whose message is not about a dependency. Its message names "
            "the object, and `flux logs --level=error` the rest.",
            source=f"{_KUSTOMIZATIONS}/#dependencies",
        )
    ]
    if cluster.cilium is not None:
        found += _adoption()
    return tuple(found)


def _adoption() -> list[Trouble]:
    return [
        Trouble(
            sign="The HelmRelease names invalid ownership metadata, or Helm lists two releases of Cilium.",
            look="helm list --all-namespaces --filter cilium",
            mend="Flux looks under another name or in another namespace than Cilium was installed with. Suspend it before anything "
            "is uninstalled: `kubectl --namespace kube-system patch helmrelease cilium --type merge --patch "
            '\'{"spec":{"suspend":true}}\'`; then compare with infrastructure/cilium/release.yaml.',
            source=f"{_RELEASES}/#release-name",
        ),
        Trouble(
            sign="The HelmRelease failed with 'context canceled' or a timeout.",
            look="kubectl --namespace kube-system describe helmrelease/cilium",
            mend="Agents that restart cut Flux' own connection for a moment. It tries again after two minutes and rolls nothing "
            "back: wait.",
            source=f"{_RELEASES}/#configuring-failure-handling",
        ),
    ]


TROUBLES: Final[Troubles] = {
    "install-flux": _install,
    "check-secrets": _secrets,
    "make-sops-key": _sops,
    "start-flux": _start,
    "wait-for-layers": _finish,
}
