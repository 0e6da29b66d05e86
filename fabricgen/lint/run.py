"""Rules over a fabric."""

from collections.abc import Iterable, Iterator

from fabricgen.errors import format_path
from fabricgen.fabric import Fabric, UnknownError
from fabricgen.finding import Finding
from fabricgen.rules import Hit, Rule


def hits_of(fabric: Fabric, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Hit]]:
    """Yield each hit of each rule; a rule that asks for what is unknown says nothing more."""
    for rule in rules:
        try:
            for hit in rule.check(fabric):
                yield rule, hit
        except UnknownError:
            continue


def finding_of(rule: Rule, hit: Hit) -> Finding:
    """Return what is told to the outside."""
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        file=hit.place.file,
        line=hit.place.line,
        column=hit.place.column,
        path=format_path(hit.place.path),
        object=hit.object,
        message=hit.message,
        why=rule.why,
        source=rule.source,
        fix=rule.fix,
    )
