"""Writes docs/api.md: every public name, from its docstring. Run by `make generated`.

Fed by `fabricgen.__all__`; the sentences and examples are those of the code, and the examples run in the tests.
"""

import dataclasses
import inspect
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import fabricgen

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "api.md"
GROUPS: Final = {
    "The flow": "load_file load_text resolve_cluster build_files check_files render_cluster plan_output write_output",
    "What passes between the steps": "Loaded Description Cluster Rendered Document TextFile Setting Plan Change Patience",
    "Linting": "lint_path Finding Rule Hit Edit Fabric Item",
    "Documents of your own": "add_component Component Options Draft Part",
    "Errors": "FabricgenError ProblemsError Problem DescriptionError ResolveError TemplateError TreeError PluginError "
    "SecretError PublishError CheckFailedError DriftError",
}
PROMISED: Final = {
    "Fabric": "name items of layers",
    "Item": "api_version kind group name namespace label get mapping items place",
}
"""Of these classes rules may rely on so much; what else they have follows what we infer, release by release."""
HEAD: Final = """\
# The Python API

Generated from the docstrings by `make generated`: change those, not this page.

`import fabricgen` gives these names and no others; what stays as it is, and for how long, is told in
[deprecation.md](deprecation.md), and how they are used in [library.md](library.md). Importing costs nothing: a name is
loaded when it is first used. All are typed. The examples run in the tests; in them `loaded`, `cluster` and `rendered`
are `clusters/homeops.yaml` of fabricgen's repository after each step, `documents` what of it is YAML, and `text` the
file as text.
"""
OBJECTS: Final = """\
## fabricgen.objects

Models of the kinds that fabricgen emits (HelmRelease, CiliumNetworkPolicy, Gateway, …), one class a kind. Each refuses
unknown fields, wrong types and fields that exclude each other, by a pydantic `ValidationError`; `to_yaml()` gives the
text. [library.md](library.md) has an example.
"""
_SECTION: Final = re.compile(r"^(Args|Attributes|Raises|Example):$")


def page() -> str:
    """Return the whole page, Markdown."""
    parts = [HEAD]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_of(name) for name in names.split()]
    return "\n".join([*parts, OBJECTS])


def _of(name: str) -> str:
    thing = getattr(fabricgen, name)
    lines = [f"### {name}", "", *_signature(name, thing), *_text((inspect.getdoc(thing) or "").splitlines())]
    if inspect.isclass(thing) and not issubclass(thing, Exception):
        lines += _members(thing, only=PROMISED.get(name, "").split())
    if name == "Description":
        lines += ["Its keys are told in [description.md](description.md).", ""]
    return "\n".join(lines)


def _signature(name: str, thing: object) -> Iterator[str]:
    """Yield how it is called; of a dataclass its fields, since people read them; nothing of what nobody makes."""
    if inspect.isclass(thing) and dataclasses.is_dataclass(thing):
        shown = [one for one in dataclasses.fields(thing) if one.name[0] != "_"]
        fields = [f"    {one.name}: {_typed(one.type)}{_default(one)}" for one in shown]
        yield from ("```python", f"class {name}:", *fields, "```", "")
    elif inspect.isfunction(thing):
        called = inspect.signature(thing)
        given = [f"    {one}," for one in _parameters(called)]
        yield from (
            "```python",
            f"def {name}(",
            *given,
            f") -> {_typed(called.return_annotation)}",
            "```",
            "",
        )


def _parameters(called: inspect.Signature) -> Iterator[str]:
    starred = False
    for one in called.parameters.values():
        if one.kind is one.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        default = "" if one.default is one.empty else f" = {one.default!r}"
        yield f"{one.name}: {_typed(one.annotation)}{default}"


def _default(field: "dataclasses.Field[object]") -> str:
    """Return what a field is if nobody gives it, as far as that is a plain value."""
    if field.default is not dataclasses.MISSING and isinstance(field.default, str | int | tuple | None):
        return f" = {field.default!r}"
    left = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    return " = …" if left else ""


def _typed(annotation: object) -> str:
    text = (
        annotation.__name__
        if isinstance(annotation, type) and not _has_parts(annotation)
        else str(annotation)
    )
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=\w)", "", text).replace("~O", "O")


def _has_parts(annotation: object) -> bool:
    return bool(getattr(annotation, "__args__", ()))


def _text(lines: Sequence[str]) -> Iterator[str]:
    """Yield a docstring as Markdown: its sections become lists, its example a listing."""
    section = ""
    for line in lines:
        if found := _SECTION.match(line):
            section = found[1]
            yield from (["```pycon"] if section == "Example" else [f"{section}:", ""])
        elif section == "Example":
            yield line[4:]
        elif section and (entry := re.match(r" {4}([\w, ]+): (.*)", line)):
            yield f"- `{entry[1]}`: {entry[2]}"
        elif section and line.strip():
            yield f"  {line.strip()}"
        else:
            yield line
    yield from (["```", ""] if section == "Example" else [""])


def _members(thing: type, *, only: Sequence[str]) -> Iterator[str]:
    """Yield a line for each property and method that has a sentence of its own."""
    found = [
        (name, member)
        for name, member in vars(thing).items()
        if (name in only if only else name[0] != "_")
        and (inspect.isfunction(member) or isinstance(member, property | classmethod) or _is_cached(member))
    ]
    for name, member in found:
        told = inspect.getdoc(member) or ""
        call = "" if isinstance(member, property) or _is_cached(member) else "()"
        yield f"- `.{name}{call}`: {' '.join(told.partition(chr(10) * 2)[0].split())}"
    yield from ([""] if found else [])
    yield from (["What else it has may change with any release.", ""] if only else [])


def _is_cached(member: object) -> bool:
    return type(member).__name__ == "cached_property"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
