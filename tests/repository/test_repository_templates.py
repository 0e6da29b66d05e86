"""Templates of machine configs: what holds of them for a role, and which ones cannot be read soundly."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fabricgen.repository.templates import TemplateError, fill_template, find_templates, rendered_name
from fabricgen.yamlio import read_value


def filled(text: str, *, control_plane: bool = True) -> Any:
    return read_value(fill_template(text, control_plane=control_plane).text)


CONDITIONS = """\
a: 1
{% if CONDITION %}
b: 2
{% else %}
c: 3
{% endif %}
d: 4
"""


@pytest.mark.parametrize(
    "condition",
    [
        "ENV.IS_CONTROLPLANE",
        "ENV.CONTROLPLANE == 'true'",
        "ENV.MACHINE_TYPE == 'controlplane'",
        'machinetype != "worker"',
        "not role == 'worker'",
        "node.controller",
    ],
)
def test_a_condition_on_the_role_is_decided(condition: str) -> None:
    text = CONDITIONS.replace("CONDITION", condition)

    assert filled(text, control_plane=True) == {"a": 1, "b": 2, "d": 4}
    assert filled(text, control_plane=False) == {"a": 1, "c": 3, "d": 4}
    assert fill_template(text, control_plane=True).by_role


@pytest.mark.parametrize(
    "condition", ["ENV.GPU", "node.name == 'node-1'", "IS_CONTROLPLANE and GPU", "x is defined"]
)
def test_of_a_condition_on_something_else_neither_branch_counts(condition: str) -> None:
    found = fill_template(CONDITIONS.replace("CONDITION", condition), control_plane=True)

    assert read_value(found.text) == {"a": 1, "d": 4}
    assert not found.by_role


def test_a_role_after_an_open_condition_stays_open() -> None:
    text = "a: 1\n{% if x %}\nb: 2\n{% elif ENV.IS_CONTROLPLANE %}\nc: 3\n{% endif %}\n"

    assert filled(text) == {"a": 1}


def test_lines_keep_their_numbers() -> None:
    text = "{# two\nlines #}\n{% set x = 1 %}\na:\n  {% if x %}\n  b: 1\n  {% endif %}\n  c: {{ x }}\n"

    assert fill_template(text, control_plane=True).text.split("\n")[7] == '  c: "${x}"'


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("{{ ENV.VERSION }}", "${ENV_VERSION}"),
        ("registry.example.org/app:{{ ENV.VERSION }}", "registry.example.org/app:${ENV_VERSION}"),
        ('"{{ a | upper }}"', "${a_upper}"),
        ("[{{ a }}, b]", ["${a}", "b"]),
        ("{{ 'm' if ENV.MACHINE_TYPE == 'controlplane' else 'w' }}", "m"),
        ("{{ 'm' if ENV.ZONE == 'a' else 'w' }}", "${m_if_ENV_ZONE_a_else_w}"),
        ("{{ ENV.MACHINE_TYPE }}", "controlplane"),
        ("{% if x %}1{% else %}2{% endif %}", "${a_condition}"),
    ],
)
def test_an_expression_is_a_value_that_nobody_knows_unless_it_is_told(line: str, value: object) -> None:
    assert filled(f"key: {line}\n") == {"key": value}


def test_a_name_that_is_set_once_to_a_text_is_known() -> None:
    assert filled('{% set vip = "10.0.0.5" %}\nkey: {{ vip }}\n') == {"key": "10.0.0.5"}


def test_a_name_that_is_set_twice_is_not() -> None:
    assert filled('{% set a = "1" %}\n{% set a = "2" %}\nkey: {{ a }}\n') == {"key": "${a}"}


def test_loops_say_nothing() -> None:
    assert filled("a: 1\n{% for one in nodes %}\nb: {{ one }}\n{% endfor %}\nc: 3\n") == {"a": 1, "c": 3}


def test_templates_of_go() -> None:
    text = 'a: 1\n{{- if eq .Node.Role "control-plane" }}\nb: {{ .Node.IP }}\n{{- end }}\n{{ range .Data }}\nc: 1\n{{ end }}\n'

    assert filled(text, control_plane=True) == {"a": 1, "b": "${Node_IP}"}
    assert filled(text, control_plane=False) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{% if x %}\nmachine:\n{% else %}\ncluster:\n{% endif %}\n  a: 1\n", 6),
        ("{% if x %}\nlist:\n{% endif %}\n- a\n", 4),
        ("{% if x %}\n---\nkind: A\n{% endif %}\nname: b\n", 5),
        ("{% raw %}\na: 1\n{% endraw %}\n", 1),
        ("a: 1\n{% if x %}\nb: 2\n", 4),
        ("a: 1\n{% endif %}\n", 2),
        ("a: {{ x |\n  upper }}\n", 1),
        ("a:\n{% if ENV.IS_CONTROLPLANE -%}\n  b: 1\n{% endif %}\n", 3),
    ],
)
def test_what_could_mean_something_else_is_not_read(text: str, line: int) -> None:
    with pytest.raises(TemplateError) as caught:
        fill_template(text, control_plane=True)

    assert caught.value.line == line


def _write(root: Path, files: Sequence[str]) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("a: 1\n", encoding="utf-8")


def test_templates_are_found_in_folders_for_machines(tmp_path: Path) -> None:
    files = (
        "talos/machineconfig.yaml.j2",
        "talos/nodes/node-1.yml.tpl",
        "talos/templates/a.yaml.j2",
        "talos/notes.md.j2",
        "apps/values.yaml.j2",
        "archive/talos/old.yaml.j2",
    )
    _write(tmp_path, files)

    assert list(find_templates(tmp_path)) == list(files[:2])
    assert not find_templates(tmp_path, is_excluded=lambda file: file.startswith("talos/"))


def test_what_comes_of_a_template_is_called_after_it() -> None:
    assert rendered_name("talos/nodes/10.0.0.11.yaml.j2") == "talos/nodes/10.0.0.11.yaml"
    assert rendered_name("talos/nodes/10.0.0.11.yaml") == "talos/nodes/10.0.0.11.yaml"
