"""What the real tools say about the corpus: flux-schema, the yardstick, and kubeconform, one process each."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus_cases import CORPUS, Case

RECORD = CORPUS / "verdicts.json"
Verdicts = dict[str, list[str]]
"""Name of a case -> what was said about each of its documents, in their order."""


def recorded(tool: str) -> Mapping[str, list[str]]:
    """Return what stands in the record of `flux-schema` or `kubeconform`."""
    verdicts: Verdicts = json.loads(RECORD.read_text(encoding="utf-8"))[tool]["verdicts"]
    return verdicts


def version(tool: str) -> str:
    """Return the version that a tool's record is of, such as `0.11.0`."""
    of: str = json.loads(RECORD.read_text(encoding="utf-8"))[tool]["version"]
    return of


def write_files(cases: Sequence[Case], folder: Path) -> dict[str, Case]:
    """Write each case to a file of its own. Returns the cases by the files' names."""
    files = {f"{number:05}.yaml": case for number, case in enumerate(cases)}
    for name, case in files.items():
        (folder / name).write_bytes(case.content)
    return files


def flux_schema_says(program: str, cases: Sequence[Case], *, schemas: Path, folder: Path) -> Verdicts:
    """Return flux-schema's verdicts: `valid`, `skipped`, or its reason why not, such as `cel-violation`."""
    files = write_files(cases, folder)
    command = [program, "validate", "--schema-location", str(schemas), "--output", "json", str(folder)]
    results = _said(command)["report"]["results"] or []
    verdicts: Verdicts = {case.name: [] for case in cases}
    for result in sorted(results, key=lambda result: (result["source"], result["idx"])):
        verdicts[files[Path(result["source"]).name].name].append(result.get("reason") or result["status"])
    return verdicts


def kubeconform_says(program: str, cases: Sequence[Case], *, schemas: Path, folder: Path) -> Verdicts:
    """Return kubeconform's verdicts, with -strict: `valid`, `invalid`, `error`, `skipped`; the order is by text.

    It works on documents side by side and says which file each was in, but not which of them it was.
    """
    files = write_files(cases, folder)
    layout = "{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"
    locations = [f"{schemas}/{{{{.Group}}}}/{layout}", f"{schemas}/core/{layout}"]
    flags = [flag for location in locations for flag in ("-schema-location", location)]
    said = _said([program, "-strict", "-verbose", "-output", "json", *flags, str(folder)])
    verdicts: Verdicts = {case.name: [] for case in cases}
    for resource in said["resources"]:
        status = resource["status"].removeprefix("status").lower()
        verdicts[files[Path(resource["filename"]).name].name].append(status)
    return {name: sorted(statuses) for name, statuses in verdicts.items()}


def _said(command: Sequence[str]) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"{command[0]} ends with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)
