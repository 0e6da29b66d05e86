"""How fast `fabricgen lint` is beside `fabricgen validate` on the same repository, and how its cost grows.

The repository is a Flux one: layers that depend on each other, a Cilium release, pools, Talos patches, and many
applications. Prints a table a question; the ratios are what counts.
"""

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import manifests
from processes import Command, take_turns

from fabricgen import pipeline
from fabricgen.documents.text import texts
from fabricgen.lint import Question, lint
from fabricgen.load import load_text
from fabricgen.repository.reading import read_texts
from fabricgen.yamlio import dump_document, read_value

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTION = ROOT / "clusters" / "talos-homelab.yaml"
FILES = 1000
EACH = 3
LAYERS = 40
PYTHON = (sys.executable, "-m", "fabricgen")


def write_repository(folder: Path, *, files: int) -> None:
    """Write a repository of so many files with three documents each, a rendered cluster among them."""
    rendered = _rendered(nodes=20)
    for file, text in rendered.items():
        _write(folder / file, text)
    made = manifests.bodies((files - len(rendered) - LAYERS) * EACH)
    for number in range(LAYERS):
        _write(folder / "gitops/talos-homelab/flux" / f"apps-{number:02}.yaml", dump_document(_layer(number)))
    for number in range(files - len(rendered) - LAYERS):
        bodies = [dump_document(next(made)) for _ in range(EACH)]
        _write(folder / f"apps/{number % LAYERS:02}/{number:05}.yaml", "---\n".join(bodies))


def _layer(number: int) -> dict[str, Any]:
    return {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {"name": f"apps-{number:02}", "namespace": "flux-system"},
        "spec": {
            "interval": "1h",
            "path": f"./apps/{number:02}",
            "prune": True,
            "sourceRef": {"kind": "GitRepository", "name": "flux-system"},
            "dependsOn": [{"name": "cilium"}] + [{"name": f"apps-{number - 1:02}"}] * bool(number),
        },
    }


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _rendered(*, nodes: int) -> Mapping[str, str]:
    """Return the tree of a cluster of so many nodes, by path from the root of its repository."""
    description = read_value(DESCRIPTION.read_text(encoding="utf-8"))
    description["networks"] |= {"nodes": "10.0.0.0/16", "pods": "10.128.0.0/9"}
    description["nodes"] = [_node(number) for number in range(nodes)]
    cluster = pipeline.resolve_cluster(load_text(dump_document(description), file="lab.yaml"))
    files = pipeline.build_files(cluster)
    return {
        f"{cluster.flux.path.removeprefix('./')}/{file}": text
        for file, text in texts(files).items()
        if file.suffix == ".yaml"
    }


def _node(number: int) -> dict[str, Any]:
    return {
        "name": f"node-{number:05}",
        "role": "control-plane" if number < EACH else "worker",
        "address": f"10.0.{4 + number // 200}.{1 + number % 200}",
        "disk": "/dev/nvme0n1",
    }


def _beside_validate(folder: Path, *, rounds: int) -> None:
    write_repository(folder / "repository", files=FILES)
    validate = Command(
        "fabricgen validate, no cache",
        [*PYTHON, "validate", "--no-cache", "--ignore-missing-schemas", "repository"],
    )
    commands = [
        validate,
        Command("fabricgen lint", [*PYTHON, "lint", "repository"]),
        Command("fabricgen lint --only RTE001", [*PYTHON, "lint", "--only", "RTE001", "repository"]),
    ]
    take_turns(commands, rounds=rounds, folder=folder)
    print(
        f"\n### {FILES} files, {FILES * EACH} documents\n\n| command | wall ms | cpu ms | MB | x validate |\n|---|---|---|---|---|"
    )
    for one in commands:
        print(
            f"| {one.name} | {one.wall * 1000:.0f} | {one.cpu * 1000:.0f} | {one.memory:.0f} "
            f"| {one.wall / validate.wall:.2f} |"
        )


def _growth_in_documents(folder: Path, *, rounds: int) -> None:
    print("\n### cost per document\n\n| documents | wall ms | µs a document |\n|---|---|---|")
    for files in (250, FILES, 4 * FILES):
        there = f"grow-{files}"
        write_repository(folder / there, files=files)
        one = Command(there, [*PYTHON, "lint", there])
        take_turns([one], rounds=min(rounds, 3), folder=folder)
        print(f"| {files * EACH} | {one.wall * 1000:.0f} | {one.wall / files / EACH * 1e6:.0f} |")


def _growth_in_nodes(*, rounds: int) -> None:
    print("\n### cost per node of a rendered description\n\n| nodes | lint ms | µs a node |\n|---|---|---|")
    each = {nodes: _seconds(nodes, rounds=rounds) / nodes for nodes in (50, 500, 5000)}
    for nodes, seconds in each.items():
        print(f"| {nodes} | {seconds * nodes * 1000:.0f} | {seconds * 1e6:.0f} |")
    print(f"\nA node of 5,000 costs {each[5000] / each[50]:.2f} of what a node of 50 does.")


def _seconds(nodes: int, *, rounds: int) -> float:
    """Return how long lint takes over the documents of a rendered cluster, reading included."""
    rendered = _rendered(nodes=nodes)
    lint(read_texts(rendered), Question())
    taken: list[float] = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        lint(read_texts(rendered), Question())
        taken.append(time.perf_counter() - start)
    return median(taken)


def main() -> None:
    """Answer all questions; `--rounds` is how often each is measured."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5, help="how often each is measured (default: 5)")
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        _beside_validate(Path(name), rounds=rounds)
        _growth_in_documents(Path(name), rounds=rounds)
    _growth_in_nodes(rounds=min(rounds, 3))


if __name__ == "__main__":
    main()
