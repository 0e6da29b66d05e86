"""Renders a cluster in memory and asks why a value is there. Nothing is written.

Run it with a description: `python docs/examples/render_in_memory.py clusters/goldentooth.yaml`.
"""

import sys
from pathlib import Path

import fabricgen


def main(path: Path) -> None:
    """Print what the tree of a description holds, and the reasons for what Cilium is told."""
    cluster = fabricgen.resolve_cluster(fabricgen.load_file(path))
    rendered = fabricgen.render_cluster(cluster)
    print(f"{cluster.name}: {len(cluster.nodes)} nodes, {len(rendered.texts)} files")

    for file in rendered.files:
        if isinstance(file, fabricgen.Document) and file.label == "HelmRelease kube-system/cilium":
            for setting in file.settings[:5]:
                print(f"{setting.path[-1]}: {setting.value!r}, since {setting.why}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
