"""One line of an examination."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was looked at, how it is, and what to do; `todo` is empty where nothing is.

    A note is something that could be better, or is not there; a problem is something that is broken.
    """

    about: str
    status: Status
    said: str
    todo: str = ""
