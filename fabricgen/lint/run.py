"""Rules over a repository: what they hit in each cluster, as findings."""

from collections.abc import Iterable, Iterator

from fabricgen.errors import Problem, format_path
from fabricgen.fabric import Fabric, UnknownError
from fabricgen.finding import Finding
from fabricgen.lint.outcome import Found
from fabricgen.lint.own import YML001
from fabricgen.repository import Repository
from fabricgen.rules import Hit, Rule


def hits_of(fabric: Fabric, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Hit]]:
    """Yield each hit of each rule; a rule that asks for what is unknown says nothing more."""
    for rule in rules:
        try:
            for hit in rule.check(fabric):
                yield rule, hit
        except UnknownError:
            continue
        except Exception as error:
            error.add_note(f"in rule {rule.id}")
            raise


def finding_of(rule: Rule, hit: Hit, *, clusters: Iterable[str] = ()) -> Finding:
    """Return what is told to the outside; with `clusters`, the message begins with their names."""
    named = ", ".join(clusters)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=hit.place.file,
        line=hit.place.line,
        column=hit.place.column,
        path=format_path(hit.place.path),
        object=hit.object,
        message=f"{named}: {hit.message}" if named else hit.message,
        why=rule.why,
        source=rule.source,
        fix=rule.fix,
    )


def find_all(fabrics: Iterable[Fabric], rules: Iterable[Rule]) -> Iterator[Found]:
    """Yield what the rules find; what several clusters share is told once, with the names of all of them."""
    whole, rules = tuple(fabrics), tuple(rules)
    found: dict[tuple[object, ...], tuple[Rule, Hit, dict[str, None]]] = {}
    for fabric in whole:
        for rule, hit in hits_of(fabric, rules):
            key = (rule.id, hit.place, hit.object, hit.message)
            found.setdefault(key, (rule, hit, {}))[2][fabric.name] = None
    for rule, hit, names in found.values():
        told = [name for name in names if name] if len(whole) > 1 else []
        yield Found(
            finding=finding_of(rule, hit, clusters=told),
            path=hit.place.path,
            clusters=tuple(names),
            edits=hit.edits,
        )


def find_unreadable(repository: Repository, fabrics: Iterable[Fabric]) -> Iterator[Found]:
    """Yield a finding for everything that is no YAML.

    Errors are those below a folder that Flux applies; elsewhere it may be a template, or JSON with comments, of some
    other tool: a warning for YAML, nothing for JSON.
    """
    applied = {str(layer.path) for fabric in fabrics for layer in fabric.layers if layer.path is not None}
    for problem in repository.unreadable:
        is_applied = any(_is_below(problem.file, folder) for folder in applied)
        if is_applied or not problem.file.lower().endswith(".json"):
            yield Found(finding=_unreadable(problem, is_applied=is_applied))


def _is_below(file: str, folder: str) -> bool:
    return folder == "." or file.startswith(f"{folder}/")


def _unreadable(problem: Problem, *, is_applied: bool) -> Finding:
    return Finding(
        rule=YML001.id,
        severity="error" if is_applied else "warning",
        file=problem.file,
        line=problem.line,
        column=problem.column,
        message=problem.message,
        why=YML001.why,
        source=YML001.source,
        fix=YML001.fix,
    )
