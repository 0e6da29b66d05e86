"""The first stop written: the description and its tree, both or neither.

Fed by `planning`; uses `tree` and `atomic`. The description is replaced first, as a whole: should the process be killed
before the tree follows, `fabricgen check` says so and `fabricgen render` ends it. Should the tree be refused, the
description gets its old text back.
"""

from pathlib import Path

from fabricgen import pipeline
from fabricgen.atomic import replace_file
from fabricgen.errors import Problem, TreeError
from fabricgen.tree import Patience, Plan
from fabricgen.upgrade.planning import Place, UpgradePlan


def write_first_stop(plan: UpgradePlan, place: Place, *, patience: Patience) -> Plan:
    """Write the description and the tree of a plan's first stop; return what was done to the tree.

    Raises TreeError, with everything as it was, where the description has changed since it was planned, and where the
    system or the tree refuses; ValueError where the first stop is none that can be written.
    """
    stop = plan.stops[0]
    if stop.rendered is None:
        raise ValueError("the first stop has problems")
    tree = pipeline.plan_output(stop.rendered, place.output)
    if tree.problems:
        raise TreeError(tree.problems)
    was = plan.text.encode()
    _replace(place.description, was=was, becomes=stop.text.encode())
    try:
        (done,) = pipeline.write_output([tree], patience=patience)
    except BaseException:
        replace_file(place.description, was)
        raise
    return done


def _replace(description: Path, *, was: bytes, becomes: bytes) -> None:
    try:
        if description.read_bytes() != was:
            raise TreeError(
                [_problem(description, "has changed since this upgrade was planned", "Start again")]
            )
        replace_file(description, becomes)
    except OSError as error:
        reason = f"the system refuses to write it: {error.strerror or error}"
        raise TreeError([_problem(description, reason, "Nothing was changed")]) from error


def _problem(description: Path, message: str, hint: str) -> Problem:
    return Problem(file=str(description), message=message, hint=hint)
