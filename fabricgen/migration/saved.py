"""What `kubectl get -o yaml` and `talosctl get machineconfig -o yaml` printed -> the state of the running cluster.

Fed by the files of `saving`; feeds `plan`. Lists are taken apart, Talos' wrapper is taken off, and what a server adds
(status, managedFields) is read where it tells something. Machine configs hold secrets: nothing of them gets into a
message or a plan but the facts of `state`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from fabricgen.errors import Problem, ProblemsError
from fabricgen.fabric import Fabric
from fabricgen.migration.live import with_live_facts
from fabricgen.migration.of_fabric import state_of_fabric
from fabricgen.migration.state import State
from fabricgen.repository import ClusterItems, Item, Repository
from fabricgen.repository.document import SourceDocument
from fabricgen.yamlio import YamlSyntaxError, read_value, split_documents

_WRAPPED: Final = "MachineConfigs.config.talos.dev"
_ADDED_BY_SERVERS: Final = frozenset({"managedFields", "resourceVersion", "uid"})


def is_saved(body: object) -> bool:
    """Tell whether a document is what a server printed, rather than what somebody wrote."""
    if not isinstance(body, Mapping):
        return False
    metadata = body.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    is_list = body.get("kind") == "List" and isinstance(body.get("items"), list)
    return is_list or metadata.get("type") == _WRAPPED or bool(_ADDED_BY_SERVERS & metadata.keys())


def state_of_saved(repository: Repository, *, told_by: str) -> State:
    """Return the state that saved files tell.

    Raises:
        ProblemsError: a file is no YAML; the message does not repeat what stands there.
    """
    if repository.unreadable:
        raise ProblemsError(
            Problem(
                message="this is not YAML as kubectl or talosctl print it",
                file=one.file,
                line=one.line,
                hint="save it again as `fabricgen plan --how-to-save` says",
            )
            for one in repository.unreadable
        )
    items = tuple(item for document in repository.documents for item in _unpacked(document))
    fabric = Fabric(cluster=ClusterItems(name="", roots=(), items=items, repository=repository))
    return with_live_facts(state_of_fabric(fabric, told_by=told_by), fabric)


def _unpacked(document: SourceDocument) -> Iterator[Item]:
    body = document.body
    if not isinstance(body, Mapping):
        return
    metadata = body.get("metadata")
    if body.get("kind") == "List" and isinstance(body.get("items"), list):
        for one in body["items"]:
            if isinstance(one, Mapping):
                yield _item(document, one)
    elif isinstance(metadata, Mapping) and metadata.get("type") == _WRAPPED:
        yield from _configs(document, body)
    else:
        yield _item(document, body)


def _item(document: SourceDocument, body: Mapping[str, Any], *, file: str = "") -> Item:
    # The text is left out: it is searched for words elsewhere, and it may hold secrets.
    return Item(origin=replace(document, file=file or document.file, text="", body=body), body=body)


def _configs(document: SourceDocument, body: Mapping[str, Any]) -> Iterator[Item]:
    """Yield the documents of a machine config: `spec` is one text of them all, in old versions a mapping.

    Source: <https://docs.siderolabs.com/talos/v1.13/configure-your-talos-cluster/system-configuration/editing-machine-configuration>.
    """
    spec = body.get("spec")
    node = str(body.get("node") or document.index)
    for one in _values(document, spec) if isinstance(spec, str) else [spec]:
        if isinstance(one, Mapping):
            yield _item(document, one, file=f"talos/node/{node}/machineconfig.yaml")


def _values(document: SourceDocument, text: str) -> list[Any]:
    try:
        return [read_value(chunk.text) for chunk in split_documents(text)]
    except YamlSyntaxError:
        message = "the machine config in `spec` is not YAML"
        raise ProblemsError(
            [
                Problem(
                    message=message,
                    file=document.file,
                    line=document.line,
                    hint="save it again as `fabricgen plan --how-to-save` says",
                )
            ]
        ) from None
