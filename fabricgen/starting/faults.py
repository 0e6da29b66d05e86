"""What is wrong with answers, by the description's own models and rules, and which answer each problem is about.

Fed by `answers`; used by the questions, which ask again, and by the flags, which tell all at once.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from fabricgen import pipeline
from fabricgen.errors import Path, Problem, ProblemsError
from fabricgen.load import load_text
from fabricgen.starting.answers import Answers
from fabricgen.starting.text import description_text

Key = Literal[
    "name",
    "distribution",
    "nodes_network",
    "router",
    "pods",
    "services",
    "nodes",
    "endpoint",
    "load_balancers",
    "git",
]
KEYS: Final[tuple[Key, ...]] = get_args(Key)
_PATHS: Final[Mapping[Path, Key]] = {
    ("name",): "name",
    ("distribution",): "distribution",
    ("kubernetes",): "distribution",
    ("networks", "nodes"): "nodes_network",
    ("networks", "router"): "router",
    ("networks", "pods"): "pods",
    ("networks", "services"): "services",
    ("networks", "loadBalancers"): "load_balancers",
    ("nodes",): "nodes",
    ("endpoint",): "endpoint",
    ("flux", "git"): "git",
}


def find_faults(answers: Answers) -> tuple[tuple[Key, Problem], ...]:
    """Return every problem, in the order of the description, with the answer that it is about; none has a place yet."""
    try:
        pipeline.resolve_cluster(load_text(description_text(answers), file=""))
    except ProblemsError as error:
        return tuple((key_of(one.path), one.at(file="")) for one in error.problems)
    return ()


def key_of(path: Path) -> Key:
    """Return the answer that a path of the description comes from; what nobody is asked follows the distribution."""
    heads = (path[:length] for length in range(len(path), 0, -1))
    return next((_PATHS[head] for head in heads if head in _PATHS), "distribution")
