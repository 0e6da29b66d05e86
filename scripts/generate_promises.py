"""Adds to tests/promises.json what is new among the names that others rely on. Run by `make generated`; it never removes.

What is in that file and no longer in fabricgen fails a test: removing a name is a decision, made by hand, as
docs/deprecation.md tells.
"""

import json
from pathlib import Path
from typing import Final

import fabricgen
from fabricgen import errors
from fabricgen.commands.parser import COMMANDS
from fabricgen.description.schema import description_schema
from fabricgen.finding import Finding
from fabricgen.lint.own import told_rules

FILE: Final = Path(__file__).resolve().parent.parent / "tests" / "promises.json"


def promises() -> dict[str, list[str]]:
    """Return every name that others rely on, sorted, by what it is a name of."""
    schema = description_schema()
    models = {"Description": schema, **schema["$defs"]}
    keys = (f"{name}.{key}" for name, model in models.items() for key in model.get("properties", ()))
    raised = (one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception))
    found = {
        "python": fabricgen.__all__,
        "commands": COMMANDS,
        "keys of descriptions": keys,
        "keys of findings": Finding.__dataclass_fields__,
        "rules": (rule.id for rule in told_rules()),
        "exit codes": (f"{one.__name__} {one.exit_code}" for one in raised if hasattr(one, "exit_code")),
    }
    return {kind: sorted(names) for kind, names in found.items()}


def main() -> None:
    """Write the file with what is new added."""
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    wanted = {kind: sorted({*names, *known.get(kind, ())}) for kind, names in promises().items()}
    FILE.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
