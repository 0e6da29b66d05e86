"""Answers on disk, one file a question: what it is made of, and the answer. Used by `check` and `render`.

The file is named after the question, so a new answer takes the place of the old one. It is sealed, written whole and
moved into its place: two runs that share the folder read either's answers, and what is damaged is as good as none.
"""

# Importing pathlib takes longer than many a run may.
# ruff: noqa: PTH118

import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final, Literal, NamedTuple

from fabricgen.digests import digest_of
from fabricgen.memory.program import foreign_code, state_of_program
from fabricgen.memory.state import State, state_of_file, state_of_folder
from fabricgen.validation.cache import read_sealed, replace_file

_FORM: Final = 1
_KEPT_SECONDS: Final = 30 * 24 * 3600
_LOOKS: Final = {"file": state_of_file, "folder": state_of_folder}


class Source(NamedTuple):
    """One thing that an answer is made of, and how it was then; None if that could not be told."""

    kind: Literal["file", "folder", "program"]
    path: str
    state: State


def look(kind: Literal["file", "folder", "program"], path: str = "") -> Source:
    """Return how a thing is now."""
    return Source(kind, path, state_of_program() if kind == "program" else _LOOKS[kind](path))


def look_at_plugins() -> list[Source]:
    """Return how the code of plug-ins is now, as far as the versions of packages do not tell."""
    return [look(kind, path) for kind, path in foreign_code()]


class Memory:
    """Answers in a folder; without one nothing is remembered. Each thing is looked at once, for all questions."""

    def __init__(self, folder: str) -> None:
        """Take `folder`, which need not be there; empty is none."""
        self._folder = folder
        self._seen: dict[tuple[str, str], State] = {}

    @property
    def remembers(self) -> bool:
        """Whether there is any use in learning."""
        return bool(self._folder)

    def recall(self, question: Sequence[str]) -> Any:  # noqa: ANN401 - whatever was learnt, as JSON has it
        """Return the answer if all that it is made of is the same; None if it is not known."""
        if not self._folder:
            return None
        try:
            form, asked, made_of, answer = json.loads(read_sealed(self._place(question)))
            holds = form == _FORM and asked == list(question) and all(self._holds(*one) for one in made_of)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return answer if holds else None

    def learn(self, question: Sequence[str], answer: object, *, made_of: Iterable[Source]) -> None:
        """Keep an answer; one that depends on what cannot be told is not kept. That it cannot be written is no failure."""
        sources = list(made_of)
        if not self._folder or any(one.state is None for one in sources):
            return
        body = json.dumps([_FORM, list(question), sources, answer], separators=(",", ":")).encode()
        with suppress(OSError):
            replace_file(self._place(question), body)

    def forget_old(self) -> None:
        """Remove what was learnt a month ago; it is learnt again if anybody asks."""
        with suppress(OSError), os.scandir(self._folder) as entries:
            oldest = time.time() - _KEPT_SECONDS
            for entry in entries:
                if entry.stat(follow_symlinks=False).st_mtime < oldest:
                    os.unlink(entry.path)  # noqa: PTH108 - as above

    def _holds(self, kind: Literal["file", "folder", "program"], path: str, state: str) -> bool:
        if (kind, path) not in self._seen:
            self._seen[kind, path] = look(kind, path).state
        return self._seen[kind, path] == state

    def _place(self, question: Sequence[str]) -> str:
        return os.path.join(self._folder, f"{digest_of(json.dumps(list(question)).encode())}.json")
