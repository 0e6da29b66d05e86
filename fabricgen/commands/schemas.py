"""`fabricgen schemas`: one of its actions, which are in `schemas_actions`."""

import argparse
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def run(args: argparse.Namespace) -> int:
    """Run one action. Returns its exit code."""
    action: Callable[[argparse.Namespace], int] = getattr(
        import_module("fabricgen.commands.schemas_actions"), f"run_{args.action}"
    )
    return action(args)
