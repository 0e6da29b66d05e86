"""The trees as the real tools read them: kustomize, upstream's schemas, the chart's values schema, Go's YAML."""

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema
import pytest
from described import EVERY, WITH_CILIUM, rendered_from, title

import fabricgen
from fabricgen import yamlio

Tool = Callable[[str], str]
# Versions of which there is no schema here -> the later one that took over every field we write.
SUCCESSORS = {("OCIRepository", "v1beta2"): "v1"}


@pytest.fixture(scope="module", params=EVERY, ids=title)
def rendered(request: pytest.FixtureRequest) -> fabricgen.Rendered:
    """One of the five clusters or of the golden cases, in memory."""
    return rendered_from(request.param)


@pytest.fixture(scope="module")
def tree(rendered: fabricgen.Rendered, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree on disk, in a folder of its own."""
    output = tmp_path_factory.mktemp("output")
    fabricgen.write_output([fabricgen.plan_output(rendered, output)])
    return output / rendered.cluster.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What kustomize makes of every kustomization of a tree, and what it complains about, by folder."""

    texts: dict[str, str]
    complaints: dict[str, str]


@pytest.fixture(scope="module")
def built(tree: Path, tool: Tool) -> Built:
    """The tree as kustomize builds it."""
    folders = sorted(path.parent for path in tree.rglob("kustomization.yaml"))
    done = {
        str(folder.relative_to(tree)): subprocess.run(
            [tool("kubectl"), "kustomize", str(folder)], capture_output=True, text=True, check=False
        )
        for folder in folders
    }
    return Built(
        texts={folder: one.stdout for folder, one in done.items()},
        complaints={folder: one.stderr for folder, one in done.items() if one.returncode or one.stderr},
    )


@pytest.mark.tools
def test_kustomize_builds_every_kustomization_without_a_complaint(built: Built) -> None:
    assert built.texts
    assert built.complaints == {}


@pytest.mark.tools
def test_every_document_of_a_folder_comes_out_of_its_kustomization(
    rendered: fabricgen.Rendered, built: Built
) -> None:
    whole = "".join(f"---\n{text}" for text in built.texts.values())

    names = sorted(str(_name(one.value)) for one in yamlio.read_documents(whole) if one.value)

    assert names == sorted(str(_name(body)) for body in _synced(rendered))


def _synced(rendered: fabricgen.Rendered) -> list[Mapping[str, Any]]:
    documents = [file for file in rendered.files if isinstance(file, fabricgen.Document)]
    inside = [one for one in documents if {"flux", "infrastructure"} & set(one.path.parts)]
    return [one.body for one in inside if one.path.name != "kustomization.yaml"]


def _name(body: Mapping[str, Any]) -> tuple[str, str, str]:
    return body["kind"], body["metadata"].get("namespace", ""), body["metadata"]["name"]


@pytest.mark.schemas
def test_every_kubernetes_document_fits_the_upstream_schema(
    rendered: fabricgen.Rendered, schemas_dir: Path
) -> None:
    documents = [
        file for file in rendered.files if isinstance(file, fabricgen.Document) and file.identity.kind
    ]
    kubernetes = [
        one for one in documents if "talos" not in one.path.parts and one.identity.group != "helm.cattle.io"
    ]

    faults = [
        f"{one.path} {one.label}: {error.json_path} {error.message}"
        for one in kubernetes
        for error in _errors(one, schemas_dir)
    ]

    assert kubernetes
    assert faults == []


def _errors(document: fabricgen.Document, schemas_dir: Path) -> list[jsonschema.ValidationError]:
    _, kind, _, _ = document.identity
    version = document.identity.api_version.rpartition("/")[2]
    folder = schemas_dir / (document.identity.group or "core")
    version = SUCCESSORS.get((kind, version), version)
    text = (folder / f"{kind.lower()}_{version}.json").read_text(encoding="utf-8")
    # Python's `re` has no \P; the pattern says: no control characters.
    schema = json.loads(re.sub(r"\^\\\\PC\*\$", r"^[^\\\\x00-\\\\x1f]*$", text))
    return list(jsonschema.Draft7Validator(schema).iter_errors(json.loads(json.dumps(document.body))))


@pytest.mark.schemas
@pytest.mark.parametrize("path", WITH_CILIUM, ids=title)
def test_the_helm_values_fit_the_charts_own_schema(path: Path, schemas_dir: Path) -> None:
    cluster = rendered_from(path).cluster
    documents = [file for file in rendered_from(path).files if isinstance(file, fabricgen.Document)]
    releases = [
        one.body for one in documents if one.identity.kind == "HelmRelease" and one.identity.name == "cilium"
    ]
    cilium = cluster.cilium or (cluster.considered and cluster.considered.cluster.cilium)
    assert cilium
    minor = f"{cilium.version.major}.{cilium.version.minor}"
    schema = json.loads(
        next((schemas_dir / "charts/cilium").glob(f"values-{minor}.*.schema.json")).read_text(
            encoding="utf-8"
        )
    )

    errors = [
        error.message
        for body in releases
        for error in jsonschema.Draft202012Validator(schema).iter_errors(body["spec"]["values"])
    ]

    assert releases
    assert errors == []


@pytest.mark.tools
def test_go_reads_every_file_as_we_do(rendered: fabricgen.Rendered, tool: Tool) -> None:
    paths = sorted({file.path for file in rendered.files if isinstance(file, fabricgen.Document)})
    streams = {path: re.split(r"(?m)^---\n", rendered.texts[path]) for path in paths}
    parts = [(path, part) for path, texts in streams.items() for part in texts if _has_content(part)]

    done = subprocess.run(
        [tool("goyaml")],
        input="\0".join(part for _, part in parts),
        capture_output=True,
        text=True,
        check=True,
    )

    ours = [one.value for path in paths for one in yamlio.read_documents(rendered.texts[path])]
    assert [json.loads(line) for line in done.stdout.splitlines()] == json.loads(json.dumps(ours))


def _has_content(text: str) -> bool:
    return any(line and not line.startswith("#") for line in text.splitlines())


@pytest.mark.tools
def test_every_shell_script_passes_shellcheck(tree: Path, tool: Tool) -> None:
    scripts = sorted(str(path) for path in tree.rglob("*.sh"))

    done = subprocess.run([tool("shellcheck"), *scripts], capture_output=True, text=True, check=False)

    assert scripts
    assert done.stdout == ""


def test_nothing_of_bootstrap_stands_in_a_synced_folder(rendered: fabricgen.Rendered) -> None:
    synced = {path.parent for path in rendered.texts if path.name == "kustomization.yaml"}

    inside = [
        path
        for path in rendered.texts
        if path.parent in synced and PurePosixPath("bootstrap") in path.parents
    ]

    assert synced
    assert inside == []
