"""Compares two trees, object by object."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from fabricgen.cluster import Cluster
from fabricgen.diff.tree_diff import TreeDiff
from fabricgen.documents.document import File


def compare_texts(
    before: Mapping[PurePosixPath, str],
    after: Mapping[PurePosixPath, str],
    *,
    cluster: Cluster | None = None,
    files: Iterable[File] = (),
) -> TreeDiff:
    """Return what differs, objects matched by what they are, in whichever file they stand.

    `cluster` tells the versions that run; `files` are those behind `after`, for the reasons of their settings.
    """
    raise NotImplementedError
