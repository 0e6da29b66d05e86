"""A secret in a description or a template stops every command, is named by its place, and is shown by no message."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fabricgen.cli import main

CLUSTERS = Path(__file__).parent.parent / "clusters"
TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3
PASSWORD = "hunter" + "22"
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write the description of homeops with one text replaced by another; a working folder of its own."""
    (tmp_path / "clusters").mkdir()
    monkeypatch.chdir(tmp_path)

    def replace(old: str, new: str) -> Path:
        text = (CLUSTERS / "homeops.yaml").read_text(encoding="utf-8")
        assert old in text
        path = Path("clusters/homeops.yaml")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return replace


def refuse(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says when it refuses; nothing is written, and neither secret is shown."""
    code = main(words)
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert TOKEN not in said.err
    assert PASSWORD not in said.err
    assert not Path("gitops").exists()
    return said.err


@pytest.mark.parametrize("command", ["render", "check"])
@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (f"{{hubble: {{relay: {{extraEnv: [{{name: A, value: {TOKEN}}}]}}}}}}", "a token of GitHub"),
        (f"{{hubble: {{adminPassword: {PASSWORD}}}}}", "a password, by the name of its key (SEC001)"),
    ],
)
def test_a_secret_among_the_users_own_values_is_told_by_its_line(
    write: Write, capsys: pytest.CaptureFixture[str], command: str, values: str, kind: str
) -> None:
    write("  cilium:\n", f"  cilium:\n    values: {values}\n")

    said = refuse([command], capsys)

    assert said.startswith("clusters/homeops.yaml:")
    assert f"holds {kind}, and this file is committed to git" in said


@pytest.mark.parametrize("command", ["render", "check"])
def test_a_secret_that_a_template_brings_in_is_told_by_the_file_it_would_be_in(
    write: Write, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    write("name:", "name:")
    template = Path("templates/infrastructure/cilium/namespace.yaml.j2")
    template.parent.mkdir(parents=True)
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: kube-system\n  annotations:\n    a: "
    template.write_text(f"{namespace}{TOKEN}\n")

    said = refuse([command], capsys)

    assert "homeops/" in said
    assert "holds a token of GitHub; Keep it out of git" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: homeops", f"name: {TOKEN}"),
        ("name: homeops", f"name: [{TOKEN}]"),
        ("name: homeops", f"name: homeops\ntoken: {PASSWORD}"),
        ("name: homeops", f"name: homeops\ngithubToken: {TOKEN}"),
        ("  cilium:\n", f"  cilium:\n    values: {TOKEN}\n"),
        ("  cilium:\n", f"  cilium:\n    version: {TOKEN}\n    password: {PASSWORD}\n"),
        ("name: homeops", f"name: homeops\nx: '{TOKEN}\n"),
        ("name: homeops", f"name: homeops\n{TOKEN}"),
        ("name: homeops", f"name: homeops\nkubernetes: [{{password: {PASSWORD}}}]"),
    ],
)
def test_no_message_about_a_bad_description_shows_a_secret_that_stands_in_it(
    write: Write, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    write(old, new)

    assert refuse(["render"], capsys).startswith("clusters/homeops.yaml:")


def test_a_value_that_is_no_secret_can_be_let_through_with_a_reason(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        "  cilium:\n",
        f"  cilium:\n    values: {{hubble: {{adminPassword: {PASSWORD}}}}}\n",
    )
    path = Path("clusters/homeops.yaml")
    text = path.read_text(encoding="utf-8")
    ignored = "ignore:\n  - {rule: SEC001, because: the demo's password is printed on its login page}\n"
    path.write_text(text + ignored, encoding="utf-8")

    main(["render"])

    assert "SEC001)" not in capsys.readouterr().err
