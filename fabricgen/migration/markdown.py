"""A plan as Markdown, and as plain data for JSON. Fed by `plan`; the command prints it."""

from collections.abc import Iterable, Iterator
from typing import Any

from fabricgen.documents.bootstrap.step import Check
from fabricgen.documents.markdown import prose, source
from fabricgen.migration.plan import Plan
from fabricgen.migration.step import NO_OUTAGE, Step


def setup(plan: Plan) -> str:
    """Return the lines of bash that every block of the plan needs before it."""
    name = plan.move.cluster.name
    return (
        f'cd "$(git rev-parse --show-toplevel)/{plan.move.tree}" || echo "render first, inside the repository"\n'
        f'export SECRETS="${{SECRETS:-$HOME/.config/fabricgen/{name}}}"\n'
        'export BEFORE="$SECRETS/before"\n'
        "umask 077\n"
        'mkdir -p "$BEFORE"'
    )


def as_markdown(plan: Plan) -> str:
    """Return the plan for people, to be read before it is followed."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    move = plan.move
    yield f"# {move.cluster.name}: from what runs to what is wanted"
    yield ""
    yield f"Today: {prose(move.today.told_by)}. Wanted: {prose(move.wanted.told_by)}."
    if plan.is_nothing_to_do:
        yield ""
        yield "Nothing to do: what runs is what is wanted."
        return
    yield from _table(plan)
    yield from _refused(plan)
    yield from _asked(plan)
    if plan.notes:
        yield from ("", "## Not part of this plan", "", *(f"- {prose(one)}" for one in plan.notes))
    if plan.steps:
        yield from _overview(plan)
        for number, step in enumerate(plan.steps, start=1):
            yield from _step(number, step)


def _table(plan: Plan) -> Iterator[str]:
    if plan.differences:
        yield from ("", "| | today | wanted |", "|---|---|---|")
        yield from (f"| {one.what} | {_cell(one.today)} | {_cell(one.wanted)} |" for one in plan.differences)


def _cell(text: str) -> str:
    return prose(text).replace("|", "\\|")


def _refused(plan: Plan) -> Iterator[str]:
    if not plan.refusals:
        return
    yield from ("", "## This cannot be done", "")
    for one in plan.refusals:
        yield f"- **{prose(one.what)}**: {prose(one.why)}. Instead: {prose(one.instead)}. ({source(one.source)})"


def _asked(plan: Plan) -> Iterator[str]:
    if not plan.questions:
        return
    yield from (
        "",
        "## Not known",
        "",
        "Find it out first, or save what runs: `fabricgen plan --how-to-save`.",
        "",
    )
    for one in plan.questions:
        without = f" Without it, {one.blocks} cannot be planned." if one.blocks else ""
        yield f"- {prose(one.what)}: find out with {_code(one.command)}.{without}"


def _overview(plan: Plan) -> Iterator[str]:
    stops = [step for step in plan.steps if step.outage != NO_OUTAGE]
    yield from ("", "## In short", "")
    yield f"{len(plan.steps)} steps; in {len(stops)} of them something stops."
    yield ""
    yield from ("| step | | stops |", "|---|---|---|")
    for number, step in enumerate(plan.steps, start=1):
        last = " **last point of return**" if step.is_last_point_of_return else ""
        stopped = "" if step.outage == NO_OUTAGE else "yes"
        yield f"| {number} | {_cell(step.title)}{last} | {stopped} |"
    yield from ("", "Use bash, in one window, and set this up first:", "", "```bash", setup(plan), "```")


def _step(number: int, step: Step) -> Iterator[str]:
    yield from ("", f"## {number}. {prose(step.title)}", "", f"`{step.id}`: {prose(step.why)}")
    if step.commands:
        yield from ("", "```bash", *step.commands, "```")
    if step.checks:
        yield from ("", "To check it:", "", *(_check(one) for one in step.checks))
    if step.traps:
        yield from ("", "Mind:", "", *(f"- {prose(one)}" for one in step.traps))
    yield ""
    if step.outage != NO_OUTAGE:
        yield f"- Outage: {_sentence(step.outage)}"
    yield f"- Way back: {_sentence(step.rollback)}"
    if step.is_last_point_of_return:
        yield "- **Last point of return**: up to here, going back costs nothing. After it, going back is an outage of its own."
    if step.sources:
        yield f"- Sources: {', '.join(source(one) for one in step.sources)}"


def _check(one: Check) -> str:
    if not _is_command(one.command):
        return f"- {prose(one.command)}: {prose(one.expect)}"
    told = _code(one.command)
    return f"- {told} says: {prose(one.expect)}"


def _sentence(text: str) -> str:
    return f"{prose(text.rstrip('.'))}."


def _code(text: str) -> str:
    """Return a command as a code span, whole however long it is."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _is_command(text: str) -> bool:
    return not text.startswith(("on the router", "from a device"))


def as_data(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON has it: `steps` in order, each with its commands, checks, outage and way back."""
    return {
        "cluster": plan.move.cluster.name,
        "from": plan.move.today.told_by,
        "to": plan.move.wanted.told_by,
        "nothingToDo": plan.is_nothing_to_do,
        "differences": [one._asdict() for one in plan.differences],
        "refusals": [
            {"id": one.id, "what": one.what, "why": one.why, "source": one.source, "instead": one.instead}
            for one in plan.refusals
        ],
        "unknown": [
            {"what": one.what, "command": one.command, "blocks": one.blocks or None} for one in plan.questions
        ],
        "notes": list(plan.notes),
        "setup": setup(plan),
        "steps": _steps(plan.steps),
    }


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "title": one.title,
            "why": one.why,
            "commands": list(one.commands),
            "checks": [{"command": check.command, "expects": check.expect} for check in one.checks],
            "traps": list(one.traps),
            "outage": one.outage,
            "rollback": one.rollback,
            "isLastPointOfReturn": one.is_last_point_of_return,
            "sources": list(one.sources),
        }
        for one in steps
    ]
