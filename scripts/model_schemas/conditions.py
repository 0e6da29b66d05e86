"""The forms that CEL rules take more than once, and rules on single texts. Used by the tables of rules and `nodes`.

Source of the language: https://kubernetes.io/docs/reference/using-api/cel/
"""

from typing import Final, NamedTuple


class Rule(NamedTuple):
    """A condition on `self`, and what is said where it does not hold."""

    rule: str
    message: str


def one_of(*names: str) -> Rule:
    """Return the rule that exactly one of the fields is written."""
    if len(names) == 2:  # noqa: PLR2004 - the plain form is quicker, and there it is possible
        condition = f"has(self.{names[0]}) != has(self.{names[1]})"
    else:
        condition = f"[{', '.join(f'has(self.{name})' for name in names)}].filter(one, one).size() == 1"
    return Rule(condition, f"write exactly one of: {', '.join(names)}")


def together(field: str, *, when: str, says: str) -> Rule:
    """Return the rule that a field is written when, and only when, a condition holds."""
    return Rule(f"has(self.{field}) == ({when})", says)


def given(of: str, field: str, *, absent: str) -> str:
    """Return the value of a field, or `absent` where it is not written."""
    return f"(has({of}.{field}) ? {of}.{field} : {absent})"


def alike(field: str, *, absent: str) -> str:
    """Return whether `one` and `other`, two items of a list, have the same value in a field."""
    return f"{given('one', field, absent=absent)} == {given('other', field, absent=absent)}"


def all_different(listed: str, *conditions: str, says: str) -> Rule:
    """Return the rule that no two items of a list, which may be absent, are alike in all `conditions`."""
    condition = " && ".join(conditions)
    return Rule(
        f"!has(self.{listed}) || self.{listed}.all(one, self.{listed}.exists_one(other, {condition}))", says
    )


def _number(address: str) -> str:
    """Return an IPv4 address as a number."""
    parts = (f"int({address}.split('.')[{index}]) * {256 ** (3 - index)}" for index in range(4))
    return " + ".join(parts)


def upwards(first: str, last: str) -> str:
    """Return whether two addresses are of one family and, if that is IPv4, in order."""
    return (
        f"ip({first}).family() == ip({last}).family() && "
        f"(ip({first}).family() != 4 || {_number(first)} <= {_number(last)})"
    )


_IS_TEXT_OF_RANGE: Final = "size(self.split('-')) == 2 && self.split('-').all(one, isIP(one.trim()))"
_END: Final = "self.split('-')[{}].trim()"

# Of a text that is a network, and of one that is a network or `first-last`.
IS_ALIGNED: Final = Rule(
    "cidr(self) == cidr(self).masked()",
    "this has host bits set: a network starts at its first address, as 10.0.0.0/24 does",
)
IS_POOL_RANGE: Final = Rule(
    f"self.contains('-') ? {_IS_TEXT_OF_RANGE} && {upwards(_END.format(0), _END.format(1))}"
    " : isCIDR(self) && cidr(self) == cidr(self).masked()",
    "this is neither a network such as 10.0.0.0/24 nor a range such as 10.0.0.10-10.0.0.20, upwards",
)
