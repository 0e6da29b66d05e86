"""Writes fabricgen/charts/cilium.tsv: which key the Cilium chart has in which version, and of what type.

It takes charts from a folder, or with --download from upstream's repository: archives (cilium-1.20.2.tgz) and
folders with a Chart.yaml. Only facts go into the table: names, types, allowed words, versions.
"""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin
from urllib.request import urlopen

import yaml
from chart_reader.chart import Chart, Keys, keys_of, read_chart
from chart_reader.table import table_of
from semver import Version

REPOSITORY: Final = "https://helm.cilium.io/"
TABLE: Final = Path(__file__).resolve().parent.parent / "fabricgen" / "charts" / "cilium.tsv"
OLDEST: Final = Version(1, 16, 0)
NEWEST: Final = Version(1, 20, 999)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the table; return 0."""
    arguments = _arguments(argv)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.download:
            for name, content in _downloads(arguments.repository):
                (Path(folder) / name).write_bytes(content)
        places = sorted(_places(Path(arguments.charts or folder)))
        with ProcessPoolExecutor() as pool:
            charts = {version: keys for version, keys in pool.map(_keys, places) if _is_wanted(version)}
    arguments.output.write_text(table_of(charts, address=REPOSITORY), encoding="utf-8")
    print(f"{arguments.output}: {len(charts)} charts", file=sys.stderr)
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("charts", nargs="?", metavar="CHARTS_DIR", help="a folder of charts")
    source.add_argument("--download", action="store_true", help="take the charts from upstream")
    parser.add_argument(
        "--repository", default=REPOSITORY, help="where --download finds index.yaml (%(default)s)"
    )
    parser.add_argument("--output", type=Path, default=TABLE, help="the table (%(default)s)")
    return parser.parse_args(argv)


def _is_wanted(version: Version) -> bool:
    return OLDEST <= version <= NEWEST and version.prerelease is None


def _places(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.tgz")
    yield from (chart.parent for chart in folder.glob("*/Chart.yaml"))


def _keys(place: Path) -> tuple[Version, Keys]:
    chart: Chart = read_chart(place)
    return chart.version, keys_of(chart) if _is_wanted(chart.version) else {}


def _downloads(repository: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each archive; what is not what the index promises stops the run."""
    index: dict[str, Any] = yaml.load(_fetch(urljoin(repository, "index.yaml")), Loader=yaml.CSafeLoader)
    for entry in index["entries"]["cilium"]:
        if _is_wanted(Version.parse(entry["version"])):
            content = _fetch(urljoin(repository, entry["urls"][0]))
            if hashlib.sha256(content).hexdigest() != entry["digest"]:
                raise SystemExit(f"{entry['urls'][0]} is not what {repository} promises")
            yield f"cilium-{entry['version']}.tgz", content


def _fetch(address: str) -> bytes:
    with urlopen(address, timeout=60) as answer:  # noqa: S310 — https by default; a test gives a loopback address
        content: bytes = answer.read()
        return content


if __name__ == "__main__":
    raise SystemExit(main())
