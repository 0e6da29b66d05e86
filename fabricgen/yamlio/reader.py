"""YAML text to plain values with their places: the one reader of the program.

`load`, `templates` and `check` hand in text and get `YamlDocument`s. libyaml parses; `builder` makes the
values out of its events.
"""

import re
from typing import Final

from yaml import CSafeLoader, DocumentEndEvent, DocumentStartEvent, MarkedYAMLError, StreamEndEvent

from fabricgen.yamlio.builder import DocumentBuilder
from fabricgen.yamlio.nodes import ScalarReader
from fabricgen.yamlio.parsed import YamlDocument, YamlProblem
from fabricgen.yamlio.problems import (
    Problems,
    StopReading,
    YamlSyntaxError,
    explain_syntax_error,
)

# Source: "Character Set", section 5.1 of <https://yaml.org/spec/1.2.2/>; libyaml and Go's reader agree.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_documents(text: str, *, source: str = "<string>") -> tuple[YamlDocument, ...]:
    """All documents of `text` in their order, those without any content left out.

    Raises:
        YamlSyntaxError: with every duplicate key, every tag and null key that Kubernetes' reader refuses,
            and the first place where the text stops being YAML. `source` is its name in the message.
    """
    text = text.removeprefix("\ufeff")
    problems = Problems()
    documents = _read_stream(text, problems)
    if problems.found:
        raise YamlSyntaxError(source, tuple(problems.found))
    return documents


def read_document(text: str, *, source: str = "<string>") -> YamlDocument:
    """The only document of `text`.

    Raises:
        YamlSyntaxError: as `read_documents`, and when there is no document or more than one.
    """
    documents = read_documents(text, source=source)
    if len(documents) == 1:
        return documents[0]
    if not documents:
        problem = "there is no document here, nothing but comments at most"
        raise YamlSyntaxError(source, (YamlProblem(line=1, column=1, problem=problem),))
    problem = f"one document is expected, and here starts the second of {len(documents)}"
    raise YamlSyntaxError(source, (YamlProblem(line=documents[1].line, column=1, problem=problem),))


def _read_stream(text: str, problems: Problems) -> tuple[YamlDocument, ...]:
    """The documents of `text`; what is wrong is added to `problems`, and then they are not to be used."""
    if forbidden := _FORBIDDEN.search(text):
        problems.found.append(_explain_forbidden(text, forbidden.start()))
        return ()
    parser = CSafeLoader(text)
    scalars = ScalarReader(text=text, problems=problems)
    documents: list[YamlDocument] = []
    try:
        while not isinstance(event := parser.get_event(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                builder = DocumentBuilder(event, scalars=scalars, problems=problems)
                documents += _read_one(parser, builder)
    except MarkedYAMLError as error:
        problems.found.append(explain_syntax_error(error, text=text))
    except StopReading as stop:
        problems.found.append(stop.problem)
    finally:
        parser.dispose()
    return tuple(documents)


def _read_one(parser: CSafeLoader, builder: DocumentBuilder) -> list[YamlDocument]:
    while not isinstance(event := parser.get_event(), DocumentEndEvent):
        builder.take(event)
    return builder.finish()


def _explain_forbidden(text: str, index: int) -> YamlProblem:
    code = ord(text[index])
    advice = f'write it as an escape in double quotes ("\\u{code:04x}")'
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates, which Python makes of bytes it cannot decode
        advice = "is the text UTF-8?"
    return YamlProblem(
        line=text.count("\n", 0, index) + 1,
        column=index - text.rfind("\n", 0, index),
        problem=f"the character U+{code:04X} is not allowed in YAML: {advice}",
    )
