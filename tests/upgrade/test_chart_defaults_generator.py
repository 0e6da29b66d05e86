"""The script that makes the table of the chart's defaults, on charts of our own."""

import json
import subprocess
import sys
from pathlib import Path

from described import ROOT

SCRIPT = ROOT / "scripts" / "generate_chart_defaults.py"


def _chart(folder: Path, version: str, values: dict[str, object]) -> None:
    chart = folder / f"cilium-{version}"
    chart.mkdir(parents=True)
    (chart / "Chart.yaml").write_text(f"name: cilium\nversion: {version}\n", encoding="utf-8")
    (chart / "values.yaml").write_text(json.dumps(values), encoding="utf-8")


def test_only_defaults_that_differ_between_releases_are_kept(tmp_path: Path) -> None:
    image = {"image": {"tag": "v1", "operatorDigest": "sha256:1", "pullPolicy": "Always"}}
    first = {"stays": 1, "changes": {"a.b": True}, "goes": [], **image}
    second = {"stays": 1, "changes": {"a.b": None}, "comes": "x" * 200, "image": {"tag": "v2"}}
    _chart(tmp_path, "1.19.7", first)
    _chart(tmp_path, "1.20.0", second)
    _chart(tmp_path, "1.21.0", {"stays": 2})
    table = tmp_path / "table.tsv"

    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path), "--output", str(table)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr == f"{table}: 2 charts\n"
    assert table.read_text(encoding="utf-8").splitlines()[1:] == [
        "1.19.7 1.20.0",
        "changes.a\\.b\t\t1.20.0\ttrue",
        "changes.a\\.b\t1.20.0\t\tnull",
        "comes\t1.20.0\t\t...202",
        "goes\t\t1.20.0\t[]",
        'image.pullPolicy\t\t1.20.0\t"Always"',
    ]


def test_our_table_knows_the_charts_that_the_table_of_keys_knows() -> None:
    ours = (ROOT / "fabricgen/upgrade/cilium_defaults.tsv").read_text(encoding="utf-8").splitlines()
    keys = (ROOT / "fabricgen/charts/cilium.tsv").read_text(encoding="utf-8").splitlines()

    assert ours[1] == keys[1]
