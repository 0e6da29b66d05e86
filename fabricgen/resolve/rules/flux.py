"""Rules about Flux and where it reads the tree from."""

import re
from collections.abc import Iterator

from fabricgen.description import Description
from fabricgen.errors import Problem
from fabricgen.resolve.rules.texts import texts_of

# git-check-ref-format, https://git-scm.com/docs/git-check-ref-format
_BRANCH = re.compile(r"(?!.*(\.\.|//|@\{|/\.|\.lock(/|$)))(?![-./])[^\s~^:?*\[\\\x00-\x20\x7f]+(?<![./])")
# https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
# Parts of a description that go into what Flux applies.
_APPLIED = frozenset({"cni", "flux", "metallb", "networks"})


def rule_nothing_looks_like_a_substitution(description: Description) -> Iterator[Problem]:
    """As soon as somebody switches postBuild on, Flux replaces it, and since 2.9 fails on names that it does not know.

    Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
    """
    for path, text in texts_of(description):
        if path[0] in _APPLIED and "${" in text:
            yield Problem(
                message="holds ${, which Flux' postBuild would replace",
                path=path,
                hint="write the value itself",
            )


def rule_flux_path_stays_in_the_repository(description: Description) -> Iterator[Problem]:
    """Flux refuses a path that leaves its source, and .git is not part of it."""
    path = description.flux.path
    parts = path.split("/") if path else []
    for part in parts:
        if part in {".", "..", ".git"}:
            rest = "/".join(one for one in parts if one not in {".", "..", ".git"})
            hint = f"did you mean {rest}?" if rest else ""
            yield Problem(
                message=f"{path!r} has {part!r} in it, which is no folder of ours",
                path=("flux", "path"),
                hint=hint,
            )
            return


def rule_flux_branch_is_a_branch(description: Description) -> Iterator[Problem]:
    """Flux asks git for exactly this name."""
    git = description.flux.git
    if git is not None and not _BRANCH.fullmatch(git.branch):
        yield Problem(
            message=f"{git.branch!r} cannot be the name of a branch",
            path=("flux", "git", "branch"),
            hint="write the branch as git names it, such as main",
        )


def rule_flux_tag_is_a_tag(description: Description) -> Iterator[Problem]:
    """Registries refuse other tags."""
    oci = description.flux.oci
    if oci is not None and oci.tag is not None and not _TAG.fullmatch(oci.tag):
        yield Problem(
            message=f"{oci.tag!r} cannot be a tag",
            path=("flux", "oci", "tag"),
            hint="write a tag of 1 to 128 letters, digits, `_`, `.` and `-`",
        )


def rule_flux_oci_url_has_no_tag(description: Description) -> Iterator[Problem]:
    """The tag stands beside the address; Flux refuses it inside."""
    oci = description.flux.oci
    last = oci.url.rpartition("/")[2] if oci else ""
    if oci is not None and (":" in last or "@" in last):
        bare, tag = re.split(r"[:@]", last, maxsplit=1)
        hint = f"write url: {oci.url[: -len(last)]}{bare} and tag: {tag}"
        yield Problem(message="the address ends with a tag", path=("flux", "oci", "url"), hint=hint)


def rule_flux_interval_leaves_time(description: Description) -> Iterator[Problem]:
    """Zero would reconcile without a pause."""
    if not re.search(r"[1-9]", description.flux.interval):
        message = f"{description.flux.interval} leaves no time between two reconciliations"
        yield Problem(message=message, path=("flux", "interval"), hint="1h is the default")
