"""`fabricgen advise`: is Cilium worth it for this cluster? stdout: the advice. Always 0 where it can be given."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fabricgen import pipeline
from fabricgen.advise import (
    Advice,
    advise,
    change_title,
    described,
    record_of,
    situation,
    supposed_version,
    text_of,
)
from fabricgen.commands.descriptions import find_description, find_descriptions
from fabricgen.commands.progress import Progress
from fabricgen.description.cilium import Cilium
from fabricgen.description.cni import Considered
from fabricgen.documents.markdown import prose, source
from fabricgen.load import Loaded, load_file

_REASON = "what careful defaults would take; nobody considers it"


def run(args: argparse.Namespace) -> int:
    """Print the advice for each cluster: one after the other, or as one JSON list."""
    paths = [find_description(one) for one in args.clusters] or list(find_descriptions(()))
    with Progress("advise") as progress:
        found = [advice_at(path) for path in progress.over(paths, "descriptions")]
    if args.format == "json":
        print(json.dumps([record_of(one) for one in found], indent=2, ensure_ascii=False))
    elif args.format == "markdown":
        print("\n\n".join("\n".join(_markdown(one)) for one in found))
    else:
        print("\n\n\n".join(text_of(one) for one in found))
    return 0


def advice_at(path: Path) -> Advice:
    """Return the advice for a description. Raises ProblemsError as rendering it would."""
    loaded = load_file(path)
    cluster = pipeline.resolve_cluster(loaded)
    if cluster.cilium is not None or cluster.considered is not None:
        return advise(cluster)
    cilium = Cilium(version=supposed_version(cluster))
    return advise(pipeline.resolve_cluster(_supposing(loaded, cilium)), supposed=True)


def _supposing(loaded: Loaded, cilium: Cilium) -> Loaded:
    """Return the description with this Cilium considered."""
    considered = Considered(cilium=cilium, because=(_REASON,))
    cni = loaded.description.cni.model_copy(update={"considered": considered})
    return replace(loaded, description=loaded.description.model_copy(update={"cni": cni}))


def _markdown(advice: Advice) -> Iterator[str]:
    yield f"# {advice.name}: {advice.verdict}"
    yield ""
    yield prose(f"{situation(advice)} {described(advice)}".strip())
    yield ""
    yield "| Weight | What | Here | Asks | Sum | Source |"
    yield "|---|---|---|---|---|---|"
    for one in advice.reasons:
        told = (prose(text) for text in (one.about, one.text, one.asks, one.total))
        yield _row(f"{one.value:+d}" if one.weight else "", *told, source(one.source))
    yield ""
    yield f"The sum: {advice.total}"
    yield from _list(change_title(advice), [f"{one.text} (sum: {one.total})" for one in advice.triggers])
    off = [f"`cni.cilium.{one.key}`: {one.text}; frees {one.total}" for one in advice.spare]
    yield from _list("What could be off", off)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _list(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"## {title}", "")
        yield from (f"- {prose(line)}" for line in lines)
