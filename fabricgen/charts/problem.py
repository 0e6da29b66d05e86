"""What is wrong with a chart's values. Made by `values` and `schema`; the path is inside of the values."""

from dataclasses import dataclass
from typing import Literal

from fabricgen.errors import Problem

Rule = Literal["HLM001", "HLM002", "HLM003"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesProblem(Problem):
    """A problem with a value that goes into a chart.

    `rule`: HLM001 a key that the chart does not read, HLM002 a type that it refuses, HLM003 a word or number that
    it does not take. `severity`: an error where the chart does not render, or what it installs does not start;
    a warning where the value just does nothing. `source` is where that is written upstream, if it is; `instead`
    the dotted path of the key that is meant, or that does it now, "" for none.
    """

    rule: Rule
    severity: Literal["error", "warning"]
    source: str = ""
    instead: str = ""
