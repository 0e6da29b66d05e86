"""What is asked of a description, and what decides the answer besides the description and its tree.

Fed by the commands; feeds `answers`. Whatever a render or a check reads has to be told here, or its change is not seen.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fabricgen.digests import digest_of
from fabricgen.memory.answers import Source, look
from fabricgen.schemas.locations import find_pulled
from fabricgen.template_folders import templates_beside


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted of every description of a run.

    Attributes:
        output: the folder that the trees are in.
        templates: the folder of the user's templates; None is the one beside the descriptions.
        options: what else decides the answer, each as text.
    """

    output: Path
    templates: Path | None = None
    options: tuple[str, ...] = ()

    def question(self, verb: str, path: Path) -> tuple[str, ...]:
        """Return what is asked of one description."""
        return (verb, *self._places(), str(path), str(templates_of(path, self) or ""), *self.options)

    def question_of_all(self, verb: str, paths: Sequence[Path]) -> tuple[str, ...]:
        """Return what is asked of a whole run."""
        asked = "\n".join("\n".join(self.question(verb, one)) for one in paths)
        return (verb, "all", digest_of(os.fsencode(asked)))

    def shared(self, paths: Iterable[Path]) -> tuple[Source, ...]:
        """Return all that decides the answers for all descriptions alike, as it is now."""
        folders = {str(one) for path in paths if (one := templates_of(path, self)) is not None}
        if pulled := find_pulled(os.getcwd()):  # noqa: PTH109 - as `find_pulled` has it
            folders.add(pulled)
        return (look("program"), *(look("folder", one) for one in sorted(folders)))

    def _places(self) -> tuple[str, ...]:
        here = os.getcwd()  # noqa: PTH109 - as `find_pulled` has it
        return (here, find_pulled(here) or "", str(self.output))


def templates_of(path: Path, order: Order) -> Path | None:
    """Return the folder of the user's templates for a description."""
    return order.templates or templates_beside(path)
