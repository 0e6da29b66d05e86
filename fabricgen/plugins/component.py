"""What a package writes to add documents: a Component, and the model of its options.

Named by an entry point in the group `fabricgen.components`; `adding` makes it part of a cluster.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from fabricgen.cluster import Cluster
from fabricgen.description.fields import Model
from fabricgen.documents.document import Draft


class Options(Model):
    """What a description may say of a component: a pydantic model, keys in camelCase, unknown ones refused.

    Without fields of its own it takes none. Values are refused with the line of the description.

    Example:
        >>> class QuotaOptions(fabricgen.Options):
        ...     most_pods: int = 10
        >>> QuotaOptions.model_validate({"mostPods": 20}).most_pods
        20
    """


O = TypeVar("O", bound=Options)  # noqa: E741 - options


@dataclass(frozen=True, slots=True, kw_only=True)
class Component(Generic[O]):
    """Documents that a package adds to the tree of a cluster, as a layer of its own.

    An entry point in the group `fabricgen.components` names an object of this class; a description switches it on under
    `components`. Everything stands in `infrastructure/<name>/` and is applied by one Flux Kustomization.

    Attributes:
        drafts: gives the files, from the resolved cluster and the options; no clock, no network, no randomness.
        options: the model that reads what the description says.
        why: what it is for, one sentence; it stands above the layer's path and in the README.
        after: layers of fabricgen's, or other components, that must be ready before.
        waits: why it waits for them.
        keep: why its objects must stay when they are taken out of git; empty if they are to go.
        minutes: how long it may take until it is ready.
        templates: a folder with templates; a user's own templates and fabricgen's come before.

    Example:
        >>> def drafts(cluster, options):
        ...     why, source = "people ask which cluster this is", "https://example.org"
        ...     says = fabricgen.Setting(path=("data", "name"), value=cluster.name, why=why, source=source)
        ...     base = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "about", "namespace": "default"}}
        ...     part = fabricgen.Part(base=base, settings=(says,))
        ...     yield fabricgen.Draft(path="infrastructure/about/about.yaml", parts=(part,))
        >>> fabricgen.Component(drafts=drafts, options=fabricgen.Options, why="says its name").after
        ('cilium',)
    """

    drafts: Callable[[Cluster, O], Iterable[Draft]]
    options: type[O]
    why: str
    after: tuple[str, ...] = ("cilium",)
    waits: str = "its pods need a network"
    keep: str = ""
    minutes: int = 5
    templates: Path | None = None
