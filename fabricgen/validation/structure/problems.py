"""What is wrong with a document, in words for people: one Problem for each fault, in the order of the document.

Fed by `compiled` with a document that does not hold. The errors of the compiled schemas become faults, `branches`
picks among those of alternatives, `fields` knows the names of fields, `values` the words for what a value must be.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fabricgen.errors import Path, Problem
from fabricgen.objects.wording import show
from fabricgen.validation.structure.branches import Error, alternatives
from fabricgen.validation.structure.counts import count_problems
from fabricgen.validation.structure.fields import missing_field, unknown_field
from fabricgen.validation.structure.lists import Plan
from fabricgen.validation.structure.places import at
from fabricgen.validation.structure.repetitions import list_problems
from fabricgen.validation.structure.values import bounds_problem, choice_problem, text_problem, type_problem

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_METADATA: Final[Path] = ("metadata",)
# Of several faults of one value, those that tell why the others are there.
_FIRST: Final = ("type", "enum", "const")


def problems_of(
    body: Any,  # noqa: ANN401 - a document holds anything
    *,
    root: "tuple[Draft202012Validator, Mapping[str, Any]]",
    metadata: "tuple[Draft202012Validator, Mapping[str, Any]] | None",
    plan: Plan | None,
) -> tuple[Problem, ...]:
    """Return what is wrong with `body`, given the compiled schemas of its kind and of its metadata, with their texts.

    `metadata` is nothing for what is no object of the API server.
    """
    validator, schema = root
    try:
        found = [*Explanation(schema, body=body).problems(validator.iter_errors(body))]
        if metadata and isinstance(body, dict):
            found += _metadata_problems(body, metadata=metadata)
    except (ValueError, TypeError) as error:  # a key that is no text, half a character
        return (Problem(message=f"this cannot be an object of Kubernetes': {error}"),)
    found += list_problems(body, plan=plan)
    return _in_order(found, body=body)


def _metadata_problems(
    body: Mapping[str, Any], *, metadata: "tuple[Draft202012Validator, Mapping[str, Any]]"
) -> Iterator[Problem]:
    validator, schema = metadata
    value = body.get("metadata")
    if value is None:
        yield _unnamed(_METADATA)
        return
    for problem in Explanation(schema, body=value).problems(validator.iter_errors(value)):
        yield replace(problem, path=(*_METADATA, *problem.path))
    for problem in count_problems(value):
        yield replace(problem, path=(*_METADATA, *problem.path))


def _unnamed(path: Path) -> Problem:
    return Problem(message="this must be given", path=(*path, "name"), hint="every object has a name")


class Explanation:
    """Turns the errors of one compiled schema into problems."""

    def __init__(self, schema: Mapping[str, Any], *, body: Any) -> None:  # noqa: ANN401 - any part of a document
        """Explain what `schema` has against `body`."""
        self.schema = schema
        self.body = body

    def problems(self, errors: Iterable[Error]) -> Iterator[Problem]:
        """Yield one problem for each fault: a field misspelt is not also one that is missing, nor a choice not made."""
        by_path: dict[Path, list[tuple[str, Problem]]] = {}
        for error in errors:
            for keyword, problem in self.explain(error):
                by_path.setdefault(problem.path, []).append((keyword, problem))
        for path, found in by_path.items():
            keywords = {keyword for keyword, _ in found}
            if ("required" in keywords and self._is_misspelt(path, by_path)) or (
                keywords == {"alternatives"} and self._has_unknown(path, by_path)
            ):
                continue
            main = next((one for one in _FIRST if one in keywords), "")
            yield from dict.fromkeys(problem for keyword, problem in found if not main or keyword == main)

    @staticmethod
    def _is_misspelt(path: Path, by_path: Mapping[Path, list[tuple[str, Problem]]]) -> bool:
        meant = f"did you mean {path[-1]}?"
        return any(
            other[:-1] == path[:-1] and any(problem.hint == meant for _, problem in found)
            for other, found in by_path.items()
            if other
        )

    @staticmethod
    def _has_unknown(path: Path, by_path: Mapping[Path, list[tuple[str, Problem]]]) -> bool:
        return any(
            other and other[:-1] == path and found[0][0] == "unknown" for other, found in by_path.items()
        )

    def explain(self, error: Error) -> Iterator[tuple[str, Problem]]:
        """Yield the problems of one error, each with the keyword of the schema that it breaks."""
        path = tuple(error.instance_path)
        node = at(self.schema, error.schema_path[:-1])
        match error.kind.name:
            case "additionalProperties":
                for name in error.kind.value:
                    yield "unknown", self._unknown(name, path=path, node=node)
            case "required":
                yield "required", missing_field(error.kind.value, path=path)
            case "type":
                yield "type", type_problem(error, path=path, node=node)
            case "anyOf" | "oneOf":
                yield from self._alternatives(error, path=path)
            case "propertyNames":
                yield from self._key(error, path=path, node=node)
            case "not" | "uniqueItems" as keyword:
                yield from ((keyword, problem) for problem in _told(error, path=path))
            case "enum" | "const" as keyword:
                yield keyword, choice_problem(error, path=path)
            case "pattern" | "format" as keyword:
                yield keyword, text_problem(error, path=path, node=node)
            case keyword:
                yield keyword, bounds_problem(error, path=path)

    def _unknown(self, name: str, *, path: Path, node: Any) -> Problem:  # noqa: ANN401 - a schema
        return unknown_field(name, path=path, node=node, root=self.schema)

    def _alternatives(self, error: Error, *, path: Path) -> Iterator[tuple[str, Problem]]:
        if path == () and "generateName" in str(at(self.schema, error.schema_path)):
            yield from self._nameless(error)
            return
        meant = alternatives(error, path=path, schemas=at(self.schema, error.schema_path))
        if isinstance(meant, Problem):
            yield "alternatives", meant
            return
        for one in meant:
            yield from self.explain(one)

    def _nameless(self, error: Error) -> Iterator[tuple[str, Problem]]:
        """Yield that there is no name, or that none can be made of what it is to begin with."""
        unfit = [one for branch in error.kind.value for one in branch if one.kind.name == "pattern"]
        if not unfit:
            yield "required", _unnamed(())
        for one in unfit:
            yield from self.explain(one)

    def _key(self, error: Error, *, path: Path, node: Any) -> Iterator[tuple[str, Problem]]:  # noqa: ANN401 - a schema
        inner = error.kind.value
        key = inner.instance
        names = node.get("propertyNames") if isinstance(node, dict) else None
        if inner.kind.name in {"pattern", "format"}:
            problem = text_problem(inner, path=(*path, key), node=names)
        else:
            problem = bounds_problem(inner, path=(*path, key))
        yield "propertyNames", replace(problem, message=f"the key {problem.message}")


def _told(error: Error, *, path: Path) -> Iterator[Problem]:
    """Yield what is there twice, or what is there and must not be."""
    if isinstance(error.instance, list) and error.kind.name == "uniqueItems":
        seen: dict[str, int] = {}
        for number, item in enumerate(error.instance):
            first = seen.setdefault(repr(item), number)
            if first != number:
                message = f"{show(item)} stands in this list already, as item {first}"
                yield Problem(message=message, path=(*path, number), hint="leave one of them out")
        return
    refused = error.kind.value
    if isinstance(refused, dict) and refused.get("required"):
        names = " and ".join(refused["required"])
        yield Problem(message=f"{names} cannot be given together", path=path)
    else:
        yield Problem(message=f"{show(error.instance)} is not allowed here", path=path)


def _in_order(problems: Iterable[Problem], *, body: Any) -> tuple[Problem, ...]:  # noqa: ANN401 - a document
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: _place(problem.path, body)))


def _place(path: Path, body: Any) -> tuple[int, ...]:  # noqa: ANN401 - a document
    """Return the place of a path in a document as numbers: which field or item, at each level."""
    places: list[int] = []
    here = body
    for part in path:
        if isinstance(here, dict) and part in here:
            places.append(list(here).index(part))
            here = here[part]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            places.append(part)
            here = here[part]
        else:
            places.append(len(here) if isinstance(here, dict | list) else 0)
            here = None
    return tuple(places)
