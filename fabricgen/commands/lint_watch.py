"""`fabricgen lint --watch`: lint again whenever a file is saved.

Looks at the time stamps of all files: for a thousand files that takes some milliseconds, needs no library, and works
on network drives and in containers, where the kernel's notices do not arrive.
"""

import sys
import time
from collections.abc import Callable
from typing import Final

from fabricgen.errors import FabricgenError
from fabricgen.fabric.cluster_template import FILE as TEMPLATE_FILE
from fabricgen.lint import Plan, Wishes, lint_all
from fabricgen.lint.outcome import Outcome
from fabricgen.lint.settings import NAME
from fabricgen.validation.cache import Stamp, stamp_of

_PAUSE_SECONDS: Final = 0.03
_SHARE: Final = 10
"""Of its time, one part in so many is spent on looking: a repository of ten thousand files is looked at less often."""
_CLEAR: Final = "\033[2J\033[3J\033[H"


def watch(plan: Plan, wishes: Wishes, tell: Callable[[Outcome], int]) -> int:
    """Tell what is found, now and after each change, until Ctrl-C; return 0."""
    try:
        stamps = _stamps(plan)
        _round(plan, wishes, tell)
        pause = _PAUSE_SECONDS
        while True:
            time.sleep(pause)
            start = time.perf_counter()
            before, stamps = stamps, _stamps(plan)
            is_changed = _refresh(plan) or stamps != before
            pause = max(_PAUSE_SECONDS, (time.perf_counter() - start) * _SHARE)
            if is_changed:
                _round(plan, wishes, tell)
    except KeyboardInterrupt:
        return 0


def _refresh(plan: Plan) -> bool:
    """Read again what has changed; what is wrong now is told by the next round."""
    try:
        changed = [tree.refresh() for tree in plan.trees]  # all of them, not only up to the first
    except FabricgenError:
        return False
    return any(changed)


def _stamps(plan: Plan) -> list[Stamp]:
    """Return what tells whether a description, the settings of a repository, or cluster-template's input changed."""
    settings = [tree.root / name for tree in plan.trees for name in (NAME, TEMPLATE_FILE)]
    return [stamp_of(str(file)) for file in (*settings, *plan.descriptions)]


def _round(plan: Plan, wishes: Wishes, tell: Callable[[Outcome], int]) -> None:
    start = time.perf_counter()
    if sys.stdout.isatty():
        sys.stdout.write(_CLEAR)
    try:
        tell(lint_all(plan, wishes))
    except FabricgenError as error:
        print(error, file=sys.stderr)
    took = (time.perf_counter() - start) * 1000
    sys.stdout.flush()
    print(f"linted in {took:.0f} ms; waiting for changes (Ctrl-C ends)", file=sys.stderr, flush=True)
