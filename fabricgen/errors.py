"""Every error that a user can meet. Fed by all steps of the flow; only the command line turns them into text.

FabricgenError            exit  what the reader must know
  ProblemsError           2     every problem at once, each with its place and the nearest right thing
    DescriptionError      2     the description: what was found, what is allowed
    ResolveError          2     two values that disagree, or cannot work together
    TemplateError         2     a template: file, line, the missing name
    TreeError             2     the output folder cannot be written as planned
    PluginError           2     another package's component fails, or gives what cannot be rendered
    SecretError           2     a secret stands where it would be written or published
    PublishError          2     a tree cannot be published, or the registry did not take it; no tag was moved
  CheckFailedError        1     findings in what would be written
  DriftError              1     gitops/ differs from what would be written
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

Path = tuple[str | int, ...]


def format_path(path: Path) -> str:
    """Return a path as people write it: `nodes[2].address`; keys with dots stand in quotes."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif "." in part or not part:
            text += f'["{part}"]'
        else:
            text += f".{part}" if text else part
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: what, where (as far as it is known), and what would be right.

    `line` and `column` count from 1; 0 means unknown. `hint` is the nearest right thing, as a whole sentence.

    Example:
        >>> str(fabricgen.Problem(message="is taken", path=("nodes", 2, "address"), file="home.yaml", line=7))
        'home.yaml:7: nodes[2].address: is taken'
    """

    message: str
    path: Path = ()
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""

    def __str__(self) -> str:
        """Return `file:line: path: message; hint` with the unknown parts left out."""
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        path = f"{format_path(self.path)}: " if self.path else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}{path}{self.message}{hint}"

    def at(self, *, file: str, line: int = 0, column: int = 0) -> "Problem":
        """Return the same problem with its place filled in."""
        return replace(self, file=file, line=line, column=column)


class FabricgenError(Exception):
    """Anything that fabricgen raises on purpose; `exit_code` is what the command ends with.

    Example:
        >>> try:
        ...     fabricgen.load_file(Path("clusters/nowhere.yaml"))
        ... except fabricgen.FabricgenError as error:
        ...     print(error.exit_code)
        2
    """

    exit_code: ClassVar[int] = 3


class ProblemsError(FabricgenError):
    """The input is wrong: carries every problem, in the order of the input.

    Example:
        >>> try:
        ...     fabricgen.lint_path(".", only=["CIX001"])
        ... except fabricgen.ProblemsError as error:
        ...     print([problem.hint for problem in error.problems])
        ['did you mean CIL001?']
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DescriptionError(ProblemsError):
    """The description cannot be read: syntax, unknown keys, wrong types, values out of range.

    Example:
        >>> try:
        ...     fabricgen.load_text("name: home", file="home.yaml")
        ... except fabricgen.DescriptionError as error:
        ...     print(error.problems[0].path, error.problems[0].line)
        ('distribution',) 1
    """


class ResolveError(ProblemsError):
    """The description can be read, but its values disagree or cannot work together.

    Example:
        >>> try:
        ...     wrong = text.replace("role: worker", "role: control-plane")
        ...     fabricgen.resolve_cluster(fabricgen.load_text(wrong, file="home.yaml"))
        ... except fabricgen.ResolveError as error:
        ...     print(error.problems[0].message)
        6 control planes survive the loss of 2 nodes, just as 5 do
    """


class TemplateError(ProblemsError):
    """A template is wrong: file, line, and the name that is missing or the YAML that does not parse.

    Example:
        >>> try:
        ...     fabricgen.build_files(cluster, templates=Path("nowhere"))
        ... except fabricgen.TemplateError as error:
        ...     print(error.problems[0].message)
        does not exist
    """


class TreeError(ProblemsError):
    """The output folder cannot be written as planned; nothing was written.

    Example:
        >>> try:
        ...     fabricgen.plan_output(rendered, Path("README.md"))
        ... except fabricgen.TreeError as error:
        ...     print(error.problems[0].message)
        cannot be read: Not a directory
    """


class PluginError(ProblemsError):
    """A component of another package fails, or gives what cannot be rendered; every message names the package.

    Example:
        >>> issubclass(fabricgen.PluginError, fabricgen.ProblemsError)
        True
    """


class PublishError(ProblemsError):
    """A tree cannot be published: the reference, the credentials, the connection, or the registry says no.

    Example:
        >>> fabricgen.PublishError.exit_code
        2
    """


class SecretError(ProblemsError):
    """A secret stands in what would be written or published; nothing was written, and no message shows it.

    Example:
        >>> fabricgen.SecretError.exit_code
        2
    """


class CheckFailedError(FabricgenError):
    """What would be written does not pass its checks.

    Example:
        >>> fabricgen.CheckFailedError.exit_code
        1
    """

    exit_code: ClassVar[int] = 1


class DriftError(FabricgenError):
    """The committed tree is not what the description renders to.

    Example:
        >>> fabricgen.DriftError.exit_code
        1
    """

    exit_code: ClassVar[int] = 1
