"""What must hold for each tree, whoever reads it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from described import CLUSTERS, EVERY, GITOPS, ROOT, WITH_CILIUM, rendered_from, title

import fabricgen
from fabricgen import yamlio
from fabricgen.documents.document import leaves
from fabricgen.errors import Path as BodyPath

IDENTITY = {"apiVersion", "kind", "metadata", "name", "$patch"}


@pytest.fixture(params=EVERY, ids=title)
def rendered(request: pytest.FixtureRequest) -> fabricgen.Rendered:
    """One of the five clusters or of the golden cases, in memory."""
    return rendered_from(request.param)


def _documents(rendered: fabricgen.Rendered) -> list[fabricgen.Document]:
    return [file for file in rendered.files if isinstance(file, fabricgen.Document)]


@pytest.mark.parametrize("path", CLUSTERS, ids=title)
def test_the_committed_tree_is_what_the_description_renders_to(path: Path) -> None:
    plan = fabricgen.plan_output(rendered_from(path), GITOPS)

    assert plan.is_noop
    assert not plan.edited


def _covered(path: BodyPath, reasons: set[BodyPath]) -> bool:
    return any(path[:length] in reasons for length in range(1, len(path) + 1))


def _without_reason(document: fabricgen.Document) -> list[str]:
    reasons = {one.path for one in document.settings}
    paths = [path for path, _ in leaves(document.body) if path and path[0] not in IDENTITY]
    return [f"{document.path} {document.label}: {path}" for path in paths if not _covered(path, reasons)]


def test_no_setting_is_without_a_reason(rendered: fabricgen.Rendered) -> None:
    missing = [line for document in _documents(rendered) for line in _without_reason(document)]

    assert missing == []


def test_every_reason_is_a_sentence_with_a_source(rendered: fabricgen.Rendered) -> None:
    settings = [(document, one) for document in _documents(rendered) for one in document.settings]

    poor = [
        f"{document.path}: {one.path}"
        for document, one in settings
        if len(one.why) < 8 or len(one.source) < 8
    ]

    assert poor == []


def test_every_reason_stands_above_its_setting(rendered: fabricgen.Rendered) -> None:
    known: dict[Any, set[BodyPath]] = {document.path: set() for document in _documents(rendered)}
    for document in _documents(rendered):
        known[document.path] |= {
            path[:length] for path, _ in leaves(document.body) for length in range(1, len(path) + 1)
        }

    lost = [
        (document.path, one.path)
        for document in _documents(rendered)
        for one in document.settings
        if one.path not in known[document.path]
    ]

    assert lost == []


def test_our_own_models_accept_every_kubernetes_document(rendered: fabricgen.Rendered) -> None:
    assert fabricgen.check_files(rendered.files) == ()


def test_no_two_documents_of_the_tree_are_one_object(rendered: fabricgen.Rendered) -> None:
    synced = [
        document
        for document in _documents(rendered)
        if str(document.path).startswith(("flux/", "infrastructure/"))
    ]
    objects = [document.identity for document in synced if document.path.name != "kustomization.yaml"]

    assert len(objects) == len(set(objects))


def test_every_yaml_file_reads_back_as_its_documents(rendered: fabricgen.Rendered) -> None:
    written: dict[Any, list[Mapping[str, Any]]] = {}
    for document in _documents(rendered):
        written.setdefault(document.path, []).append(document.body)

    read = {path: [one.value for one in yamlio.read_documents(rendered.texts[path])] for path in written}

    assert read == written


def test_no_scalar_of_a_tree_is_read_differently_by_different_readers(rendered: fabricgen.Rendered) -> None:
    texts = {document.path: rendered.texts[document.path] for document in _documents(rendered)}

    ambiguous = [
        (path, one.ambiguous)
        for path, text in texts.items()
        for one in yamlio.read_documents(text)
        if one.ambiguous
    ]

    assert ambiguous == []


@pytest.mark.parametrize("path", WITH_CILIUM, ids=title)
def test_the_release_and_bootstrap_have_the_very_same_values(path: Path) -> None:
    by_path = {str(document.path): document.body for document in _documents(rendered_from(path))}
    prefixes = ("", "considered/cilium/")
    pairs = [
        (
            by_path[f"{prefix}bootstrap/cilium-values.yaml"],
            by_path[f"{prefix}infrastructure/cilium/release.yaml"],
        )
        for prefix in prefixes
        if f"{prefix}infrastructure/cilium/release.yaml" in by_path
    ]

    assert pairs
    assert [yamlio.dump_document(values) for values, _ in pairs] == [
        yamlio.dump_document(release["spec"]["values"]) for _, release in pairs
    ]


@pytest.mark.parametrize("path", EVERY, ids=title)
def test_the_order_of_nodes_does_not_matter(path: Path) -> None:
    loaded = fabricgen.load_file(path)
    backwards = loaded.description.model_copy(update={"nodes": loaded.description.nodes[::-1]})
    cluster = fabricgen.resolve_cluster(replace(loaded, description=backwards))

    assert fabricgen.render_cluster(cluster).texts == rendered_from(path).texts


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_the_output_is_the_same_on_any_machine(seed: str, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONHASHSEED": seed,
        "LC_ALL": "C",
        "TZ": "Pacific/Kiritimati",
    }
    clusters = ROOT / "clusters"
    command = [sys.executable, "-m", "fabricgen", "render", str(clusters), "--output", str(tmp_path / "out")]

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert _tree(tmp_path / "out") == _tree(GITOPS)


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
