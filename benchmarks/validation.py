"""How fast `fabricgen validate` is beside kubeconform and flux-schema: same documents, same schemas, same verdicts.

Prints one table a question, each figure the median of interleaved runs, and asserts that all tools found the same
number of valid documents. Needs kubeconform (and flux-schema, if it is there) in .tools/bin, and a folder of schemas:
FABRICGEN_SCHEMAS, or shared/schemas beside the checkout. Says so and ends where they are not there.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import manifests
from processes import Command, take_turns

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools" / "bin"
SCHEMAS = Path(os.environ.get("FABRICGEN_SCHEMAS", ROOT.parent / "shared" / "schemas"))
LAYOUTS = tuple(
    f"{SCHEMAS}/{folder}/{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json"
    for folder in ("{{.Group}}", "core")
)
DOCUMENTS = 10_000
# flux-schema wants a name in each, as if the API server would get them; they are the one thing the two disagree about.
NO_KUSTOMIZATIONS = ("--skip-file", "kustomization.yaml")
FABRICGEN = (sys.executable, "-m", "fabricgen", "validate", "-summary")


def _missing() -> str:
    """Return what is not there and must be; empty when everything is."""
    if not (TOOLS / "kubeconform").exists():
        return "kubeconform is not installed: `make tools` installs it"
    return (
        ""
        if SCHEMAS.is_dir()
        else f"there is no folder of schemas at {SCHEMAS}: name one in FABRICGEN_SCHEMAS"
    )


def _versions() -> str:
    asked = ((TOOLS / "kubeconform", "-v"), (TOOLS / "flux-schema", "--version"))
    said = [
        f"{program.name} {subprocess.run([program, flag], capture_output=True, text=True, check=False).stdout.split()[-1]}"
        for program, flag in asked
        if program.exists()
    ]
    return ", ".join((f"Python {sys.version.split()[0]}", *said, f"{os.cpu_count()} cores"))


def _load() -> str:
    """Return how busy the machine is: with more processes at work than cores, wall times mean little."""
    return f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def _locations() -> list[str]:
    return [part for layout in LAYOUTS for part in ("-schema-location", layout)]


def _ours(name: str, *options: str) -> Command:
    return Command(name, [*FABRICGEN, *_locations(), *options])


def _kubeconform(processes: int, folder: str) -> Command:
    program = str(TOOLS / "kubeconform")
    return Command(
        f"kubeconform -n {processes}",
        [program, "-n", str(processes), "-strict", "-summary", *_locations(), folder],
    )


def _flux_schema(folder: str) -> list[Command]:
    program = TOOLS / "flux-schema"
    if not program.exists():
        print("flux-schema is not installed; its rows are left out", file=sys.stderr)
        return []
    return [
        Command("flux-schema", [str(program), "validate", "-s", str(SCHEMAS), *NO_KUSTOMIZATIONS, folder])
    ]


def _valid(command: Command) -> int:
    """How many valid documents the command found; the same in all its runs."""
    found = {int(number) for run in command.runs for number in re.findall(r"Valid: (\d+)", run.output)}
    if len(found) != 1:
        raise RuntimeError(f"{command.name} found {sorted(found)} valid documents")
    return found.pop()


def _table(title: str, commands: Sequence[Command], *, base: Command) -> None:
    print(f"\n### {title}\n\n| command | wall ms | cpu ms | MB | x {base.name} |\n|---|---|---|---|---|")
    for one in commands:
        ratio = one.wall / base.wall
        print(
            f"| {one.name} | {one.wall * 1000:.0f} | {one.cpu * 1000:.0f} | {one.memory:.0f} | {ratio:.3f} |"
        )


def _same_verdicts(commands: Sequence[Command]) -> None:
    found = {one.name: _valid(one) for one in commands}
    if len(set(found.values())) != 1:
        raise RuntimeError(f"the verdicts differ: {found}")
    print(f"\n{commands[0].name} and the others: {next(iter(found.values()))} valid documents each")


def _against_kubeconform(folder: Path, *, files: int, rounds: int) -> None:
    there = f"files-{files}"
    manifests.write(folder / there, documents=DOCUMENTS, files=files)
    for part in [*ROOT.glob("gitops/*/flux"), *ROOT.glob("gitops/*/infrastructure")]:
        shutil.copytree(part, folder / there / part.parent.name / part.name)
    base = _kubeconform(2, there)
    commands = [
        base,
        _kubeconform(1, there),
        _ours("fabricgen, CEL off, 2 processes", "--no-cel", "--no-cache", "-n", "2", there),
        _ours("fabricgen, CEL off, 1 process", "--no-cel", "--no-cache", "-n", "1", there),
    ]
    take_turns(commands, rounds=rounds, folder=folder)
    _same_verdicts(commands)
    _table(f"{DOCUMENTS} documents in {files} files, and the trees of gitops/", commands, base=base)
    _again(folder, there=there, rounds=rounds, base=base)
    _with_rules(folder, there=there, rounds=rounds)


def _again(folder: Path, *, there: str, rounds: int, base: Command) -> None:
    cache = str(folder / "cache")
    first = _ours("fabricgen, first run with a cache", "--no-cel", "--cache-dir", cache, "-n", "2", there)
    first.run(folder=folder)  # and no run before it, which would fill the cache
    second = _ours("fabricgen, nothing changed", *first.arguments[len(FABRICGEN) + len(_locations()) :])
    take_turns([second], rounds=rounds, folder=folder)
    _same_verdicts([base, second])
    _table("the same again, unchanged", [base, first, second], base=base)
    shutil.rmtree(cache)


def _with_rules(folder: Path, *, there: str, rounds: int) -> None:
    yardstick = _flux_schema(there)
    ours = _ours("fabricgen, CEL on, 2 processes", "--no-cache", "-n", "2", *NO_KUSTOMIZATIONS, there)
    commands = [*yardstick, ours]
    take_turns(commands, rounds=rounds, folder=folder)
    if yardstick:
        _same_verdicts(commands)
    _table("with CEL", commands, base=commands[0])


def _ten_cold(folder: Path, *, rounds: int) -> None:
    manifests.write(folder / "ten", documents=10, files=10)
    base = _kubeconform(2, "ten")
    plain = _ours("fabricgen, CEL off", "--no-cel", "--no-cache", "ten")
    ruled = [_ours("fabricgen, CEL on", "--no-cache", "ten"), *_flux_schema("ten")]
    commands = [Command("python -c pass", [sys.executable, "-c", "pass"]), base, plain, *ruled]
    take_turns(commands, rounds=rounds * 3, folder=folder)
    _same_verdicts([base, plain])
    _same_verdicts(ruled)  # one of the ten breaks a rule, which kubeconform does not see
    _table("ten documents, cold", commands, base=base)


def _growth(folder: Path, *, rounds: int) -> None:
    print(
        "\n### cost per document\n\n| documents | wall ms | µs a document above ten | MB |\n|---|---|---|---|"
    )
    start = _ours("ten", "--no-cel", "--no-cache", "-n", "1", "ten")
    take_turns([start], rounds=rounds, folder=folder)
    for number in (100, 1000, 10_000, 100_000):
        there = f"grow-{number}"
        manifests.write(folder / there, documents=number, files=number // 10)
        one = _ours(str(number), "--no-cel", "--no-cache", "-n", "1", there)
        take_turns([one], rounds=rounds if number < DOCUMENTS else 3, folder=folder)
        each = (one.wall - start.wall) / number * 1e6
        print(f"| {number} | {one.wall * 1000:.0f} | {each:.1f} | {one.memory:.0f} |")
        shutil.rmtree(folder / there)


def main() -> None:
    """Answer all questions; `--rounds` is how often each command runs."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7, help="how often each command runs (default: 7)")
    rounds = arguments.parse_args().rounds
    if missing := _missing():
        print(f"validation is not measured: {missing}", file=sys.stderr)
        return
    shapes = manifests.count_shapes(DOCUMENTS)
    print(f"{DOCUMENTS} documents, {shapes} shapes; {_versions()}; {_load()} at the start")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for files in (1000, 10_000):
            _against_kubeconform(folder, files=files, rounds=rounds)
        _ten_cold(folder, rounds=rounds)
        _growth(folder, rounds=rounds)
    print(f"\n{_load()} at the end")


if __name__ == "__main__":
    main()
