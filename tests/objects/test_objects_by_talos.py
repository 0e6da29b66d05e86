"""Talos itself on our models: it takes what they build, and refuses what `talos_contract` calls moved."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from changed import GONE, changed
from talos_document_examples import KUBERNETES, NETWORK
from talos_patch_examples import EVERYTHING, PATCHES

from fabricgen.objects.model import Model
from fabricgen.objects.talos_contract import MOVED

pytestmark = pytest.mark.tools

Machinery = Callable[..., Any]
KUBERNETES_OF = {11: "1.33.4", 12: "1.34.1", 13: "1.35.2", 14: "1.36.0"}


def _request(patch: str, minor: int) -> dict[str, Any]:
    return {
        "cluster": "test",
        "endpoint": "https://10.4.0.9:6443",
        "kubernetes": KUBERNETES_OF[minor],
        "contract": f"v1.{minor}",
        "role": "controlplane",
        "mode": "metal",
        "patches": [patch],
    }


def _errors(machinery: Machinery, patches: Mapping[str, str], minor: int) -> dict[str, str]:
    """What Talos 1.`minor` says of each patch alone; nothing of those that it takes."""
    answers = machinery([_request(patch, minor) for patch in patches.values()], minor=f"1.{minor}")
    return {name: answer["error"] for name, answer in zip(patches, answers, strict=True) if not answer["ok"]}


def _moved(minor: int) -> dict[str, str]:
    """For each part that moved with the contract 1.`minor`, a patch of it alone, without what moved earlier."""
    body = EVERYTHING.to_body()
    for path, (since, _) in MOVED.items():
        if since < (1, minor):
            body = changed(body, ".".join(path), GONE)
    return {".".join(path): _alone(body, path) for path, (since, _) in MOVED.items() if since == (1, minor)}


def _alone(body: Any, path: tuple[str, ...]) -> str:
    for key in path:
        body = body[key]
    for key in reversed(path):
        body = {key: body}
    return yaml.safe_dump(body)


def _texts(examples: Mapping[str, Model]) -> dict[str, str]:
    return {name: example.to_yaml() for name, example in examples.items()}


@pytest.mark.parametrize("minor", [12, 13, 14])
def test_talos_takes_every_network_document(minor: int, talos_machinery: Machinery) -> None:
    assert _errors(talos_machinery, _texts(NETWORK), minor) == {}


def test_talos_takes_every_kubernetes_document(talos_machinery: Machinery) -> None:
    assert _errors(talos_machinery, _texts(KUBERNETES), 14) == {}


@pytest.mark.parametrize("name", PATCHES)
def test_talos_takes_every_patch_of_its_contract(name: str, talos_machinery: Machinery) -> None:
    patch, minor = PATCHES[name]

    assert _errors(talos_machinery, {name: patch.to_yaml()}, minor) == {}


@pytest.mark.parametrize("minor", [12, 14])
def test_talos_refuses_each_part_that_moved_with_a_contract(minor: int, talos_machinery: Machinery) -> None:
    moved = _moved(minor)

    assert set(_errors(talos_machinery, moved, minor)) == set(moved)


@pytest.mark.parametrize(("minor", "before"), [(12, 11), (14, 13)])
def test_talos_takes_each_part_that_moved_under_the_contract_before(
    minor: int, before: int, talos_machinery: Machinery
) -> None:
    assert _errors(talos_machinery, _moved(minor), before) == {}
