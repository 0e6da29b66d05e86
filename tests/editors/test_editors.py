"""What an editor shows for a description: the real language server, over the committed schema."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from language_server import LanguageServer

ROOT = Path(__file__).resolve().parent.parent.parent
CLUSTERS = sorted((ROOT / "clusters").glob("*.yaml"))
LINE = "# yaml-language-server: $schema=../schema/description.schema.json\n"
GOOD = (ROOT / "clusters" / "talos-homelab.yaml").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "schema" / "description.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def editor(tool: Callable[[str], str]) -> Iterator[LanguageServer]:
    """A language server that has this repository open."""
    server = LanguageServer(program=tool("yaml-language-server"), folder=ROOT)
    yield server
    server.close()


def _line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def _offered(editor: LanguageServer, text: str) -> dict[str, str]:
    """Return what is offered at `¦`, with what is said of it."""
    answer = editor.at("completion", LINE + text)
    items: list[dict[str, Any]] = answer["items"]
    return {one["label"]: _text(one.get("documentation", "")) for one in items}


def _text(told: str | dict[str, str]) -> str:
    return told if isinstance(told, str) else told["value"]


def _hover(editor: LanguageServer, text: str) -> str:
    answer = editor.at("hover", LINE + text)
    return str(answer["contents"]["value"])


@pytest.mark.tools
@pytest.mark.parametrize("file", CLUSTERS, ids=lambda file: file.stem)
def test_nothing_is_wrong_with_a_good_description(file: Path, editor: LanguageServer) -> None:
    assert editor.open(file.read_text(encoding="utf-8")) == []


@pytest.mark.tools
@pytest.mark.parametrize("file", CLUSTERS, ids=lambda file: file.stem)
def test_the_first_line_names_the_schema(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith(LINE)


@pytest.mark.tools
@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("networks:", "netwroks:", "Property netwroks is not allowed."),
        ("    hubble:", "    hubbel:", "Property hubbel is not allowed."),
        (
            "role: control-plane",
            "role: contrl-plane",
            'Value is not accepted. Valid values: "control-plane", "worker".',
        ),
        ("name: talos-homelab", "name: [talos-homelab]", 'Incorrect type. Expected "string".'),
        ("  router: ", "  rooter: ", "Property rooter is not allowed."),
    ],
    ids=["a key", "a key deep inside", "a value", "a type", "a key of networks"],
)
def test_a_mistake_is_told_at_its_line(right: str, wrong: str, message: str, editor: LanguageServer) -> None:
    text = GOOD.replace(right, wrong, 1)

    told = editor.open(text)

    assert (_line_of(text, wrong), message) in told


@pytest.mark.tools
def test_a_key_that_is_needed_is_missed(editor: LanguageServer) -> None:
    told = editor.open(GOOD.replace("name: talos-homelab\n", "", 1))

    assert [message for _, message in told] == ['Missing property "name".']


@pytest.mark.tools
@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("name: home\n¦", "Description"),
        ("name: home\nnetworks:\n  ¦", "Networks"),
        ("name: home\nnodes:\n  - name: cp-1\n    ¦", "Node"),
        ("name: home\ncni:\n  cilium:\n    ¦", "Cilium"),
        ("name: home\ncni:\n  cilium:\n    encryption:\n      ¦", "Encryption"),
        ("name: home\ncni:\n  cilium:\n    l2:\n      ¦", "L2"),
        ("name: home\nflux:\n  ¦", "Flux"),
        ("name: home\nflux:\n  git:\n    ¦", "GitSource"),
        ("name: home\ndistribution:\n  talos:\n    ¦", "Talos"),
        ("name: home\ndistribution:\n  k3s:\n    ¦", "K3s"),
    ],
    ids=lambda text: None if "¦" in text else text,
)
def test_every_key_is_offered_with_what_it_is(text: str, model: str, editor: LanguageServer) -> None:
    fields = SCHEMA["properties"] if model == "Description" else SCHEMA["$defs"][model]["properties"]
    there = set(re.findall(r"(?m)^ *-? *(\w+):", text))

    offered = _offered(editor, text)

    wanted = {key: one["description"] for key, one in fields.items() if key not in there}
    assert {key: offered.get(key) for key in wanted} == wanted


@pytest.mark.tools
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("nodes:\n  - name: cp-1\n    role: ¦", {"control-plane", "worker"}),
        ("cni:\n  cilium:\n    routing:\n      mode: ¦", {"native", "tunnel"}),
        ("cni:\n  cilium:\n    kubeProxyReplacement: ¦", {"true", "false"}),
        ("flux:\n  install: ¦", {"operator", "cli"}),
    ],
    ids=["role", "mode", "switch", "install"],
)
def test_every_value_is_offered(text: str, values: set[str], editor: LanguageServer) -> None:
    assert values <= set(_offered(editor, text))


@pytest.mark.tools
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("na¦me: home\n", ("name",)),
        ("networks:\n  po¦ds: 10.244.0.0/16\n", ("networks", "Networks", "pods")),
        ("nodes:\n  - name: cp-1\n    ro¦le: worker\n", ("nodes", "Node", "role")),
        ("cni:\n  cilium:\n    kubeProxy¦Replacement: true\n", ("cni", "Cilium", "kubeProxyReplacement")),
        ("flux:\n  oper¦atorVersion: 0.58.1\n", ("flux", "Flux", "operatorVersion")),
    ],
    ids=lambda place: ".".join(place) if isinstance(place, tuple) else "",
)
def test_a_key_under_the_pointer_tells_what_it_is(
    text: str, place: tuple[str, ...], editor: LanguageServer
) -> None:
    *_, model, key = ("", *place)
    fields = SCHEMA["$defs"][model]["properties"] if model else SCHEMA["properties"]

    told = _hover(editor, text)

    assert fields[key]["description"] in told.replace("&nbsp;", " ")


def test_every_field_and_every_model_says_what_it_is() -> None:
    models = {"Description": SCHEMA, **SCHEMA["$defs"]}

    silent = [
        f"{name}.{key}"
        for name, model in models.items()
        for key, one in model.get("properties", {}).items()
        if not one.get("description")
    ]

    assert silent == []
    assert [
        name for name, model in models.items() if not model.get("description") and "properties" in model
    ] == []


def test_no_editor_is_told_to_write_null() -> None:
    fields = [
        one for model in (SCHEMA, *SCHEMA["$defs"].values()) for one in model.get("properties", {}).values()
    ]

    assert [one for one in fields if "default" in one and one["default"] is None] == []
    assert [one["title"] for one in fields if "title" in one] == []
