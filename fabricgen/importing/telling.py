"""What came of an import, for people (text, Markdown) and for programs (JSON)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from fabricgen.importing.imported import Imported

_KINDS: Final = {
    "lost": "Not carried: something is to be done",
    "fixed": "Not carried, and better so",
    "stays": "Stays where it is, and goes on working",
}


def as_data(imported: Imported, *, file: str) -> dict[str, Any]:
    """Return everything as values that JSON has; `written` is the file, empty if nothing was written."""
    return {
        "name": imported.name,
        "written": file,
        "valid": not imported.problems,
        "description": imported.text,
        "nodes": imported.nodes,
        "settings": imported.settings,
        "read": imported.read,
        "problems": [asdict(one) | {"path": list(one.path)} for one in imported.problems],
        "notCarried": [asdict(one) for one in imported.left],
        "differences": [asdict(one) for one in imported.changes],
        "facts": [one._asdict() for one in imported.facts],
    }


def as_lines(imported: Imported, *, marks: bool) -> Iterator[str]:
    """Yield the report in lines; `marks` is whether as Markdown."""
    head = "## " if marks else ""
    yield f"{head}{imported.name}: {_counted(imported)}"
    for kind, title in _KINDS.items():
        found = [one for one in imported.left if one.kind == kind]
        if found:
            yield ""
            yield f"{head}{title} ({len(found)})"
            yield ""
        for one in found:
            value = f" ({one.value})" if one.value else ""
            path = f"`{one.path}`" if marks else one.path
            yield f"- {one.place or 'nowhere written'}: {path}{value}: {one.why}; {one.todo}"
    yield from _differences(imported, head)


def _counted(imported: Imported) -> str:
    lost = Counter(one.kind for one in imported.left)
    return (
        f"{imported.nodes} nodes, {imported.settings} settings carried, {lost['lost']} not, "
        f"{lost['fixed']} put right, {lost['stays']} stay where they are"
    )


def _differences(imported: Imported, head: str) -> Iterator[str]:
    if imported.rendered is None:
        return
    yield ""
    if not imported.changes and not imported.facts:
        yield f"{head}What a render would have otherwise: nothing, it is the same fabric"
        return
    yield f"{head}What a render would have otherwise ({len(imported.changes) + len(imported.facts)})"
    yield ""
    for fact in imported.facts:
        yield f"- {fact.what}: {fact.today} -> {fact.wanted}"
    what = ""
    for one in imported.changes:
        if one.what != what:
            what = one.what
            yield f"- {what}:"
        change = " -> ".join(text or "not there" for text in (one.before, one.after))
        yield f"    - {one.path or 'all of it'}: {change}; {one.why}" + (
            f" <{one.source}>" if one.source else ""
        )
