"""Every patch set through Talos' own machinery: loaded, applied to a generated config, validated strictly."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from talos_clusters import (
    CONTRACTS,
    EVERYTHING,
    KUBERNETES,
    NETWORK,
    SITUATIONS,
    V1ALPHA1,
    cluster,
    patches,
    request,
)

from fabricgen import yamlio

Machinery = Callable[..., Any]
BACKWARDS = ("node", "role", "all")


@pytest.mark.tools
@pytest.mark.parametrize("contract", CONTRACTS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_talos_takes_the_patches_without_a_warning(
    situation: str, contract: str, talos_machinery: Machinery
) -> None:
    home = cluster(contract, at=SITUATIONS[situation])
    requests = [request(home, node, patches(home, node)) for node in home.nodes]

    answers = talos_machinery(requests, minor=contract)

    assert [(answer["error"], answer["warnings"]) for answer in answers] == [("", [])] * len(home.nodes)


@pytest.mark.tools
@pytest.mark.parametrize("contract", [V1ALPHA1, NETWORK, KUBERNETES])
def test_no_item_stands_twice_in_a_list_of_the_merged_config(
    contract: str, talos_machinery: Machinery
) -> None:
    home = cluster(contract, at=EVERYTHING)
    requests = [request(home, node, patches(home, node)) for node in home.nodes]

    answers = talos_machinery(requests, minor=contract)

    assert [list(_repeated(_config(answer), ())) for answer in answers] == [[], []]


@pytest.mark.tools
@pytest.mark.parametrize("contract", [V1ALPHA1, NETWORK, KUBERNETES])
@pytest.mark.parametrize("situation", ["everything", "metallb"])
def test_the_order_of_the_layers_does_not_matter_as_talhelper_applies_them_the_other_way_round(
    situation: str, contract: str, talos_machinery: Machinery
) -> None:
    home = cluster(contract, at=SITUATIONS[situation])
    forwards = [request(home, node, patches(home, node)) for node in home.nodes]
    backwards = [request(home, node, patches(home, node, folders=BACKWARDS)) for node in home.nodes]

    answers = talos_machinery(forwards + backwards, minor=contract)
    configs = [_by_kind(answer) for answer in answers]

    assert configs[: len(forwards)] == configs[len(forwards) :]


def _config(answer: dict[str, Any]) -> list[Any]:
    return [one.value for one in yamlio.read_documents(answer["config"], source="config")]


def _by_kind(answer: dict[str, Any]) -> dict[tuple[str, str], Any]:
    # Keys and tokens differ from run to run only in what is blacked out; certificates are made anew for each request.
    documents = _config({"config": answer["config"]})
    return {
        (body.get("kind", ""), body.get("name", "")): body
        for body in documents
        if "CA" not in body.get("kind", "")
    }


def _repeated(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _repeated(item, (*path, key))
    elif isinstance(value, list):
        texts = [json.dumps(item, sort_keys=True) for item in value]
        yield from [(*path, text) for text in sorted(set(texts)) if texts.count(text) > 1]
        for item in value:
            yield from _repeated(item, path)
