"""Plans and tables of pins for programs: everything that text leaves out is in here. Fed by `planning` and `standing`."""

import json
from collections.abc import Iterable
from typing import Any

from fabricgen.diff import TreeDiff
from fabricgen.documents.document import copy_of
from fabricgen.errors import format_path
from fabricgen.upgrade.changes import Changes
from fabricgen.upgrade.order import Move, VersionSet
from fabricgen.upgrade.planning import Stop, UpgradePlan
from fabricgen.upgrade.products import written
from fabricgen.upgrade.standing import Standing, Standings
from fabricgen.upgrade.step import Step
from fabricgen.versions import Clash
from fabricgen.versions.lifetimes import READ_ON


def plan_json(plan: UpgradePlan) -> dict[str, Any]:
    """Return the plan as JSON's values."""
    return {
        "cluster": plan.cluster,
        "description": plan.file,
        "readOn": READ_ON.isoformat(),
        "already": list(plan.already),
        "start": _set(plan.start),
        "goal": _set(plan.goal),
        "stops": [_stop(one) for one in plan.stops],
    }


def _set(together: VersionSet) -> dict[str, str]:
    return {product: written(product, version) for product, version in together.versions.items()}


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "moves": [_move(one) for one in stop.leg.moves],
        "versions": _set(stop.leg.together),
        "goesFirstBecause": [_clash(one) for one in dict.fromkeys(stop.leg.lets_go)],
        "untested": [_clash(one) for one in stop.cautions],
        "problems": [str(one) for one in stop.problems],
        "changes": _changes(stop.changes) if stop.changes else None,
        "restarts": [
            {
                "about": one.about,
                "impact": one.judgement.label,
                "why": one.judgement.why,
                "source": one.judgement.source,
            }
            for one in stop.restarts
        ],
        "steps": _steps(stop.procedure.steps if stop.procedure else ()),
        "rollback": _steps(stop.procedure.rollback if stop.procedure else ()),
    }


def _move(move: Move) -> dict[str, str]:
    before, after = written(move.product, move.before), written(move.product, move.after)
    return {"product": move.product, "before": before, "after": after}


def _clash(clash: Clash) -> dict[str, str]:
    return {
        "left": clash.left,
        "right": clash.right,
        "why": clash.why,
        "allowed": clash.allowed,
        "source": clash.source,
    }


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "notes": [{"level": one.level, "text": one.text, "source": one.source} for one in changes.notes],
        "apiVersions": [
            {
                "apiVersion": one.api_version,
                "kind": one.kind,
                "event": one.event,
                "since": one.since,
                "ours": list(one.ours),
                "source": one.source,
            }
            for one in changes.apis
        ],
        "keys": [
            {
                "key": one.change.key,
                "kind": one.change.kind,
                "before": _default(one.change.before),
                "after": _default(one.change.after),
                "ours": copy_of(one.ours),
                "partIsOff": one.part_is_off,
                "instead": one.instead,
                "source": one.source,
            }
            for one in changes.keys
        ],
        "output": _output(changes.output),
    }


def _default(text: str) -> Any:  # noqa: ANN401 - a default is whatever JSON holds
    """Return a default; one that is too long for our table, or that the chart does not list, as an object."""
    if not text:
        return {"listed": False}
    if text.startswith("..."):
        return {"characters": int(text.removeprefix("..."))}
    return json.loads(text)


def _output(output: TreeDiff) -> list[dict[str, Any]]:
    return [
        {
            "file": thing.file,
            "object": thing.label,
            "path": format_path(value.path),
            "does": value.does,
            "before": copy_of(value.before),
            "after": copy_of(value.after),
            "why": value.why,
            "source": value.source,
            "impact": value.judgement.label,
        }
        for thing, value in output.values
    ]


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [{"what": one.what, "commands": list(one.commands), "source": one.source} for one in steps]


def standings_json(standings: Standings) -> dict[str, Any]:
    """Return the table of pins as JSON's values."""
    return {
        "cluster": standings.cluster,
        "description": standings.file,
        "readOn": READ_ON.isoformat(),
        "pins": [_standing(one) for one in standings.pins],
        "partners": [
            {
                "product": one.product,
                "partner": one.partner,
                "range": one.range,
                "pinned": one.pinned,
                "fits": one.fits,
                "source": one.source,
            }
            for one in standings.partners
        ],
        "untested": [_clash(one) for one in standings.cautions],
    }


def _standing(one: Standing) -> dict[str, Any]:
    life = one.lifetime
    return {
        "pin": one.name,
        "path": one.path,
        "line": one.line,
        "version": one.version,
        "newestPatch": one.newest_patch or None,
        "newest": one.newest or None,
        "maintained": {"told": life.told, "ended": life.ended, "source": life.source} if life else None,
        "renovate": one.renovate,
        "comment": one.comment,
    }
