"""Talos configs and patches: by the schemas that are pulled, else by our own models as far as these can tell.

Fed by `machines`. One document at a time: what documents say against each other is for the rules of `lint`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from fabricgen.errors import Path, Problem
from fabricgen.validation.machine.forms import TALOS_VERSION
from fabricgen.validation.machine.opinion import Opinion, Told, opinion_of
from fabricgen.validation.machine.talos_moved import MOVED_FIELDS, Minor, Moved, Names
from fabricgen.validation.machine.talos_reading import as_talos_reads, deletion_problems, is_deletion
from fabricgen.validation.machine.talos_schema import TalosSchema
from fabricgen.validation.placeholders import awaits_value
from fabricgen.validation.structure.problems import problems_of

MAIN: Final = "MachineConfig"
_MODELS: Final = ((1, 14), (1, 13), (1, 12), (1, 11))
_MISSING: Final = "SCH004"
_RULE: Final = "TLS001"
_OLDER: Final = "TLS002"


class Judgement(NamedTuple):
    """What is to be said of a document as a part of one minor's config."""

    minor: Minor
    told: tuple[Told, ...]

    @property
    def weight(self) -> tuple[int, int]:
        """How many errors, and how much else."""
        errors = sum(one.severity == "error" for one in self.told)
        return errors, len(self.told) - errors


def talos_opinion(
    body: Mapping[str, Any], *, schemas: Sequence[TalosSchema], wanted: Minor | None, template: bool
) -> Opinion:
    """Return the opinion on a Talos document.

    Args:
        body: without what SOPS adds.
        schemas: of the minors that may be meant, newest first; empty where none is pulled.
        wanted: the minor that somebody told; then it is the only one in `schemas`, or there is none.
        template: whether its text is a template.
    """
    kind = str(body.get("kind", ""))
    best: Judgement | None = None
    for schema in schemas:
        judged = Judgement(schema.minor, tuple(_told(body, kind=kind, schema=schema, template=template)))
        if best is None or judged.weight < best.weight:
            best = judged
        if best.weight == (0, 0):
            break
    if best is None or (wanted is None and _is_newer(kind, schemas)):
        return _by_models(body, kind=kind, wanted=wanted)
    return _opinion(body, best.told)


def _opinion(body: Mapping[str, Any], told: tuple[Told, ...]) -> Opinion:
    name = body.get("name")
    return opinion_of(
        str(body.get("kind", MAIN)),
        told,
        api_version=TALOS_VERSION,
        name=name if isinstance(name, str) else "",
    )


def _told(body: Mapping[str, Any], *, kind: str, schema: TalosSchema, template: bool) -> Iterator[Told]:
    if kind not in schema.kinds:
        yield Told(_RULE, _unknown_kind(kind, schema))
        return
    if is_deletion(body):
        if not kind:
            yield Told(
                _RULE, Problem(message="the whole v1alpha1 config cannot be taken away", path=("$patch",))
            )
        return
    for problem in deletion_problems(body):
        yield Told(_RULE, problem)
    validator, text = schema.check(kind)
    read = as_talos_reads(body, validator)
    for problem in problems_of(read, root=(validator, text), metadata=None, plan=None):
        if not _is_nothing(read, problem.path) and not awaits_value(body, problem.path, template=template):
            yield Told(_RULE, problem)
    if not kind:
        yield from _older(body, schema)


def _is_nothing(read: Any, path: Path) -> bool:  # noqa: ANN401 - a document
    """Tell whether an item of a list is null, or was taken away."""
    if not path or not isinstance(path[-1], int):
        return False
    for part in path:
        try:
            read = read[part]
        except (KeyError, IndexError, TypeError):
            return False
    return read is None


def _unknown_kind(kind: str, schema: TalosSchema) -> Problem:
    from fabricgen.objects.wording import nearest  # noqa: PLC0415 - most kinds are known
    from fabricgen.versions.talos import DOCUMENT_KINDS  # noqa: PLC0415 - as above

    since = DOCUMENT_KINDS.get(kind)
    if since is not None and since > schema.minor:
        message = f"{kind} comes with Talos {_show(since)}; this is judged as {_show(schema.minor)}"
        return Problem(message=message, path=("kind",))
    message = f"Talos {_show(schema.minor)} has no document of the kind {kind}"
    return Problem(message=message, path=("kind",), hint=nearest(kind, [one for one in schema.kinds if one]))


def _is_newer(kind: str, schemas: Sequence[TalosSchema]) -> bool:
    """Tell whether a kind came with a minor that is newer than all whose schemas are here."""
    if kind in schemas[0].kinds:
        return False
    from fabricgen.versions.talos import DOCUMENT_KINDS  # noqa: PLC0415 - most kinds are known

    return DOCUMENT_KINDS.get(kind, (0, 0)) > schemas[0].minor


def _older(body: Mapping[str, Any], schema: TalosSchema) -> Iterator[Told]:
    """Yield the fields that the schema has no more, and Talos still takes."""
    for names, moved in MOVED_FIELDS.items():
        if moved.since <= schema.minor:
            for path in _places(body, names):
                yield _moved(path, moved, minor=schema.minor)
    for names in schema.older_fields:
        if not any(_overlap(names, known) for known in MOVED_FIELDS):
            for path in _places(body, names):
                message = f"Talos {_show(schema.minor)} does not name this any more"
                yield Told(_OLDER, Problem(message=message, path=path), "warning")


def _moved(path: Path, moved: Moved, *, minor: Minor) -> Told:
    message = f"older form: since Talos {_show(moved.since)} "
    if moved.successor.startswith("nothing"):
        return Told(_OLDER, Problem(message=f"{message}it does {moved.successor}", path=path), "info")
    message += f"this is {moved.successor}"
    if moved.refused is not None and moved.refused <= minor:
        message += f"; a config that {_show(moved.refused)} or later generated refuses it"
        return Told(_OLDER, Problem(message=message, path=path), "warning")
    return Told(_OLDER, Problem(message=message, path=path), "info")


def _overlap(one: Names, other: Names) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _places(value: Any, names: Names, path: Path = ()) -> Iterator[Path]:  # noqa: ANN401 - any part of a document
    """Yield each place below `value` that the names lead to; lists are passed through, `*` is any key."""
    if not names:
        yield path
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _places(item, names, (*path, number))
    elif isinstance(value, Mapping):
        for key in value if names[0] == "*" else [names[0]]:
            if key in value and not is_deletion(value[key]):
                yield from _places(value[key], names[1:], (*path, key))


def _by_models(body: Mapping[str, Any], *, kind: str, wanted: Minor | None) -> Opinion:
    """Return what our own models say: only what they take is certain."""
    from fabricgen.objects import talos_problems_of  # noqa: PLC0415 - pydantic takes 100 ms

    for minor in (wanted,) if wanted else _MODELS:
        if not talos_problems_of(body, contract=minor):
            return _opinion(body, ())
    which = f" {_show(wanted)}" if wanted else _hinted(kind)
    message = (
        f"there is no schema of Talos{which}'s config here"
        if which
        else "there is no schema of Talos' config here"
    )
    pull = f"fabricgen schemas pull --talos {which.strip() or 'VERSION'}"
    problem = Problem(message=message, path=("kind",) if kind else (), hint=f"`{pull}` fetches it")
    return Opinion(
        kind=kind or MAIN,
        api_version=TALOS_VERSION,
        status="error",
        missing_schema=True,
        reason=f"{message}; `{pull}` fetches it",
        told=(Told(_MISSING, problem),),
    )


def _hinted(kind: str) -> str:
    """Return the first minor with a kind, to name a version that is worth pulling; empty for what all have."""
    from fabricgen.versions.talos import DOCUMENT_KINDS  # noqa: PLC0415 - only what cannot be judged comes here

    since = DOCUMENT_KINDS.get(kind)
    return f" {_show(since)}" if since and since > (1, 9) else ""


def _show(minor: Minor) -> str:
    return f"{minor[0]}.{minor[1]}"
