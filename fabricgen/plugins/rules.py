"""Rules that other packages bring: found by name, checked for ids that are somebody's already. Used by `lint` and `check`."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from fabricgen.errors import Path, Problem, ProblemsError
from fabricgen.plugins import RULES
from fabricgen.plugins.installed import Installed, find_one, installed
from fabricgen.rules import Rule
from fabricgen.rules.catalogue import FAMILIES

OURS: Final = frozenset(
    {*FAMILIES, "YML", "LNT", "SCH", "HLM", "TLS", "K3C", "JSP", "SEC", "DRF"},
)
"""First three characters of ids that no package may use."""
_ID: Final = re.compile(r"[A-Z][A-Z0-9]{2}\d{3}")


@lru_cache(maxsize=8)
def rules_of(names: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rules that these plug-ins bring, sorted by id.

    Raises ProblemsError with every problem: a name that no package brings, a package that cannot be loaded, an id that
    is fabricgen's, or that two of them use.
    """
    found, problems = find_rules(names)
    if problems:
        raise ProblemsError(problems)
    return found


def find_rules(
    names: Iterable[str], *, path: Path = ("rules",)
) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Return the same rules, and the problems at `path` and the name's position in it."""
    owners: dict[str, tuple[Installed, Rule]] = {}
    problems: list[Problem] = []
    for number, name in enumerate(names):
        try:
            one = find_one(RULES, name, kind="set of rules")
            for rule in _loaded(one):
                owner, _ = owners.setdefault(rule.id, (one, rule))
                _refuse_twice(rule, owner, one)
        except ProblemsError as error:
            problems += [
                Problem(message=each.message, path=(*path, number), hint=each.hint) for each in error.problems
            ]
    return tuple(owners[name][1] for name in sorted(owners)), tuple(problems)


def installed_rules() -> tuple[Rule, ...]:
    """Return the rules of every package that can be loaded, on or not: what an id can mean on this machine."""
    found: dict[str, Rule] = {}
    for name in installed(RULES):
        for rule in find_rules([name])[0]:
            found.setdefault(rule.id, rule)
    return tuple(found[id_] for id_ in sorted(found))


def check_ids(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return rules sorted by id. Raises ProblemsError if an id is fabricgen's, is no id, or is there twice."""
    whole = sorted(rules, key=lambda rule: rule.id)
    problems = [Problem(message=said) for rule in whole if (said := _wrong_id(rule.id))]
    ids = [rule.id for rule in whole]
    problems += [
        Problem(message=f"there are two rules {one}") for one in dict.fromkeys(ids) if ids.count(one) > 1
    ]
    if problems:
        raise ProblemsError(problems)
    return tuple(whole)


def _loaded(one: Installed) -> tuple[Rule, ...]:
    loaded = one.load()
    whole = tuple(loaded) if isinstance(loaded, Iterable) else (loaded,)
    hint = f"tell who keeps {one.package}"
    strange = [rule for rule in whole if not isinstance(rule, Rule)]
    if strange or not whole:
        what = f"holds a {type(strange[0]).__name__}" if strange else "is empty"
        message = f"the plug-in {one.told} is to be a tuple of fabricgen.Rule, and {what}"
        raise ProblemsError([Problem(message=message, hint=hint)])
    try:
        return check_ids(whole)
    except ProblemsError as error:
        raise ProblemsError(
            Problem(message=f"the plug-in {one.told}: {each.message}", hint=hint) for each in error.problems
        ) from error


def _wrong_id(name: str) -> str:
    if not _ID.fullmatch(name):
        return f"{name!r} is no id of a rule; three capital letters or digits and three digits are, such as HSE001"
    return f"the ids of rules in {name[:3]} are fabricgen's own" if name[:3] in OURS else ""


def _refuse_twice(rule: Rule, owner: Installed, one: Installed) -> None:
    if owner is not one:
        message = f"the rule {rule.id} is brought by {owner.told} and by {one.told}"
        raise ProblemsError([Problem(message=message, hint="leave out one of them")])
