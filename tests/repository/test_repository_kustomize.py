"""What we say that kustomize builds is what kustomize builds."""

import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from overlays import OVERLAYS

from fabricgen.repository import read_repository
from fabricgen.repository.kustomize import Build, Builder
from fabricgen.repository.reading import read_texts
from fabricgen.rules.example import texts_of
from fabricgen.yamlio import read_documents


def build(text: str, folder: str = "top") -> Build:
    return Builder(read_texts(texts_of(text))).build(PurePosixPath(folder))


def write(text: str, root: Path) -> None:
    for name, content in texts_of(text).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def by_identity(bodies: list[Any]) -> list[Any]:
    return sorted(bodies, key=lambda body: (body["kind"], body["metadata"]["name"]))


@pytest.mark.tools
@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_builds_to_what_kustomize_builds(
    name: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    write(OVERLAYS[name], tmp_path)
    done = subprocess.run(
        [tool("kubectl"), "kustomize", "--load-restrictor=LoadRestrictionsNone", str(tmp_path / "top")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    ours = Builder(read_repository(tmp_path)).build(PurePosixPath("top")).items

    assert by_identity([item.body for item in ours]) == by_identity(
        [document.value for document in read_documents(done.stdout)]
    )
    assert all(item.exact for item in ours)


def test_a_patch_of_a_keyed_list_leaves_the_object_inexact() -> None:
    built = build("""\
# file: top/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports: [{port: 80}]
# file: top/kustomization.yaml
resources: [service.yaml]
patches:
  - patch: |-
      apiVersion: v1
      kind: Service
      metadata:
        name: web
      spec:
        ports: [{port: 443}]
""")

    assert [item.exact for item in built.items] == [False]


def test_what_is_taken_from_elsewhere_is_told_with_its_place() -> None:
    built = build("""\
# file: top/kustomization.yaml
resources:
  - https://example.test/crds.yaml
""")

    (remote,) = built.remotes
    assert remote.url == "https://example.test/crds.yaml"
    assert remote.document.place(remote.path).line == 2
    assert built.is_open


def test_a_folder_without_a_kustomization_is_built_as_flux_does() -> None:
    built = build("""\
# file: top/a.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
# file: top/below/kustomization.yaml
namePrefix: my-
resources: [b.yaml]
# file: top/below/b.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: b
# file: top/below/unlisted.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: unlisted
""")

    assert [item.name for item in built.items] == ["a", "my-b"]


def test_folders_that_hold_each_other_end() -> None:
    built = build("""\
# file: top/kustomization.yaml
resources: [../other]
# file: other/kustomization.yaml
resources: [../top]
""")

    assert built.items == ()


def test_a_transformer_leaves_everything_inexact() -> None:
    built = build("""\
# file: top/kustomization.yaml
resources: [a.yaml]
transformers: [change.yaml]
# file: top/a.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
""")

    assert [item.exact for item in built.items] == [False]


def test_a_file_that_is_no_yaml_is_read_by_generators(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text(
        "configMapGenerator:\n  - name: vars\n    envs: [vars.env]\n", encoding="utf-8"
    )
    (tmp_path / "vars.env").write_text("# the cluster\nNAME=home\n", encoding="utf-8")

    built = Builder(read_repository(tmp_path)).build(PurePosixPath())

    assert [item.get("data", "NAME") for item in built.items] == ["home"]


def test_a_file_of_a_generator_that_is_not_there_leaves_the_object_inexact() -> None:
    built = build("""\
# file: top/kustomization.yaml
configMapGenerator:
  - name: vars
    files: [Corefile]
""")

    assert [item.exact for item in built.items] == [False]
