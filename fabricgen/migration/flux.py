"""Flux: a release whose names must not change, and objects in versions that a newer Flux no longer serves.

Feeds `plan`.
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.migration.state import OldApi, Release
from fabricgen.migration.step import Check, Move, Step, command, quoted
from fabricgen.versions.flux_apis import KINDS, versions_of
from fabricgen.versions.version import Minor, format_minor

# helm-controller takes over objects of another release since 1.2, which Flux 2.5 brought.
# Source: CHANGELOG.md of fluxcd/helm-controller, 1.2.0: "Add disableTakeOwnership".
TAKES_OVER_SINCE: Final[Minor] = (2, 5)
# `flux migrate` knows the versions of these; 2.3 serves HelmRelease v2 first, 2.6 OCIRepository v1.
_MIGRATE: Final = "https://github.com/fluxcd/flux2/blob/v2.9.4/cmd/flux/migrate.go"
_PROCEDURE: Final = "https://github.com/fluxcd/flux2/discussions/5572"
_STORED: Final = "https://github.com/fluxcd/flux2/issues/5598"
_TARGETS: Final = "https://github.com/fluxcd/helm-controller/blob/v1.6.3/docs/spec/v2/helmreleases.md"
_SUSPENDED: Final = (
    "https://github.com/fluxcd/helm-controller/blob/v1.6.3/internal/controller/helmrelease_controller.go"
)
_THREE: Final = "https://github.com/thaum-xyz/ankhmorpork/issues/1474"
_STORED_COLUMNS: Final = "custom-columns=NAME:.metadata.name,STORED:.status.storedVersions"
_ORPHANING: Final = (
    "The last command deletes only what is suspended: without that, it would uninstall the CNI of a running cluster.",
    (
        "This follows from helm-controller's source; nobody documents it as a procedure. Try it on a cluster "
        "that may break, or at a time when a restart of the network does not hurt."
    ),
    (
        "Never change releaseName, targetNamespace or storageNamespace of a HelmRelease that stands: "
        "helm-controller uninstalls the old release first."
    ),
    "Take the old HelmRelease out of git in the same push as the new one comes, or Flux makes it again.",
)
_GROUP: Final = "helmreleases.helm.toolkit.fluxcd.io"


def renamed(move: Move) -> tuple[Release, Release] | None:
    """Return the release as it is and as it is wanted, if one of its three names differs."""
    before = move.today.cilium.release if move.today.cilium else None
    after = move.wanted.cilium.release if move.wanted.cilium else None
    if before is None or after is None:
        return None
    storage = before.storage or after.storage
    same = (before.name, before.namespace, storage) == (after.name, after.namespace, after.storage)
    return None if same else (before, after)


def is_in_place(before: Release, after: Release) -> bool:
    """Tell whether one and the same HelmRelease would change its names, upon which its release is uninstalled."""
    return before.owner is not None and before.owner == after.owner


def handing_over(before: Release, after: Release) -> Step:
    """Return the step that takes the old HelmRelease away without what it has installed."""
    namespace, name = before.owner or (before.storage, before.name)
    space = f"kubectl --namespace {quoted(namespace)}"
    return Step(
        id="orphan-release",
        title=f"Let go of the release {before.name}",
        why=f"Today Helm knows Cilium as {before.name} in {before.namespace}, recorded in {before.storage or '?'}; the tree "
        f"installs {after.name} in {after.namespace}, recorded in {after.storage}. To Flux these are two releases. So the old "
        "HelmRelease goes first, suspended, which leaves all that it has installed; the new one then takes the same "
        "objects over, whose names do not come from the release.",
        commands=(
            f'helm --namespace {quoted(before.storage)} get values {quoted(before.name)} --output yaml > "$BEFORE/cilium-values.yaml"',
            f"flux suspend helmrelease {quoted(name)} --namespace {quoted(namespace)}",
            command(
                f"test \"$({space} get {_GROUP} {quoted(name)} --output jsonpath='{{.spec.suspend}}')\" = true &&",
                f"{space} delete {_GROUP} {quoted(name)}",
            ),
        ),
        checks=(
            Check(
                command="kubectl --namespace kube-system get daemonset cilium",
                expect="all pods ready, none restarted",
            ),
            Check(
                command=f"helm --namespace {quoted(before.storage)} list",
                expect=f"{before.name} is still there, deployed",
            ),
        ),
        traps=_ORPHANING,
        rollback=f"apply the saved HelmRelease {namespace}/{name} again: it finds its own release",
        sources=(_SUSPENDED, _TARGETS, _THREE),
    )


def forgetting(before: Release, after: Release) -> Step:
    """Return the step that removes Helm's old record, so that nobody uninstalls by it."""
    selector = f"owner=helm,name={before.name}"
    return Step(
        id="forget-old-release",
        title="Forget the old record",
        why=f"As long as Helm knows {before.name}, `helm uninstall {before.name}` would delete objects that are {after.name}'s now.",
        commands=(
            f"kubectl --namespace {quoted(before.storage)} get secrets --selector {quoted(selector)}",
            f"kubectl --namespace {quoted(before.storage)} delete secrets --selector {quoted(selector)}",
        ),
        checks=(
            Check(
                command="helm list --all-namespaces --filter cilium",
                expect=f"only {after.name} in {after.namespace}",
            ),
        ),
        rollback="none is needed: only the record is gone",
        is_last_point_of_return=False,
        sources=(_THREE,),
    )


def outdated(move: Move) -> tuple[OldApi, ...]:
    """Return the objects whose version the wanted Flux does not serve any more."""
    wanted = move.wanted.flux
    if wanted is None:
        return ()
    return tuple(one for one in move.today.old_apis if not _is_served(one, wanted))


def _is_served(one: OldApi, flux: Minor) -> bool:
    group, _, version = one.version.rpartition("/")
    served = versions_of(group, one.kind).get(version)
    return served is not None and (served.until is None or flux < served.until)


def too_old(move: Move) -> tuple[OldApi, ...]:
    """Return the objects whose newest version today's Flux does not serve yet: Flux itself has to be upgraded first."""
    today = move.today.flux
    if today is None:
        return ()
    return tuple(one for one in outdated(move) if _newest_since(one) > today)


def _newest_since(one: OldApi) -> Minor:
    group = one.version.rpartition("/")[0]
    return next(iter(versions_of(group, one.kind).values())).since


def migration(move: Move) -> Iterator[Step]:
    """Yield the steps that bring Flux' objects to versions that stay, in git first and then in the cluster."""
    found = outdated(move)
    counted = ", ".join(f"{one.count} {one.kind} in {one.version}" for one in found)
    today, wanted = move.today.flux, move.wanted.flux
    until = f" of {format_minor(today)}" if today else ""
    flag = f" --version={format_minor(today)}" if today == (2, 6) else ""
    yield Step(
        id="migrate-flux-files",
        title="Bring Flux' objects in git to versions that stay",
        why=f"{counted}: Flux {format_minor(wanted) if wanted else ''} does not serve these any more, and a Kustomization "
        f"that holds one applies nothing at all. The Flux{until} that runs serves the new versions already, so this comes "
        "first and changes nothing that runs.",
        commands=(
            f'(cd "$(git rev-parse --show-toplevel)" && flux migrate --path .{flag} --dry-run)',
            f'(cd "$(git rev-parse --show-toplevel)" && flux migrate --path .{flag} --yes)',
            "git diff --stat",
            'git commit --all --message "Flux: API versions that stay"',
            "git push",
            "flux reconcile kustomization flux-system --with-source --namespace flux-system",
        ),
        checks=(
            Check(command="flux get all --all-namespaces", expect="READY is True in every line"),
            Check(
                command='(cd "$(git rev-parse --show-toplevel)" && flux migrate --path . --dry-run)',
                expect="nothing to migrate",
            ),
        ),
        traps=(
            (
                "Fields have gone with the old versions: `valuesFile` is `valuesFiles`, `patchesJson6902` and "
                "`patchesStrategicMerge` of post renderers are `patches`. `fabricgen lint` names them."
            ),
            "From Flux 2.9 on a `${VARIABLE}` that nobody sets fails its Kustomization: look for them before, too.",
        ),
        rollback="git revert, push",
        sources=(_MIGRATE, _PROCEDURE),
    )
    yield _stored(found)
    yield _upgraded(move)


def _stored(found: tuple[OldApi, ...]) -> Step:
    """Return the step in the cluster."""
    crds = " ".join(
        sorted(
            {f"{_plural(kind)}.{group}" for group, kind in KINDS if any(kind == one.kind for one in found)}
        )
    )
    return Step(
        id="migrate-flux-objects",
        title="Bring what the cluster has stored to the same versions",
        why="A CRD cannot lose a version in which the cluster still has objects stored: the upgrade of Flux would be refused.",
        commands=("flux migrate",),
        checks=(
            Check(
                command=f"kubectl get customresourcedefinitions {crds} --output {_STORED_COLUMNS}",
                expect="one version in each line, the newest",
            ),
        ),
        rollback="none is needed: the objects are the same",
        sources=(_STORED, _MIGRATE),
    )


def _upgraded(move: Move) -> Step:
    """Return the step that other commands are for."""
    return Step(
        id="upgrade-flux",
        title="Now upgrade Flux",
        why="Not part of this plan: `fabricgen upgrade --flux` says every stop on the way.",
        commands=(
            (
                f'(cd "$(git rev-parse --show-toplevel)" && fabricgen upgrade {quoted(move.cluster.name)} '
                f"--flux {move.cluster.flux.version} --dry-run)"
            ),
        ),
        checks=(Check(command="flux check", expect="all checks passed"),),
        rollback="as that plan says",
        sources=(_PROCEDURE,),
    )


def _plural(kind: str) -> str:
    lower = kind.lower()
    return f"{lower[:-1]}ies" if lower.endswith("y") else f"{lower}s"
