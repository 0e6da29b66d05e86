"""The JSON Schema engine, in Rust, loaded when it is first needed and without what it does not need.

Used by `yamlio`, which matches its regular expressions with it, and by `validation`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as in typing, whose import takes 7 ms
if TYPE_CHECKING:
    from typing import Any, Final

# The engine reads the date of its own build with the standard library's parser of mail: four fifths of the time that
# it takes to load, for a fact that nobody asks for. While it loads, a stand-in reads dates as nothing.
_MAIL: Final = "email.utils"


def load_engine() -> Any:  # noqa: ANN401 - a module
    """Return the module `jsonschema_rs`."""
    if (engine := sys.modules.get("jsonschema_rs")) is not None:
        return engine
    if _MAIL in sys.modules:
        return __import__("jsonschema_rs")
    stand_in: Any = type(sys)(_MAIL)
    stand_in.parsedate_to_datetime = lambda _: None
    sys.modules[_MAIL] = stand_in
    try:
        return __import__("jsonschema_rs")
    finally:
        del sys.modules[_MAIL]
