"""A step of bringing a cluster up: what the runbook tells and what the script runs are the same lines.

Fed by the modules beside it with the cluster's own addresses and versions; read by both templates.
"""

import shlex
import textwrap
from collections.abc import Iterable, Sized
from dataclasses import dataclass

from fabricgen.documents.bootstrap.trouble import Trouble
from fabricgen.documents.markdown import prose

CONTINUED = " \\\n  "
_WIDTH = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A command that shows whether a step worked, and what it says then."""

    command: str
    expect: str

    @property
    def line(self) -> str:
        """Return the command on one line."""
        return self.command.replace(CONTINUED, " ")

    @property
    def announcement(self) -> str:
        """Return the expectation as one word for the shell."""
        return shlex.quote(f"It should say: {self.expect}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `commands` are lines of bash, ready to be pasted; `tools` are the programs they call.

    `says` is what the commands themselves print when all is well; `checks` show it afterwards, `troubles` what to do when
    it is not. With `on_cluster` the script first makes sure that kubectl talks to this cluster and to no other.
    """

    name: str
    title: str
    what: str
    commands: tuple[str, ...]
    tools: tuple[str, ...]
    says: str
    checks: tuple[Check, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    on_cluster: bool = True

    @property
    def told(self) -> str:
        """Return what the step does as Markdown."""
        return prose(self.what)

    @property
    def printed(self) -> str:
        """Return what the commands print as Markdown."""
        return prose(self.says)

    @property
    def function(self) -> str:
        """Return the name of the step's function in the script."""
        return self.name.replace("-", "_")


def command(*lines: str) -> str:
    """Return one command over several lines; each of them is shell text already, see `quoted`."""
    return CONTINUED.join(lines)


def quoted(value: object) -> str:
    """Return a value as one word for the shell, whatever is in it."""
    return shlex.quote(str(value))


def counted(things: Sized, noun: str) -> str:
    """Return how many there are, in words for people: `1 node`, `3 nodes`."""
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def words(values: Iterable[object]) -> tuple[str, ...]:
    """Return many words as a few lines for `command`."""
    together = " ".join(quoted(value) for value in values)
    return tuple(textwrap.wrap(together, _WIDTH, break_long_words=False, break_on_hyphens=False))
