"""Templates of machine configs -> YAML: what holds whatever is filled in, for control planes or for workers.

Fed with Jinja (as minijinja-cli has it) or Go templates, line by line; feeds `fabric.machine_templates`. Nothing is
invented: an expression becomes a value that nobody knows yet, what stands under a condition that cannot be decided is
left out, and a text in which that could change the meaning of the rest is not read at all. Lines keep their numbers.
Sources: <https://jinja.palletsprojects.com/en/stable/templates/>, <https://docs.rs/minijinja/latest/minijinja/syntax/>,
<https://pkg.go.dev/text/template>.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from fabricgen.repository.conditions import Roles

_SUFFIX: Final = re.compile(r"(?P<name>.+\.ya?ml)\.(?:j2|jinja2?|tpl|tmpl)", re.IGNORECASE)
_PLACE: Final = re.compile(r"talos|topf|machineconfig", re.IGNORECASE)
# Folders of templates that make files of their own, out of data that is not there; and what is put away.
_LEFT_OUT: Final = frozenset(
    {"templates", "terraform", "tofu", "testdata", "fixtures", "archive", "archived", "deprecated", "unused"}
)
_SKIPPED: Final = frozenset({"node_modules"})
_COMMENT: Final = re.compile(r"\{#.*?#\}|\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
_STATEMENT: Final = re.compile(r"\s*\{%[-+]?\s*(?P<code>.*?)\s*(?P<trim>[-+]?)%\}\s*")
_GO: Final = re.compile(
    r"\s*\{\{-?\s*(?P<code>(?:if|else|end|range|with|define|block)\b.*?|\$\w+\s*:?=.*?)\s*(?P<trim>-?)\}\}\s*"
)
_INLINE: Final = re.compile(r"\{%.*%\}")
_EXPRESSION: Final = re.compile(r"\{\{-?\s*(?P<code>.*?)\s*-?\}\}")
_SET: Final = re.compile(r"""set\s+(?P<name>\w+)\s*=\s*(?P<quote>["'])(?P<text>[^"'{}]*)(?P=quote)""")
_REFUSED: Final = frozenset({"raw", "extends", "block", "call", "filter", "autoescape", "define"})
_OPENING: Final = frozenset({"if", "for", "macro", "range", "with"})
_MULTI: Final = re.compile(r"\{\{|\{%|\{#")


class TemplateError(ValueError):
    """A template that cannot be read soundly; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """YAML that comes of a template.

    Attributes:
        text: with as many lines as the template; `${name}` stands for what is filled in later.
        by_role: whether anything in it depends on the role of the machine.
    """

    text: str
    by_role: bool


def find_templates(root: Path, *, is_excluded: Callable[[str], bool] = lambda _: False) -> dict[str, str]:
    """Return the templates of YAML in folders for machines, by path from the root, in the order of the paths."""
    found: dict[str, str] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if one[0] != "." and one not in _SKIPPED | _LEFT_OUT)
        inside = PurePosixPath(Path(folder).relative_to(root).as_posix())
        for name in sorted(files):
            file = str(inside / name)
            if is_template_file(file) and not is_excluded(file):
                try:
                    found[file] = (Path(folder) / name).read_text(encoding="utf-8")
                except (OSError, UnicodeDecodeError):
                    continue
    return found


def is_template_file(file: str) -> bool:
    """Tell whether a file is a template of YAML in a place for machines."""
    return _SUFFIX.fullmatch(PurePosixPath(file).name) is not None and _PLACE.search(file) is not None


def rendered_name(file: str) -> str:
    """Return the path of what comes of a template: without its last suffix; that of any other file as it is."""
    path = PurePosixPath(file)
    found = _SUFFIX.fullmatch(path.name)
    return str(path.with_name(found["name"])) if found else file


def fill_template(text: str, *, control_plane: bool) -> Filled:
    """Return what holds of a template for machines of a role.

    Raises:
        TemplateError: it cannot be told what the rest means without what is filled in.
    """
    reader = _Reader(roles=Roles(control_plane=control_plane))
    whole = _COMMENT.sub(lambda one: "\n" * one[0].count("\n"), text)
    lines = [reader.read(number, line) for number, line in enumerate(whole.split("\n"), 1)]
    if reader.frames:
        raise TemplateError(len(lines), f"{reader.frames[-1].opened} is never ended")
    return Filled(text="\n".join(lines), by_role=reader.roles.asked)


@dataclass(slots=True)
class _Frame:
    """A statement that is open: whether what stands in it now holds, None if that is not known."""

    opened: str
    holds: bool | None
    before: list[bool | None] = field(default_factory=list)

    def turn(self, *, holds: bool | None) -> None:
        """Go on with `elif` or `else`."""
        self.before.append(self.holds)
        self.holds = False if True in self.before else None if None in self.before else holds


@dataclass(slots=True, kw_only=True)
class _Reader:
    roles: Roles
    frames: list[_Frame] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    trimmed: bool = False

    def read(self, number: int, line: str) -> str:
        """Return a line of YAML for a line of the template; empty for what does not hold or is no content."""
        statement = _STATEMENT.fullmatch(line) or _GO.fullmatch(line)
        if statement is not None and "{%" not in statement["code"] and "}}" not in statement["code"]:
            self._statement(number, statement["code"])
            self.trimmed = statement["trim"] == "-"
            return ""
        if not line.strip():
            return line
        if any(one.holds is not True for one in self.frames):
            if all(one.holds is not False for one in self.frames):
                self.dropped.append(line)
            return ""
        self._check(number, line)
        return self._content(number, line)

    def _statement(self, number: int, code: str) -> None:
        word, _, rest = code.partition(" ")
        if word in _REFUSED:
            raise TemplateError(number, f"what {word} makes cannot be told")
        if word in _OPENING or (word == "set" and "=" not in code):
            self.frames.append(_Frame(word, self.roles.decide(rest) if word == "if" else None))
        elif word in {"elif", "else"} and self.frames:
            condition = rest.removeprefix("if ") if word == "else" else rest
            self.frames[-1].turn(holds=self.roles.decide(condition) if condition.strip() else True)
        elif word.startswith("end"):
            if not self.frames:
                raise TemplateError(number, f"{word} ends nothing")
            self.frames.pop()
        elif word == "set":
            self._set(code)

    def _set(self, code: str) -> None:
        """Remember a name for a text, if it is set once and whatever happens."""
        name = code.partition("=")[0].removeprefix("set").strip()
        found = _SET.fullmatch(code)
        if found is not None and not self.frames and name not in self.constants:
            self.constants[name] = found["text"]
        else:
            self.constants[name] = ""

    def _check(self, number: int, line: str) -> None:
        """See that a line means the same, whatever stands before it that may not hold."""
        indent = _indent(line)
        if self.trimmed and indent:
            raise TemplateError(number, "a statement takes the space before this line away")
        self.trimmed = False
        if not self.dropped or line.lstrip().startswith("#"):
            return
        dropped, self.dropped = self.dropped, []
        lowest = min(map(_indent, dropped))
        top = [one for one in dropped if _indent(one) == lowest]
        item = line.lstrip().startswith("- ") and not all(one.lstrip().startswith("- ") for one in top)
        separated = any(one.startswith("---") for one in dropped) and not line.startswith("---")
        if indent > lowest or (indent == lowest and item) or separated:
            raise TemplateError(number, "what this line belongs to depends on a condition")

    def _content(self, number: int, line: str) -> str:
        line = _INLINE.sub("{{ a_condition }}", line)
        filled = _EXPRESSION.sub(
            lambda one: self._value(one["code"], line[: one.start()], line[one.end() :]), line
        )
        if _MULTI.search(filled):
            raise TemplateError(number, "what is filled in here spans several lines, or cannot be told apart")
        return filled

    def _value(self, code: str, before: str, after: str) -> str:
        known = self.constants.get(code) or self.roles.value(code)
        if known is not None:
            return known
        name = re.sub(r"\W+", "_", code, flags=re.ASCII).strip("_") or "value"
        text = f"${{{'_' if name[0].isdigit() else ''}{name}}}"
        whole = before.rstrip()[-1:] in {":", "-", "[", ","} and before[-1:] in {" ", "["}
        ends = not after.strip() or after.lstrip()[0] in ",]#"
        return f'"{text}"' if whole and ends else text


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
