"""How we say what is wrong with a value: what was found, what was expected, what is nearest to it.

Used by `problems`, whose faults a model finds, and by `validation.structure`, whose faults a schema finds.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

_LONGEST_LIST = 12
_LONGEST_VALUE = 60
# Fields that people write from memory of something else: the field, one that stands beside it, what to do.
_MISTAKES = {
    ("cidrs", "blocks"): "write blocks; Cilium removed cidrs in 1.16",
    ("nodeSelector", "endpointSelector"): "nodes are selected in a CiliumClusterwideNetworkPolicy",
    ("from", "fromEndpoints"): "did you mean fromEndpoints, fromEntities or fromCIDR?",
    ("to", "toEndpoints"): "did you mean toEndpoints, toEntities, toCIDR or toFQDNs?",
    ("fromRequires", "fromEndpoints"): "Cilium removed it in 1.19",
    ("toRequires", "toEndpoints"): "Cilium removed it in 1.19",
    ("kafka", "http"): "Cilium removed Kafka rules in 1.20",
    (
        "loadBalancerIP",
        "loadBalancerClass",
    ): "it is deprecated; the annotation lbipam.cilium.io/ips pins an address",
    ("skipCRDs", "crds"): "write crds: Skip",
    (
        "password",
        "passwordSecret",
    ): "a password does not belong in git; passwordSecret names the Secret that holds it",
    ("token", "token-file"): "a token does not belong in git; token-file names the file that holds it",
}


def nearest(text: str, known: Sequence[str]) -> str:
    """Return a hint: what is most like `text` among `known`, else all of them if they are few; may be empty."""
    if told := told_mistake(text, known):
        return told
    if close := closest(text, known):
        return f"did you mean {close}?"
    return f"known here: {', '.join(known)}" if known and len(known) <= _LONGEST_LIST else ""


def told_mistake(text: str, known: Sequence[str]) -> str:
    """Return what to do about a field that people write from memory of something else; empty for any other."""
    told = (hint for (mistake, beside), hint in _MISTAKES.items() if mistake == text and beside in known)
    return next(told, "")


def closest(text: str, known: Sequence[str]) -> str:
    """Return what is most like `text` among `known`: the same but for capitals, or with few letters changed."""
    same = [one for one in known if one.lower() == text.lower()]
    close = same or get_close_matches(text, known, n=1, cutoff=0.6)
    return close[0] if close else ""


def expected(found: object, *, wanted: Sequence[str]) -> tuple[str, str]:
    """Return the sentence and the hint for a value of another type than what is wanted, told in words such as text."""
    scalar = isinstance(found, bool | int | float)
    hint = "put it in quotes" if list(wanted) == ["text"] and scalar else ""
    return f"{show(found)} is {kind_of(found)}; expected {' or '.join(wanted)}", hint


def kind_of(value: object) -> str:
    """Return what a value is, in the words of YAML."""
    match value:
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case None:
            return "nothing"
        case _:
            return f"a {type(value).__name__}"


def show(value: object) -> str:
    """Return a value as it may stand in a sentence: short, and never a whole part of a document."""
    match value:
        case bool():
            return str(value).lower()
        case None:
            return "null"
        case Mapping() | list() | tuple():
            return "this"
        case _:
            text = repr(value)
            return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
