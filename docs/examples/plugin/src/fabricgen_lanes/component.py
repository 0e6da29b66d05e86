"""The component `lanes`: a namespace and a page that names the cluster and its nodes.

Pure: the same cluster and options give the same documents. No clock, no network, no randomness.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from fabricgen import Cluster, Component, Draft, Options, Part, Setting

_CONFIG_MAPS = "https://kubernetes.io/docs/concepts/configuration/configmap/"
_FOLDER = "infrastructure/lanes"


class LaneOptions(Options):
    """What a description may say: `components: {lanes: {namespace: welcome, greeting: Hello}}`."""

    namespace: str = Field(default="lanes", pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
    greeting: str = "Welcome"


def drafts(cluster: Cluster, options: LaneOptions) -> Iterator[Draft]:
    """Yield the namespace, then the page; the page has a template of its own, which gives it its shape."""
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": options.namespace}}
    yield Draft(path=f"{_FOLDER}/namespace.yaml", parts=(Part(base=namespace),))
    page = f"{_FOLDER}/page.yaml"
    yield Draft(path=page, template=f"{page}.j2", parts=(_page(cluster, options),))


def _page(cluster: Cluster, options: LaneOptions) -> Part:
    base = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "page", "namespace": options.namespace},
    }
    nodes = "".join(f"{node.name}\n" for node in cluster.nodes)
    return Part(
        base=base,
        settings=(
            Setting(
                path=("data", "title"),
                value=f"{options.greeting} to {cluster.name}",
                why="the first thing that people see",
                source=_CONFIG_MAPS,
            ),
            Setting(
                path=("data", "nodes"),
                value=nodes,
                why="the machines, sorted by address",
                source=_CONFIG_MAPS,
            ),
        ),
    )


lanes = Component(
    drafts=drafts,
    options=LaneOptions,
    why="a page that says which cluster this is",
    templates=Path(__file__).parent / "templates",
)
