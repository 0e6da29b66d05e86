"""A cluster's folder for the tests of the tree: render into it, and look at what is there."""

from pathlib import Path, PurePosixPath

from fabricgen.tree import RECORD_NAME, Plan, plan_tree, write_plan

README = PurePosixPath("README.md")
RELEASE = PurePosixPath("infrastructure/cilium/release.yaml")
TEXTS = {"README.md": "# home\n", "infrastructure/cilium/release.yaml": "kind: HelmRelease\n"}


def plan(root: Path, texts: dict[str, str], *, force: bool = False) -> Plan:
    return plan_tree(root, {PurePosixPath(name): text for name, text in texts.items()}, force=force)


def render(root: Path, texts: dict[str, str], *, force: bool = False) -> Plan:
    done = plan(root, texts, force=force)
    write_plan(done)
    return done


def read_texts(root: Path) -> dict[str, str]:
    """Every file but the record, by its path."""
    places = (place for place in root.rglob("*") if place.is_file() and place != root / RECORD_NAME)
    return {place.relative_to(root).as_posix(): place.read_bytes().decode() for place in places}


def snapshot(folder: Path) -> dict[Path, tuple[int, int, bytes | None]]:
    """Mode, time and content of everything under `folder`; the times of folders and links are left out."""
    return {
        place: (place.lstat().st_mode, place.lstat().st_mtime_ns, place.read_bytes())
        if place.is_file()
        else (place.lstat().st_mode, 0, None)
        for place in folder.rglob("*")
    }
