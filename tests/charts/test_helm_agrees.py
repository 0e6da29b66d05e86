"""What we say of types and words of the chart's schema, against Helm itself on the charts.

Needs helm, and a folder of charts (cilium-1.20.0.tgz …) in FABRICGEN_CHARTS; skipped with the reason without.
"""

import json
import os
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fabricgen.charts import values_problems
from fabricgen.charts.table import keys_at, release_of

VERSIONS = ("1.16.0", "1.16.19", "1.17.18", "1.18.12", "1.19.6", "1.20.0")
ROUNDS = int(os.environ.get("FABRICGEN_HELM_ROUNDS", "20"))
SAMPLES: tuple[Any, ...] = (
    True,
    "true",
    1,
    "1",
    1.0,
    1.5,
    "text",
    "",
    None,
    [],
    ["a"],
    [1],
    [{"a": 1}],
    {},
    {"a": "b"},
)

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def charts() -> Path:
    """The folder of charts."""
    folder = Path(os.environ.get("FABRICGEN_CHARTS", "charts"))
    if not any(folder.glob("cilium-*.tgz")):
        pytest.skip("FABRICGEN_CHARTS names no folder with archives of the Cilium chart")
    return folder


def tries(version: str) -> Iterator[dict[str, Any]]:
    """Yield values of one key each: keys and values are picked by chance, the same ones in every run."""
    chance = random.Random(version)  # noqa: S311 — no secret hangs on it
    keys = sorted(
        path for path, key in keys_at(release_of(version)).items() if key.is_known and "\\" not in path
    )
    for path in chance.sample(keys, ROUNDS):
        value: Any = chance.choice(SAMPLES)
        for name in reversed(path.split(".")):
            value = {name: value}
        yield value


@pytest.mark.parametrize("version", VERSIONS)
def test_helm_refuses_just_what_we_call_a_wrong_type(
    version: str, charts: Path, tool: Callable[[str], str], tmp_path: Path
) -> None:
    chart = charts / f"cilium-{version}.tgz"
    cases = list(tries(version))

    helm = [refused(tool("helm"), chart, values, tmp_path / "values.json") for values in cases]

    assert [
        values
        for values, is_refused in zip(cases, helm, strict=True)
        if is_refused is not wrong(values, version)
    ] == []
    assert 0 < sum(helm) < len(cases)


def refused(helm: str, chart: Path, values: dict[str, Any], file: Path) -> bool:
    """Return whether Helm says that the values do not fit the schema; how rendering ends is its own matter."""
    file.write_text(json.dumps(values), encoding="utf-8")
    done = subprocess.run(
        [helm, "template", "cilium", str(chart), "--values", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    return "don't meet the specifications of the schema" in done.stderr


def wrong(values: dict[str, Any], version: str) -> bool:
    """Return whether we say so: words that the agent alone refuses have a source, those of the schema have none."""
    found = values_problems(values, chart="cilium", version=version)
    return any(one.rule == "HLM002" or (one.rule == "HLM003" and not one.source) for one in found)
