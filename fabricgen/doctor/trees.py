"""Is the committed tree what its description renders to? As `fabricgen check` says, in one line."""

from collections import Counter
from pathlib import Path

from fabricgen import pipeline
from fabricgen.check.drift import WORDS
from fabricgen.doctor.line import Line
from fabricgen.errors import FabricgenError


def see_tree(file: Path, root: Path) -> Line:
    """Return how the tree of a description stands."""
    try:
        checked = pipeline.check_description(file, root / "gitops")
    except FabricgenError as error:
        first = str(error).partition("\n")[0]
        said = f"{file} cannot be rendered: {first}"
        return Line(about="trees", status="problem", said=said, todo=f"fabricgen check {file}")
    drift = checked.drift
    if not drift.root.is_dir():
        said = f"{drift.root} was never rendered"
        return Line(about="trees", status="problem", said=said, todo=f"fabricgen render {file}")
    if drift.differences:
        kinds = Counter(WORDS[one.kind] for one in drift.differences)
        said = f"{drift.root} is not what {file} renders to: {', '.join(f'{n} {kind}' for kind, n in kinds.items())}"
        return Line(
            about="trees", status="problem", said=said, todo=f"fabricgen check {file}, then fabricgen render"
        )
    if errors := sum(one.finding.severity == "error" for one in checked.outcome.found):
        said = f"{drift.root} is as rendered, with {errors} errors in it"
        return Line(about="trees", status="problem", said=said, todo=f"fabricgen check {file}")
    return Line(about="trees", status="ok", said=f"{drift.root} is what {file} renders to")
