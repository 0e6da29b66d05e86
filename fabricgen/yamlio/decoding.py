"""Bytes to text: UTF-8 and nothing else, with the place of what is not.

Used by `files`, and by whoever has bytes of its own, such as standard input.
"""

from typing import Final

from fabricgen.yamlio.parsed import YamlProblem
from fabricgen.yamlio.problems import YamlSyntaxError

_MARK: Final = b"\xef\xbb\xbf"
# The longer marks first: UTF-32's starts with UTF-16's.
_OTHER_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def decode(data: bytes, *, source: str = "<string>", line: int = 1) -> str:
    """The text of `data`, without its byte order mark.

    `line` is where `data` starts in what is called `source`.

    Raises:
        YamlSyntaxError: at the first byte that is not UTF-8.
    """
    try:
        return data[3:].decode() if data.startswith(_MARK) else data.decode()
    except UnicodeDecodeError as error:
        raise YamlSyntaxError(source, (_explain(error, line),)) from None


def _explain(error: UnicodeDecodeError, line: int) -> YamlProblem:
    data, index = error.object, error.start
    for mark, name in _OTHER_MARKS:
        if data.startswith(mark):
            problem = f"this is {name}, and only UTF-8 is read: save it as UTF-8"
            return YamlProblem(line=line, column=1, problem=problem)
    return YamlProblem(
        line=line + data.count(b"\n", 0, index),
        column=len(data[data.rfind(b"\n", 0, index) + 1 : index].decode()) + 1,
        problem=f"the byte 0x{data[index]:02X} is not UTF-8, which all YAML here is: save the text as UTF-8",
    )
