"""What a release checks before it publishes, and what it says.

`release.py check v1.2.3 dist`: the tag, the version of the code, the changelog and both files agree.
`release.py notes v1.2.3`: the changelog's section of this version, on stdout.
"""

import argparse
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def version_of_code() -> str:
    """Return the version of the code, from the only place where it is written."""
    text = (ROOT / "fabricgen" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'(?m)^__version__ = "([^"]+)"$', text)
    if found is None:
        sys.exit("fabricgen/__init__.py names no version")
    return found[1]


def notes_of(version: str) -> str:
    """Return the section of a version in the changelog, without its heading; empty if there is none."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(rf"(?ms)^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n(.*?)(?=^## |\Z)", text)
    return found[1].strip() if found else ""


def problems_of(version: str, folder: Path) -> Iterator[str]:
    """Yield everything that speaks against releasing the files in a folder as this version."""
    if version != (ours := version_of_code()):
        yield f"the tag says {version}, fabricgen/__init__.py {ours}"
    if not notes_of(version):
        yield f"CHANGELOG.md has no section '## [{version}] - <date>'"
    names = {f"fabricgen-{version}-py3-none-any.whl", f"fabricgen-{version}.tar.gz"}
    found = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    if names != found:
        yield f"{folder} holds {sorted(found)}, and should hold {sorted(names)}"
        return
    wheel, source = (folder / name for name in sorted(names))
    yield from _missing(wheel, zipfile.ZipFile(wheel).namelist(), ("fabricgen/py.typed",))
    with tarfile.open(source) as archive:
        top = f"fabricgen-{version}"
        yield from _missing(source, archive.getnames(), (f"{top}/CHANGELOG.md", f"{top}/tests/conftest.py"))


def _missing(archive: Path, inside: list[str], wanted: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{archive.name} lacks {one}" for one in wanted if one not in inside)


def main() -> None:
    """Check, or print the notes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("action", choices=("check", "notes"))
    arguments.add_argument("tag")
    arguments.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist")
    wanted = arguments.parse_args()
    version = wanted.tag.removeprefix("v")
    if wanted.action == "notes":
        print(notes_of(version))
        return
    if problems := list(problems_of(version, wanted.folder)):
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
