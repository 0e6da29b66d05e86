"""Templates: the user's before ours, sandboxed, and every mistake with its file and line."""

from pathlib import Path

import pytest

from fabricgen.errors import TemplateError
from fabricgen.template_folders import find_root
from fabricgen.templates import Templates

NAME = "flux/layer.yaml.j2"


def _own(folder: Path, text: str, name: str = NAME) -> Templates:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Templates(folder)


def _problem(error: TemplateError) -> str:
    (problem,) = error.problems
    return str(problem)


def test_our_templates_are_found_in_a_checkout() -> None:
    assert (find_root() / NAME).is_file()


def test_a_template_of_the_users_replaces_ours_of_the_same_name(tmp_path: Path) -> None:
    templates = _own(tmp_path, "own: {{ cluster }}\n")

    assert templates.render(NAME, {"cluster": "home"}) == "own: home\n"


def test_templates_that_the_user_does_not_have_are_ours(tmp_path: Path) -> None:
    templates = _own(tmp_path, "own: true\n")

    assert templates.render(
        "kustomization.yaml.j2", {"part": {"apiVersion": "v1", "kind": "K", "resources": []}}
    )


def test_a_template_that_mirrors_the_output_path_wins_over_the_familys(tmp_path: Path) -> None:
    templates = _own(tmp_path, "exact: true\n", name="flux/cilium.yaml.j2")

    assert templates.name_for("flux/cilium.yaml", default=NAME) == "flux/cilium.yaml.j2"
    assert templates.name_for("flux/gateway.yaml", default=NAME) == NAME


def test_a_name_that_is_not_there_is_reported_with_file_and_line(tmp_path: Path) -> None:
    templates = _own(tmp_path, "one: 1\ntwo: {{ clutser.name }}\n")

    with pytest.raises(TemplateError) as caught:
        templates.render(NAME, {"cluster": "home"})

    assert _problem(caught.value).startswith(f"{tmp_path / NAME}:2: ")
    assert "'clutser' is undefined" in _problem(caught.value)


def test_wrong_syntax_is_reported_with_file_and_line(tmp_path: Path) -> None:
    templates = _own(tmp_path, "one: 1\n{% for %}\n")

    with pytest.raises(TemplateError) as caught:
        templates.render(NAME, {})

    assert _problem(caught.value).startswith(f"{tmp_path / NAME}:2: ")


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cluster.__init__.__globals__ }}",
        "{{ names.append(1) }}",
        "{% include '/etc/passwd' %}",
        "{% include '../secret' %}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(tmp_path: Path, attack: str) -> None:
    templates = _own(tmp_path, attack)

    with pytest.raises(TemplateError):
        templates.render(NAME, {"cluster": Path(), "names": []})


@pytest.mark.parametrize(
    "fault",
    ["{{ 1 / 0 }}", "{{ 'a' + 1 }}", "{{ [1][5].x }}", "{{ nothing | to_yaml }}"],
)
def test_any_fault_of_a_template_is_an_error_for_people(tmp_path: Path, fault: str) -> None:
    templates = _own(tmp_path, fault)

    with pytest.raises(TemplateError) as caught:
        templates.render(NAME, {})

    assert str(tmp_path / NAME) in _problem(caught.value)


def test_values_go_in_so_that_yaml_cannot_take_them_for_something_else(tmp_path: Path) -> None:
    templates = _own(tmp_path, "value: {{ value | to_yaml }}\n")

    assert templates.render(NAME, {"value": "no"}) == 'value: "no"\n'


def test_a_folder_of_templates_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="does not exist; name a folder with templates"):
        Templates(tmp_path / "nothing")


def test_a_file_in_place_of_a_folder_of_templates_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(TemplateError, match="is no folder"):
        Templates(tmp_path / "file")


def test_a_template_that_is_not_utf_8_is_said(tmp_path: Path) -> None:
    templates = _own(tmp_path, "")
    (tmp_path / NAME).write_bytes(b"caf\xe9")

    with pytest.raises(TemplateError) as caught:
        templates.render(NAME, {})

    assert _problem(caught.value) == f"{tmp_path / NAME}: is not UTF-8; save it as UTF-8"
