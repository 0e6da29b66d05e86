"""The Renovate preset, by Renovate itself: what it finds in descriptions, and what becomes of it."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described import CLUSTERS, ROOT, title

import fabricgen
from fabricgen.description import Description
from fabricgen.load import Loaded
from fabricgen.upgrade.pins import Pin, pins_of
from fabricgen.upgrade.renovate import PATTERN, comment_for, find_comments, preset

Tool = Callable[[str], str]
Extract = Callable[..., dict[str, list[dict[str, Any]]]]
Ask = Callable[..., dict[str, Any]]
PRESET = ROOT / "renovate" / "descriptions.json"
DIGEST = "sha256:" + "a1" * 32
HELM = "# renovate: datasource=helm depName=cilium registryUrl=https://helm.cilium.io/\n"


@pytest.fixture
def extract(tool: Tool, tmp_path: Path) -> Extract:
    """Return a function that has Renovate extract from files in a fresh repository, without a network."""

    def run(files: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
        for name, text in {**files, "renovate.json": PRESET.read_text(encoding="utf-8")}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        said = tmp_path / "report.json"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "RENOVATE_CACHE_DIR": str(tmp_path / ".cache"),
            "RENOVATE_REPORT_TYPE": "file",
            "RENOVATE_REPORT_PATH": str(said),
        }
        subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
        subprocess.run(["git", "-C", str(tmp_path), "add", "--all"], check=True)
        subprocess.run(
            [tool("renovate"), "--platform=local", "--dry-run=extract", "--enabled-managers=custom.regex"],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
            timeout=120,
        )
        report = json.loads(said.read_text(encoding="utf-8"))
        found = report["repositories"]["local"]["packageFiles"].get("regex", [])
        return {one["packageFile"]: one["deps"] for one in found}

    return run


@pytest.fixture
def ask(tool: Tool) -> Ask:
    """Return a function that asks Renovate's modules what our rules make of dependencies."""

    def run(*dependencies: dict[str, str]) -> dict[str, Any]:
        dist = Path(tool("renovate-node")).parent.parent / "renovate/node_modules/renovate/dist"
        asked = {
            "dist": str(dist),
            "preset": json.loads(PRESET.read_text(encoding="utf-8")),
            "reference": "github>owner/fabricgen//renovate/descriptions",
            "dependencies": list(dependencies),
        }
        done = subprocess.run(
            [tool("renovate-node"), str(ROOT / "tests/tools/renovate/ask.mjs")],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        answer: dict[str, Any] = json.loads(done.stdout[done.stdout.index('{"reference"') :])
        return answer

    return run


def _expected(pin: Pin, description: Description, *, text: str, line: int) -> dict[str, Any]:
    """What Renovate should report of a pin, made from what the description says and not from its comments."""
    words = dict(
        word.split("=", 1) for word in comment_for(pin, description).removeprefix("# renovate: ").split()
    )
    value = text.splitlines()[line - 1].partition(": ")[2]
    registry = {"registryUrls": [words["registryUrl"]]} if "registryUrl" in words else {}
    return {
        "depName": words["depName"],
        "datasource": words["datasource"],
        "currentValue": value,
        **registry,
    }


def _all_expected(loaded: Loaded, *, text: str) -> list[dict[str, Any]]:
    """All pins of a description, in the order of its lines."""
    lines = {loaded.positions[pin.path].line: pin for pin in pins_of(loaded.description)}
    return [_expected(pin, loaded.description, text=text, line=line) for line, pin in sorted(lines.items())]


def _told(found: dict[str, Any]) -> dict[str, Any]:
    return {
        key: found[key]
        for key in ("depName", "datasource", "currentValue", "registryUrls", "currentDigest")
        if key in found
    }


@pytest.mark.tools
def test_renovate_finds_exactly_the_pins_of_the_five_descriptions(extract: Extract) -> None:
    texts = {f"clusters/{path.name}": path.read_text(encoding="utf-8") for path in CLUSTERS}
    loaded = {name: fabricgen.load_text(text, file=name) for name, text in texts.items()}

    found = extract(texts)

    assert {name: [_told(one) for one in deps] for name, deps in found.items()} == {
        name: _all_expected(one, text=texts[name]) for name, one in loaded.items()
    }


@pytest.mark.tools
def test_renovate_finds_nothing_without_comments_nor_outside_of_clusters(extract: Extract) -> None:
    text = (ROOT / "clusters/homeops.yaml").read_text(encoding="utf-8")
    bare = "".join(line for line in text.splitlines(keepends=True) if "# renovate:" not in line)

    found = extract({"clusters/bare.yaml": bare, "notes/homeops.yaml": text})

    assert found == {}


IMAGES = f"""\
cni:
  cilium:
    # renovate: datasource=docker depName=quay.io/cilium/charts/cilium
    # Why it is this one, in our words.
    version: "1.20.2"
    chart:
      oci: oci://quay.io/cilium/charts/cilium
      digest: {DIGEST}
    values:
      image:
        # renovate: datasource=docker depName=quay.io/cilium/cilium
        tag: 'v1.20.2'
      envoy:
        image:
          # renovate: datasource=docker depName=localhost:5000/cilium/cilium-envoy versioning=loose
          override: "localhost:5000/cilium/cilium-envoy:v1.34.4@{DIGEST}"
      extraContainers:
        # renovate: datasource=github-tags depName=me/tool packageName=me/the-tool extractVersion=^tool-(?<version>.+)$
        - version: 3.2.1
distribution:
  k3s:
    # renovate: datasource=github-releases depName=k3s-io/k3s
    version: v1.34.1+k3s1
"""


@pytest.mark.tools
def test_renovate_finds_digests_images_and_every_attribute(extract: Extract) -> None:
    found = extract({"clusters/images.yaml": IMAGES})["clusters/images.yaml"]

    chart, image, envoy, tool, k3s = found
    assert (chart["currentValue"], chart["currentDigest"]) == ("1.20.2", DIGEST)
    assert (image["depName"], image["currentValue"]) == ("quay.io/cilium/cilium", "v1.20.2")
    assert (envoy["currentValue"], envoy["currentDigest"], envoy["versioning"]) == (
        "v1.34.4",
        DIGEST,
        "loose",
    )
    assert (tool["packageName"], tool["extractVersion"], tool["currentValue"]) == (
        "me/the-tool",
        "^tool-(?<version>.+)$",
        "3.2.1",
    )
    assert k3s["currentValue"] == "v1.34.1+k3s1"


def _release(name: str, *, current: str, new: str) -> dict[str, str]:
    """A dependency as Renovate has it after extraction, with a tag that it found."""
    return {
        "packageFile": "clusters/home.yaml",
        "datasource": "github-releases",
        "depName": name,
        "packageName": name,
        "currentValue": current,
        "currentVersion": current if current.startswith("v") else f"v{current}",
        "newVersion": new,
    }


@pytest.mark.tools
@pytest.mark.parametrize(
    ("name", "current", "new", "update"),
    [
        (
            "k3s-io/k3s",
            "v1.34.1+k3s1",
            "v1.34.1+k3s2",
            {"newer": True, "stable": True, "written": "v1.34.1+k3s2"},
        ),
        (
            "k3s-io/k3s",
            "v1.34.9+k3s1",
            "v1.34.10+k3s1",
            {"newer": True, "stable": True, "written": "v1.34.10+k3s1"},
        ),
        (
            "k3s-io/k3s",
            "v1.34.1+k3s1",
            "v1.35.0-rc1+k3s1",
            {"newer": True, "stable": False, "written": "v1.35.0-rc1+k3s1"},
        ),
        (
            "kubernetes/kubernetes",
            "1.33.13",
            "v1.34.0",
            {"newer": True, "stable": True, "written": "1.34.0"},
        ),
        ("fluxcd/flux2", "2.6.4", "v2.7.5", {"newer": True, "stable": True, "written": "2.7.5"}),
        ("siderolabs/talos", "v1.12.5", "v1.13.0", {"newer": True, "stable": True, "written": "v1.13.0"}),
        (
            "siderolabs/talos",
            "v1.12.5",
            "v1.13.0-alpha.1",
            {"newer": True, "stable": False, "written": "v1.13.0-alpha.1"},
        ),
    ],
)
def test_renovate_writes_a_version_as_it_was_written(
    name: str, current: str, new: str, update: dict[str, Any], ask: Ask
) -> None:
    [answer] = ask(_release(name, current=current, new=new))["answers"]

    assert answer["update"] == update


@pytest.mark.tools
def test_renovate_asks_for_one_minor_at_a_time_and_leaves_rendered_trees_alone(ask: Ask) -> None:
    described = {"packageFile": "clusters/home.yaml", "depName": "cilium", "datasource": "helm"}
    ours = {"packageFile": "gitops/home/infrastructure/cilium/release.yaml", "depName": "cilium"}
    theirs = {"packageFile": "gitops/home/apps/web/release.yaml", "depName": "web"}

    first, second, third = ask(described, ours, theirs)["answers"]

    assert (first["enabled"], first["separateMultipleMinor"]) == (True, True)
    assert second["enabled"] is False
    assert third["enabled"] is True


@pytest.mark.tools
def test_renovate_looks_for_the_preset_where_it_is(ask: Ask) -> None:
    reference = ask()["reference"]

    assert ROOT / reference["presetPath"] / f"{reference['presetName']}.json" == PRESET


@pytest.mark.tools
def test_the_pattern_is_one_for_re2(tool: Tool) -> None:
    """Renovate reads patterns with RE2 where that is installed, and Go's regexp has its syntax."""
    asked = json.dumps({"pattern": PATTERN, "texts": [f"{HELM}    version: 1.20.2\n", "version: 1.20.2\n"]})

    done = subprocess.run([tool("goregexp")], input=asked, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [True, False]


def test_the_preset_is_the_generated_one() -> None:
    assert json.loads(PRESET.read_text(encoding="utf-8")) == preset()


@pytest.mark.parametrize("path", CLUSTERS, ids=title)
def test_every_pin_of_a_description_of_ours_has_its_comment(path: Path) -> None:
    loaded = fabricgen.load_file(path)
    text = path.read_text(encoding="utf-8")
    found = {one.line: one for one in find_comments(text)}

    pins = pins_of(loaded.description)

    assert sorted(found) == sorted(loaded.positions[pin.path].line for pin in pins)
    assert all(comment_for(pin, loaded.description) in text for pin in pins)


@pytest.mark.parametrize(
    "comment",
    [
        "# renovate: depName=cilium datasource=helm",
        "# renovate: datasource=helm",
        "# datasource=helm depName=cilium",
    ],
)
def test_a_comment_that_renovate_would_not_read_is_not_found(comment: str) -> None:
    assert find_comments(f"{comment}\nversion: 1.20.2\n") == ()


def test_a_pin_that_stands_further_down_is_not_taken() -> None:
    text = f"{HELM}chart:\n  helm: https://helm.cilium.io/\nversion: 1.20.2\n"

    assert find_comments(text) == ()


def test_every_package_of_the_tool_is_pinned_by_its_hash_and_by_no_address() -> None:
    lock = json.loads((ROOT / "tests/tools/renovate/package-lock.json").read_text(encoding="utf-8"))
    packages = [one for name, one in lock["packages"].items() if name]

    assert all("integrity" in one and "resolved" not in one for one in packages)
