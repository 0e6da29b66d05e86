"""What ends a migration: Flux speaks again and takes the release over, and the network is tested."""

from collections.abc import Iterator
from typing import Final

from fabricgen.documents.bootstrap.flux import sync_path
from fabricgen.migration.step import Check, Move, Step

_ADOPTION: Final = "https://github.com/fluxcd/helm-controller/blob/v1.6.3/internal/reconcile/state.go"
_PRUNE: Final = "https://fluxcd.io/flux/components/kustomize/kustomizations/#prune"
_LABELS: Final = "https://github.com/cilium/cilium-cli/issues/3173"
_SECURITY: Final = "https://docs.siderolabs.com/kubernetes-guides/security/pod-security"
_ADOPTED: Final = (
    Check(
        command="helm --namespace kube-system history cilium",
        expect="one more revision, deployed, of the same chart: adopted and not installed anew",
    ),
)
_NAMESPACES: Final = ("cilium-test-1", "cilium-test-ccnp1", "cilium-test-ccnp2")


def push(move: Move, *, why: str) -> Step:
    """Return the step that pushes the tree; where Flux is paused nothing happens yet."""
    description = f" {move.beside}" if move.beside else ""
    return Step(
        id="push",
        title="Commit and push the tree",
        why=why,
        commands=(
            f"git add --all .{description}",
            f'git commit --message "Network of {move.cluster.name}: as described"',
            "git push",
        ),
        checks=(
            Check(
                command="git status --short --branch",
                expect="nothing to commit, and not ahead of its upstream",
            ),
        ),
        rollback="git revert HEAD && git push",
    )


def resume(move: Move, *, outage: str) -> Step:
    """Return the step that lets Flux speak again."""
    path = sync_path(move.cluster.flux)
    release = move.wanted.cilium is not None
    return Step(
        id="resume-flux",
        title="Let Flux take over",
        why="Flux finds the release by its name and namespace, upgrades it to the same values, and applies what only "
        "works with Cilium: pools, announcements, policies, Gateways.",
        commands=(
            "flux reconcile source git flux-system",
            "flux resume kustomization --all --namespace flux-system",
            (
                "kubectl --namespace flux-system wait kustomizations.kustomize.toolkit.fluxcd.io --all "
                "--for=condition=Ready --timeout=30m"
            ),
        ),
        checks=(
            Check(
                command="kubectl --namespace flux-system get kustomizations.kustomize.toolkit.fluxcd.io flux-system "
                "--output jsonpath='{.spec.path}'",
                expect=f"`./{path}` or `{path}`, asked before the first command",
            ),
            *(_ADOPTED if release else ()),
        ),
        traps=_paths(path),
        outage=outage,
        rollback="flux suspend kustomization --all --namespace flux-system; git revert; push",
        sources=(_ADOPTION, _PRUNE),
    )


def _paths(path: str) -> tuple[str, ...]:
    """Return what goes wrong where Flux reads another path than the tree's."""
    return (
        (
            f"If Flux reads another path, this tree is not its own yet. Do not point it at {path} as it is: Flux "
            "would prune everything that it has applied from the old path. Include this tree from there first "
            "(a Kustomization for it), or take `prune` off the old one."
        ),
        (
            "A HelmRelease of another name for the same Cilium must not be in git beside this one: it would install "
            "a second CNI, and pruning it later would uninstall the first."
        ),
    )


def test(move: Move) -> Iterator[Step]:
    """Yield the steps that show that the network works."""
    label = "pod-security.kubernetes.io/enforce=privileged"
    spaces = " ".join(_NAMESPACES)
    made = (
        f"for namespace in {spaces}; do\n"
        '  kubectl create namespace "$namespace" --dry-run=client --output yaml | kubectl apply --filename -\n'
        f'  kubectl label namespace "$namespace" {label} --overwrite\ndone'
    )
    talos = move.wanted.system != "k3s"
    yield Step(
        id="test-connectivity",
        title="Test the network",
        why="Cilium's own test sends packets between pods, nodes and the world, and says which way is broken.",
        commands=("cilium status --wait", *((made,) if talos else ()), "cilium connectivity test"),
        checks=(
            Check(
                command=f"kubectl get pods --namespace {_NAMESPACES[0]}",
                expect="each Running while the test runs",
            ),
        ),
        traps=(
            (
                "Talos enforces Pod Security `baseline`, which refuses the test's pods; `--namespace-labels` reaches only "
                "one of its three namespaces, so all three are made and labelled first."
            ),
            "Default-deny policies make single tests fail that would pass without; read which.",
        )
        if talos
        else (
            (
                "Namespaces that enforce Pod Security refuse the test's pods: label them "
                f"`{label}`, {spaces.replace(' ', ', ')}."
            ),
        ),
        rollback=f"kubectl delete namespace {spaces} --ignore-not-found",
        sources=(_SECURITY, _LABELS),
    )
    yield _clean(spaces)


def _clean(spaces: str) -> Step:
    """Return the last step."""
    return Step(
        id="clean-up",
        title="Clean up",
        why="Of what was saved, machine configs and Secrets are as good as the cluster's keys.",
        commands=(
            f"kubectl delete namespace {spaces} --ignore-not-found",
            'find "$BEFORE" -type f -exec shred --remove {} +',
        ),
        traps=("Not before a day without surprises: these files are the way back.",),
        rollback="none: what is saved is gone",
    )
