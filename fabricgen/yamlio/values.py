"""The value of one document, the fast way where that is sure to be right, and the exact way elsewhere.

Used by `validation`, for documents by the tens of thousands. The exact reader gives positions as well, and is asked for
them only when something is wrong.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.machinery import PathFinder

from fabricgen.yamlio.familiar import is_familiar
from fabricgen.yamlio.limits import MOST_CHARACTERS, MOST_VALUES, TOO_LONG
from fabricgen.yamlio.parsed import YamlProblem
from fabricgen.yamlio.problems import YamlSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

_MOST_FOR_FAST: Final = 2**22  # characters; larger ones are most often hostile
_MOST_REPEATED: Final = 50_000  # values; half of what the exact reader allows


def read_value(text: str) -> Any:  # noqa: ANN401 - a document holds anything
    """The value of the only document of `text`, as Kubernetes' reader takes it; None when it has no content.

    Raises:
        YamlSyntaxError: as `read_document`, and for a document that is too large.
    """
    if len(text) <= _MOST_FOR_FAST:
        plain = text.replace("\r\n", "\n") if "\r" in text else text
        try:
            if _can_be_fast(plain):
                loads, limits = _fast_parser()
                return loads(plain, parse_datetime=False, alias_limits=limits)
        except ValueError:  # not YAML, a key twice, no text at all: the exact reader says what and where
            pass
    return _read_exactly(text)


@cache
def _fast_parser() -> tuple[Callable[..., Any], object]:
    """yaml-rs' function for text, and its limits: no alias inside what another alias repeats.

    The package imports pathlib and typing for what is not needed here, which takes 12 ms of its 14, so only its
    compiled module is loaded, under its own name.
    """
    name = "yaml_rs._yaml_rs"
    if name not in sys.modules:
        package = PathFinder.find_spec("yaml_rs")
        found = package and PathFinder.find_spec(name, package.submodule_search_locations)
        if not (found and found.loader):
            raise ModuleNotFoundError("yaml-rs is not installed", name="yaml_rs")
        made: Any = found.loader.create_module(found)
        found.loader.exec_module(made)
        sys.modules[name] = made
    module: Any = sys.modules[name]
    limits = module._AliasLimits(max_total_replayed_events=_MOST_REPEATED, max_replay_stack_depth=1)  # noqa: SLF001
    return module._loads, limits  # noqa: SLF001 - what the package itself calls, and nothing else


def _can_be_fast(text: str) -> bool:
    if len(text) > 2 * MOST_VALUES and 6 * text.count("\n") + 2 * text.count(",") > MOST_VALUES:
        return False  # the exact reader refuses so many values; fewer characters cannot hold them
    if not text.endswith("\n"):
        if "|" in text or ">" in text:  # at the end of a block of text the two readers differ
            return False
        text = f"{text}\n"
    return is_familiar(text)


def _read_exactly(text: str) -> Any:  # noqa: ANN401 - as above
    from fabricgen.yamlio.reader import read_document, read_documents  # noqa: PLC0415 - most runs do not need it

    if len(text) > MOST_CHARACTERS:
        raise YamlSyntaxError("<string>", (YamlProblem(line=1, column=1, problem=TOO_LONG),))
    documents = read_documents(text)
    if not documents:
        return None
    document = documents[0] if len(documents) == 1 else read_document(text)
    if document.refused:
        raise YamlSyntaxError("<string>", document.refused)
    return document.value
