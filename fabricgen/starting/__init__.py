"""Starting a repository: from a few answers to a description, and what makes work with it easy, written all or nothing.

Fed by `commands.init` with answers. `answers` fills in what nobody told, `text` writes the description, `faults` asks
the description's own rules, `node_list` reads lists of nodes, `layout` says which files and what is there already.
"""

from fabricgen.starting.answers import (
    STAND_IN,
    Answers,
    FirstNode,
    Told,
    complete,
    git_url,
    next_node,
    usual_name,
)
from fabricgen.starting.faults import KEYS, Key, find_faults
from fabricgen.starting.layout import (
    SCHEMA,
    Kept,
    Setup,
    Start,
    find_described,
    missing_ignores,
    plan_start,
    write_start,
)
from fabricgen.starting.node_list import parse_node, parse_words, read_nodes
from fabricgen.starting.text import description_text

__all__ = [
    "KEYS",
    "SCHEMA",
    "STAND_IN",
    "Answers",
    "FirstNode",
    "Kept",
    "Key",
    "Setup",
    "Start",
    "Told",
    "complete",
    "description_text",
    "find_described",
    "find_faults",
    "git_url",
    "missing_ignores",
    "next_node",
    "parse_node",
    "parse_words",
    "plan_start",
    "read_nodes",
    "usual_name",
    "write_start",
]
