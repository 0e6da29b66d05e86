"""Rules over a repository: what they hit in each cluster, as findings."""

from collections.abc import Iterable, Iterator

from fabricgen.errors import format_path
from fabricgen.fabric import Fabric, UnknownError
from fabricgen.finding import Finding
from fabricgen.lint.outcome import Found
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
            key = (rule.id, hit.place, hit.message)  # the object may be one that each cluster calls otherwise
            found.setdefault(key, (rule, hit, {}))[2][fabric.name] = None
    for rule, hit, names in found.values():
        told = [name for name in names if name] if len(whole) > 1 else []
        yield Found(
            finding=finding_of(rule, hit, clusters=told),
            path=hit.place.path,
            clusters=tuple(names),
            edits=hit.edits,
            same=tuple((finding_of(rule, one, clusters=told), one.place.path) for one in hit.same),
        )
