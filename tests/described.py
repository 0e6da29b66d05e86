"""The descriptions that tests render as a whole: the five clusters, and the golden cases beside them."""

from functools import cache
from pathlib import Path

import fabricgen

ROOT = Path(__file__).resolve().parent.parent
GITOPS = ROOT / "gitops"
CLUSTERS = sorted((ROOT / "clusters").glob("*.yaml"))
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*/cluster.yaml"))
EVERY = [*CLUSTERS, *GOLDEN]


def _naming(part: str, paths: list[Path]) -> list[Path]:
    """Those that name a part; by their text, so that collecting tests renders nothing."""
    return [path for path in paths if f" {part}:\n" in path.read_text(encoding="utf-8")]


WITH_CILIUM = _naming("cilium", EVERY)
CLUSTERS_ON_TALOS = _naming("talos", CLUSTERS)
GOLDEN_ON_TALOS = _naming("talos", GOLDEN)


def title(path: Path) -> str:
    """The name of the cluster, as its test is called."""
    return path.parent.name if path.name == "cluster.yaml" else path.stem


@cache
def rendered_from(path: Path) -> fabricgen.Rendered:
    """Everything that the description's tree holds, in memory; each is rendered once."""
    return fabricgen.render_cluster(fabricgen.resolve_cluster(fabricgen.load_file(path)))
