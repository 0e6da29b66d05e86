"""Talos documents by upstream's schemas, and the same asked of Talos' own machinery."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pulled_talos import read_schemas
from talos_cases import REFUSED, TAKEN

from fabricgen.validation.machine.opinion import Opinion
from fabricgen.validation.machine.talos import talos_opinion
from fabricgen.validation.machine.talos_moved import MOVED_FIELDS
from fabricgen.validation.machine.talos_schema import TalosSchema
from fabricgen.yamlio import read_value

pytestmark = pytest.mark.schemas

KUBERNETES = {9: "1.32.0", 11: "1.33.4", 12: "1.34.1", 13: "1.35.2", 14: "1.36.0"}
GOOD = [(name, minor) for name, (_, minors) in TAKEN.items() for minor in minors]
BAD = [(name, minor) for name, (_, minors, _) in REFUSED.items() for minor in minors]


@pytest.fixture(scope="module")
def schemas(schemas_dir: Path) -> dict[int, TalosSchema]:
    return {schema.minor[1]: schema for schema in read_schemas(schemas_dir)}


def _judge(text: str, schema: TalosSchema) -> Opinion:
    return talos_opinion(read_value(text), schemas=[schema], wanted=schema.minor, template=False)


def _errors(opinion: Opinion) -> list[str]:
    return [str(one.problem) for one in opinion.told if one.severity == "error"]


def _told(opinion: Opinion) -> list[tuple[str, str]]:
    return [(one.severity, str(one.problem)) for one in opinion.told]


def _ask(machinery: Callable[..., Any], text: str, minor: int) -> dict[str, Any]:
    request = {
        "cluster": "test",
        "endpoint": "https://10.4.0.9:6443",
        "kubernetes": KUBERNETES[minor],
        "contract": f"v1.{minor}",
        "role": "controlplane",
        "mode": "metal",
        "patches": [text],
    }
    answer: dict[str, Any] = machinery(request, minor=f"1.{minor}")
    return answer


def _holding(path: tuple[str, ...]) -> Any:
    """A config with nothing but null at `path`; interfaces and VLANs stand in lists."""
    if not path:
        return None
    inner = _holding(path[1:])
    return {path[0]: [inner] if path[0] in {"interfaces", "vlans"} and inner else inner}


def _without_numbers(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return tuple(part for part in path if isinstance(part, str))


@pytest.mark.parametrize(("name", "minor"), GOOD)
def test_what_talos_takes_is_valid(name: str, minor: int, schemas: dict[int, TalosSchema]) -> None:
    assert _errors(_judge(TAKEN[name][0], schemas[minor])) == []


@pytest.mark.parametrize(("name", "minor"), BAD)
def test_what_talos_refuses_is_told_with_its_place(
    name: str, minor: int, schemas: dict[int, TalosSchema]
) -> None:
    text, _, expected = REFUSED[name]

    found = _errors(_judge(text, schemas[minor]))

    assert expected in " ".join(found)


@pytest.mark.tools
@pytest.mark.parametrize(("name", "minor"), GOOD)
def test_talos_itself_takes_it(name: str, minor: int, talos_machinery: Callable[..., Any]) -> None:
    answer = _ask(talos_machinery, TAKEN[name][0], minor)

    assert answer["ok"], answer["error"]


@pytest.mark.tools
@pytest.mark.parametrize(("name", "minor"), BAD)
def test_talos_itself_refuses_it(name: str, minor: int, talos_machinery: Callable[..., Any]) -> None:
    assert not _ask(talos_machinery, REFUSED[name][0], minor)["ok"]


@pytest.mark.parametrize("path", MOVED_FIELDS)
@pytest.mark.parametrize("minors", [(14,), (13, 14), (9, 10, 11, 12, 13, 14)])
def test_an_older_field_is_told_and_taken_whatever_is_pulled(
    path: tuple[str, ...], minors: tuple[int, ...], schemas_dir: Path
) -> None:
    newest = read_schemas(schemas_dir, minors=minors)[0]

    opinion = talos_opinion(_holding(path), schemas=[newest], wanted=newest.minor, template=False)

    assert _errors(opinion) == []
    assert any(_without_numbers(one.problem.path) == path for one in opinion.told)


def test_what_stands_below_an_older_field_is_judged_by_the_schema_that_had_it(schemas_dir: Path) -> None:
    newest = read_schemas(schemas_dir, minors=(13, 14))[0]

    found = _errors(_judge("cluster: {network: {cni: {name: none}, podSubnet: [10.0.0.0/8]}}", newest))

    assert found == ["cluster.network.podSubnet: unknown field; did you mean podSubnets?"]


def test_every_field_that_a_later_schema_lost_is_in_the_table(schemas_dir: Path) -> None:
    lost = {path for schema in read_schemas(schemas_dir) for path in schema.older_fields}
    containers = {("machine", "network")}

    assert lost - containers <= set(MOVED_FIELDS)


@pytest.mark.parametrize(
    ("text", "minor", "expected"),
    [
        (
            "machine: {network: {hostname: a}}",
            12,
            (
                "warning",
                (
                    "machine.network.hostname: older form: since Talos 1.12 this is HostnameConfig; "
                    "a config that 1.12 or later generated refuses it"
                ),
            ),
        ),
        (
            "machine: {sysctls: {a: b}}",
            14,
            ("info", "machine.sysctls: older form: since Talos 1.14 this is SysctlConfig"),
        ),
        (
            "persist: true",
            9,
            ("info", "persist: older form: since Talos 1.9 it does nothing: Talos always keeps its config"),
        ),
    ],
)
def test_an_older_field_is_told_with_its_successor_and_whether_talos_refuses_both(
    text: str, minor: int, expected: tuple[str, str], schemas: dict[int, TalosSchema]
) -> None:
    assert _told(_judge(text, schemas[minor])) == [expected]


def test_a_list_is_told_of_once_not_item_by_item(schemas: dict[int, TalosSchema]) -> None:
    found = _told(_judge("machine: {network: {nameservers: [10.0.0.1, 10.0.0.2]}}", schemas[13]))

    assert [message.partition(":")[0] for _, message in found] == ["machine.network.nameservers"]


def test_of_several_minors_the_newest_with_fewest_problems_counts(schemas_dir: Path) -> None:
    every = read_schemas(schemas_dir)
    legacy = read_value("machine: {network: {hostname: a}}\ncluster: {proxy: {disabled: true}}")

    assert talos_opinion(legacy, schemas=every, wanted=None, template=False).told == ()


def test_a_patch_written_for_talhelper_may_double_the_dollar_sign(schemas: dict[int, TalosSchema]) -> None:
    text = "cluster: {apiServer: {admissionControl: {$$patch: delete}}}"

    assert _errors(_judge(text, schemas[12])) == []


def test_a_value_that_is_filled_in_later_is_no_fault(schemas: dict[int, TalosSchema]) -> None:
    assert _errors(_judge("machine: {features: {kubePrism: {port: '${PORT}'}}}", schemas[12])) == []


def test_the_whole_config_cannot_be_taken_away(schemas: dict[int, TalosSchema]) -> None:
    assert _errors(_judge("machine: {type: worker}\n$patch: delete", schemas[12])) == [
        "$patch: the whole v1alpha1 config cannot be taken away"
    ]


def test_an_item_is_taken_away_by_its_first_key(schemas: dict[int, TalosSchema]) -> None:
    text = "machine: {network: {interfaces: [{$patch: delete}, {interface: eth0, $patch: delete}]}}"

    found = _errors(_judge(text, schemas[11]))

    assert [one.partition(":")[0] for one in found] == ["machine.network.interfaces[0].$patch"]
