"""`fabricgen explain`: settings with value, reason and source; or the page of a rule."""

import argparse
import json
import re
from collections.abc import Iterator

from fabricgen import pipeline
from fabricgen.commands.descriptions import find_description
from fabricgen.documents.document import Document, Setting
from fabricgen.errors import DescriptionError, Problem, format_path
from fabricgen.load import load_file

_RULE = re.compile(r"[A-Z][A-Z0-9]{2}\d{3}")


def run(args: argparse.Namespace) -> int:
    """Print what matches. Raises DescriptionError when nothing does."""
    if _RULE.fullmatch(args.cluster):
        return _explain_rule(args.cluster, as_json=args.format == "json")
    path = find_description(args.cluster)
    cluster = pipeline.resolve_cluster(load_file(path))
    files = pipeline.build_files(cluster, templates=args.templates or pipeline.templates_beside(path))
    found = list(_matching([file for file in files if isinstance(file, Document)], args.path))
    if not found:
        message = f"{args.cluster} has no setting at {args.path!r}"
        raise DescriptionError([Problem(message=message, hint="without a path, all settings are printed")])
    print(json.dumps([_row(*one) for one in found], indent=2) if args.format == "json" else _text(found))
    return 0


def _explain_rule(name: str, *, as_json: bool) -> int:
    from fabricgen.lint.own import told_rules  # noqa: PLC0415 - settings need no rules
    from fabricgen.lint.pages import text_of  # noqa: PLC0415 - the same
    from fabricgen.lint.selection import nearest_rule  # noqa: PLC0415 - the same

    rules = {rule.id: rule for rule in told_rules()}
    if name not in rules:
        from fabricgen.plugins.rules import installed_rules  # noqa: PLC0415 - most people ask for rules of ours

        rules.update({rule.id: rule for rule in installed_rules()})
    if name not in rules:
        hint = nearest_rule(name, list(rules))
        raise DescriptionError([Problem(message=f"there is no rule {name}", hint=hint)])
    rule = rules[name]
    told = {
        key: getattr(rule, key)
        for key in ("id", "severity", "title", "why", "source", "fix", "since", "until")
    }
    print(json.dumps(told, indent=2, ensure_ascii=False) if as_json else text_of(rule))
    return 0


def _matching(documents: list[Document], wanted: str) -> Iterator[tuple[Document, Setting]]:
    for document in documents:
        for setting in document.settings:
            if _matches(document, setting, wanted):
                yield document, setting


def _matches(document: Document, setting: Setting, wanted: str) -> bool:
    """Whether a setting is asked for: by file, or by a path at its root, or anywhere below `spec.values`."""
    file, path = str(document.path), format_path(setting.path)
    if not wanted or file == wanted or file.startswith(f"{wanted.rstrip('/')}/"):
        return True
    short = path.removeprefix("spec.values.")
    return any(one == wanted or one.startswith((f"{wanted}.", f"{wanted}[")) for one in (path, short))


def _row(document: Document, setting: Setting) -> dict[str, object]:
    return {
        "file": str(document.path),
        "object": document.label,
        "path": format_path(setting.path),
        "value": setting.value,
        "why": setting.why,
        "source": setting.source,
    }


def _text(found: list[tuple[Document, Setting]]) -> str:
    blocks: list[str] = []
    last = ""
    for document, setting in found:
        heading = f"{document.path}  {document.label}".rstrip()
        if heading != last:
            blocks.append(f"\n{heading}" if blocks else heading)
        last = heading
        value = json.dumps(setting.value, default=str, ensure_ascii=False)
        blocks.append(f"  {format_path(setting.path)}: {value}\n    {setting.why}\n    {setting.source}")
    return "\n".join(blocks)
