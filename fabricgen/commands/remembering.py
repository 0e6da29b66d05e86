"""The memory that `check` and `render` have of earlier runs: where it is, and how not to have it."""

import argparse
import os
from pathlib import Path

from fabricgen.commands.validate_options import default_cache
from fabricgen.memory import Memory
from fabricgen.memory.questions import Order


def open_memory(args: argparse.Namespace) -> Memory:
    """Return the memory: in FABRICGEN_CACHE, else in the user's cache folder; none with --no-cache, or without a home."""
    place = os.environ.get("FABRICGEN_CACHE") or default_cache(os.environ)
    return Memory(str(Path(place, "answers")) if args.cached and place else "")


def order_of(args: argparse.Namespace, *options: str) -> Order:
    """Return what is wanted of each description; `options` are what else decides the answer."""
    return Order(output=args.output, templates=args.templates, options=options)
