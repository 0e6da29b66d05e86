"""The baseline: findings that a repository starts with, so that only new ones are told.

A finding is known by rule, file, object and path, never by its line, so that it stays known when lines move; of
several that are alike, their number is known.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from fabricgen.atomic import replace_file
from fabricgen.errors import Problem, ProblemsError
from fabricgen.lint.outcome import Found

VERSION: Final = 1
_KEYS: Final = ("rule", "file", "object", "path")


class Entry(NamedTuple):
    """What a finding is known by."""

    rule: str
    file: str
    object: str
    path: str

    def __str__(self) -> str:
        """Return it as a sentence's subject: `CIL007 in cilium.yaml: HelmRelease kube-system/cilium: spec.values`."""
        return ": ".join(part for part in (f"{self.rule} in {self.file}", self.object, self.path) if part)


Baseline = Counter[Entry]


def entry_of(found: Found) -> Entry:
    """Return what a finding is known by."""
    one = found.finding
    return Entry(one.rule, one.file, one.object, one.path)


def read_baseline(file: Path) -> Baseline:
    """Return the entries of a baseline.

    Raises:
        ProblemsError: it cannot be read, or is no baseline.
    """
    try:
        content = json.loads(file.read_bytes())
    except OSError as error:
        hint = "write it with --update-baseline"
        raise ProblemsError(
            [Problem(message=f"cannot be read: {error.strerror}", file=str(file), hint=hint)]
        ) from error
    except ValueError as error:
        raise ProblemsError(
            [
                Problem(
                    message=f"is not JSON: {error}",
                    file=str(file),
                    hint="write it anew with --update-baseline",
                )
            ]
        ) from error
    entries = content.get("findings") if isinstance(content, dict) else None
    if not isinstance(entries, list) or content.get("version") != VERSION or not all(map(_is_entry, entries)):
        message, hint = "is no baseline that this fabricgen reads", "write it anew with --update-baseline"
        raise ProblemsError([Problem(message=message, file=str(file), hint=hint)])
    found: Baseline = Counter()
    for one in entries:
        found[Entry(*(one[key] for key in _KEYS))] += one.get("count", 1)
    return found


def _is_entry(one: object) -> bool:
    return (
        isinstance(one, dict)
        and all(isinstance(one.get(key), str) for key in _KEYS)
        and type(one.get("count", 1)) is int
    )


def write_baseline(file: Path, entries: Baseline) -> None:
    """Write a baseline, an entry a line and sorted, so that two branches that change it merge."""
    rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in _rows(entries))
    text = (
        f'{{"version": {VERSION}, "findings": [\n{rows}\n]}}\n'
        if rows
        else f'{{"version": {VERSION}, "findings": []}}\n'
    )
    replace_file(file, text.encode())


def _rows(entries: Baseline) -> Iterator[dict[str, object]]:
    for entry, number in sorted(entries.items()):
        yield entry._asdict() | ({"count": number} if number > 1 else {})


def split_known(found: Iterable[Found], baseline: Baseline) -> tuple[Sequence[Found], Baseline]:
    """Return the findings that the baseline does not know, and what is left of it."""
    left = Counter(baseline)
    new: list[Found] = []
    for one in found:
        entry = entry_of(one)
        if left[entry] > 0:
            left[entry] -= 1
        else:
            new.append(one)
    return new, +left
