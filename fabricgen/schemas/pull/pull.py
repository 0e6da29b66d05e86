"""The steps of `fabricgen schemas`: pull, import, verify. Read this first.

pull: pins -> addresses -> downloads, compared with the lock -> schemas -> folder. Used by the commands.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from fabricgen.schemas.errors import SchemaError
from fabricgen.schemas.lock import IMPORTED, Entry, Pin, hash_of, read_lock
from fabricgen.schemas.pull.archive import members_of
from fabricgen.schemas.pull.crds import schemas_of
from fabricgen.schemas.pull.descriptions import slim_schema
from fabricgen.schemas.pull.fetch import Fetcher
from fabricgen.schemas.pull.folder import Folder, find_damage, find_strangers, open_folder
from fabricgen.schemas.pull.upstream import Form, downloads_of
from fabricgen.schemas.pulled import CHART_SCHEMA, CHART_VALUES, TALOS_SCHEMA, path_of

OWN: Final = Pin("own", IMPORTED)
"""Where the schemas of imported files go."""

_AT_ONCE: Final = 4  # downloads; upstream's servers slow down those who ask for more

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one version of a component; `files` is how many it has now."""

    pin: Pin
    status: Literal["fetched", "unchanged", "removed", "failed"]
    files: int = 0
    problem: str = ""


def pull(
    root: Path, wanted: Sequence[Pin], *, fetcher: Fetcher, update: bool, progress: Progress
) -> tuple[Outcome, ...]:
    """Fetch what is wanted and not there yet. Returns what became of each, in the order given.

    With `update` everything is fetched again, and what upstream has now is taken over. One that fails leaves the
    folder as it was, and does not keep the others from being fetched.

    Raises:
        SchemaError: the folder cannot be used at all.
    """
    with open_folder(root) as folder:
        outcomes = []
        for pin in wanted:
            if not update and folder.is_intact(pin):
                outcomes.append(Outcome(pin=pin, status="unchanged", files=len(folder.lock[pin].files)))
                continue
            try:
                count = _pull_one(folder, pin, fetcher=fetcher, update=update, progress=progress)
                outcomes.append(Outcome(pin=pin, status="fetched", files=count))
            except SchemaError as error:
                outcomes.append(Outcome(pin=pin, status="failed", problem=_prefixed(pin, error)))
        return tuple(outcomes)


def prune(root: Path, wanted: Iterable[Pin]) -> tuple[Outcome, ...]:
    """Remove what was pulled and is not wanted; what the user imported stays. Raises SchemaError."""
    keep = set(wanted)
    with open_folder(root) as folder:
        gone = [pin for pin in sorted(folder.lock) if pin not in keep and pin.version != IMPORTED]
        for pin in gone:
            folder.remove(pin)
    return tuple(Outcome(pin=pin, status="removed") for pin in gone)


def import_crds(root: Path, sources: Mapping[str, bytes]) -> tuple[str, ...]:
    """Make schemas of the CustomResourceDefinitions in files, instead of those imported before.

    `sources` holds the bytes of each file by its name. Returns the paths of the schemas, sorted.

    Raises:
        SchemaError: a file is no YAML, a definition is none, there is none at all, or the folder cannot be written.
    """
    files: dict[str, bytes] = {}
    problems = []
    for name, data in sources.items():
        try:
            _add(files, _crd_files(data, name), name)
        except SchemaError as error:
            problems.append(str(error))
    if not files and not problems:
        problems.append(f"there is no CustomResourceDefinition in {', '.join(sources) or 'no file at all'}")
    if problems:
        raise SchemaError("\n".join(problems))
    with open_folder(root) as folder:
        folder.replace(OWN, _entry({name: hash_of(data) for name, data in sources.items()}, files), files)
    return tuple(sorted(files))


def verify(root: Path) -> tuple[str, ...]:
    """Return a sentence for everything in the folder that is not as the lock says. Raises SchemaError without a lock."""
    lock = read_lock(root)
    if not lock:
        raise SchemaError(f"{root}: nothing was pulled into this folder; `fabricgen schemas pull` does it")
    return tuple(
        sentence
        for pin, entry in sorted(lock.items())
        for sentence in (*find_damage(root, pin, entry), *find_strangers(root, pin, entry))
    )


def _pull_one(folder: Folder, pin: Pin, *, fetcher: Fetcher, update: bool, progress: Progress) -> int:
    downloads = dict(downloads_of(pin))
    data = _download(pin, downloads, fetcher=fetcher, progress=progress)
    sources = {address: hash_of(one) for address, one in data.items()}
    if not update and pin in folder.lock:
        _refuse_changed(folder.lock[pin].sources, sources)
    files: dict[str, bytes] = {}
    for address, form in downloads.items():
        _add(files, _files(form, data[address], source=address, component=pin.component), address)
    folder.replace(pin, _entry(sources, files), files)
    return len(files)


def _download(
    pin: Pin, downloads: Mapping[str, Form], *, fetcher: Fetcher, progress: Progress
) -> Mapping[str, bytes]:
    """Return the bytes by address. The first that cannot be had ends it: no version is good without all its files."""
    found: dict[str, bytes] = {}
    pool = ThreadPoolExecutor(max_workers=_AT_ONCE)
    try:
        running = {pool.submit(fetcher.fetch, address): address for address in downloads}
        for future in as_completed(running):
            found[running[future]] = future.result()
            progress(f"{pin.component} {pin.version}: {len(found)} of {len(downloads)} files")
    except KeyboardInterrupt:
        fetcher.stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return found


def _refuse_changed(expected: Mapping[str, str], got: Mapping[str, str]) -> None:
    """Raise SchemaError if upstream's files are no longer those of the lock."""
    problems = [
        f"HASH MISMATCH {address}: expected sha256 {expected[address]} (the lock), got {got[address]}; a released file "
        "should never change: find out why, then take the new one over with --update"
        for address in sorted(expected.keys() & got.keys())
        if expected[address] != got[address]
    ]
    if problems:
        raise SchemaError("\n".join(problems))


def _files(form: Form, data: bytes, *, source: str, component: str) -> Mapping[str, bytes]:
    """Return the files that one download becomes, by path below the folder of its version."""
    match form:
        case "crds":
            files = _crd_files(data, source)
            if not files:
                raise SchemaError(f"{source}: there is no CustomResourceDefinition in it")
            return files
        case "chart":
            schema, values = f"{component}/values.schema.json", f"{component}/values.yaml"
            members = members_of(data, {schema, values}, source=source)
            slim = _dump(slim_schema(members[schema], source=f"{source}: {schema}"))
            return {CHART_SCHEMA: slim, CHART_VALUES: members[values]}
        case "config":
            return {TALOS_SCHEMA: _dump(slim_schema(data, source=source))}


def _crd_files(data: bytes, source: str) -> Mapping[str, bytes]:
    return {path_of(kind): _dump(body) for kind, body in schemas_of(data, source=source).items()}


def _add(files: dict[str, bytes], more: Mapping[str, bytes], source: str) -> None:
    for path, data in more.items():
        if files.setdefault(path, data) != data:
            raise SchemaError(f"{source}: {path} is defined in another file too, differently")


def _entry(sources: Mapping[str, str], files: Mapping[str, bytes]) -> Entry:
    return Entry(sources=sources, files={path: hash_of(data) for path, data in files.items()})


def _dump(body: Mapping[str, Any]) -> bytes:
    """Return the bytes of a schema: sorted, one thing a line, so that a change can be reviewed."""
    return (json.dumps(body, indent=1, sort_keys=True) + "\n").encode()


def _prefixed(pin: Pin, error: SchemaError) -> str:
    return "\n".join(f"{pin.component} {pin.version}: {line}" for line in str(error).splitlines())
