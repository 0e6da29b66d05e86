"""Writes docs/rules/: a page a rule, and the index of all. Run by `make generated`; pages of no rule are removed."""

from pathlib import Path

from fabricgen.lint.own import every_rule, told_rules
from fabricgen.lint.pages import index_of, page_of

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"


def pages() -> dict[str, str]:
    """Return the text of every page by its file's name."""
    told = {f"{rule.id}.md": page_of(rule) for rule in told_rules()}
    return {"README.md": index_of(every_rule()), **told}


def main() -> None:
    """Write what is wanted, remove what is not."""
    FOLDER.mkdir(exist_ok=True)
    wanted = pages()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    for file in FOLDER.glob("*.md"):
        if file.name not in wanted:
            file.unlink()


if __name__ == "__main__":
    main()
