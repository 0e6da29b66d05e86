"""Are the schemas that were pulled those of the versions that descriptions pin, and as they were pulled?"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from fabricgen.cluster import Cluster
from fabricgen.doctor.line import Line
from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.lock import IMPORTED, LOCK_NAME, Pin, read_lock
from fabricgen.schemas.pull.pins import wanted_by
from fabricgen.schemas.pull.pull import verify

_PULL = "fabricgen schemas pull"


def see_pulled(root: Path, clusters: Sequence[Cluster]) -> Iterator[Line]:
    """Yield what is wrong with the folder of schemas; one line where all is well, or where there is none."""
    folder = root / "schemas"
    if not (folder / LOCK_NAME).exists():
        said = "no schemas are pulled, so that only documents of the kinds on board are checked"
        yield Line(about="schemas", status="note", said=said, todo=f"{_PULL} && git add schemas")
        return
    try:
        lock = {pin for pin in read_lock(folder) if pin.version != IMPORTED}
        changed = verify(folder)
    except SchemaError as error:
        yield Line(about="schemas", status="problem", said=str(error), todo=f"{_PULL} --update")
        return
    yield from _compared(folder, lock, set(wanted_by(clusters)))
    for one in changed:
        yield Line(about="schemas", status="problem", said=one, todo=f"{_PULL} --update")


def _compared(folder: Path, lock: set[Pin], wanted: set[Pin]) -> Iterator[Line]:
    if missing := sorted(wanted - lock):
        said = f"{folder} lacks what descriptions pin: {_told(missing)}"
        yield Line(about="schemas", status="problem", said=said, todo=_PULL)
    if idle := sorted(lock - wanted):
        said = f"{folder} holds what no description pins: {_told(idle)}"
        yield Line(about="schemas", status="note", said=said, todo=f"{_PULL} --prune")
    if not missing and not idle:
        yield Line(about="schemas", status="ok", said=f"{folder} has the schemas of every pin")


def _told(pins: Sequence[Pin]) -> str:
    return ", ".join(f"{pin.component} {pin.version}" for pin in pins)
