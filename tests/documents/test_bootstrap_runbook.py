"""The runbook of every cluster: what each step prints, how to check it, what to do when it fails; and its shell."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described import CLUSTERS, EVERY, WITH_CILIUM, rendered_from, title

from fabricgen import yamlio
from fabricgen.documents.bootstrap.order import Order, order_of
from fabricgen.documents.bootstrap.step import Step
from fabricgen.yamlio import dump_document

RUNBOOK, SCRIPT = "bootstrap/README.md", "bootstrap/bootstrap.sh"
# What a cluster is told to do may not be left to the reader: `<node>`, `NODE_IP`, `$IP`.
PLACEHOLDER = re.compile(r"<[a-z][a-z -]*>|\b[A-Z]+_IP\b|\$IP\b|\bexample-node\b")


@pytest.fixture(params=EVERY, ids=title)
def texts(request: pytest.FixtureRequest) -> dict[str, str]:
    """Every file of one of the five clusters or of the golden cases."""
    return {str(path): text for path, text in rendered_from(request.param).texts.items()}


@pytest.fixture(params=EVERY, ids=title)
def order(request: pytest.FixtureRequest) -> Order:
    """The steps of one of the five clusters or of the golden cases."""
    return order_of(rendered_from(request.param).cluster)


def every_step(order: Order) -> list[Step]:
    return [*order.steps, *order.by_k3s]


def test_every_step_says_what_it_prints_and_how_to_check_it(order: Order) -> None:
    silent = [step.name for step in every_step(order) if not step.says.endswith((".", "$SECRETS"))]
    unchecked = [step.name for step in every_step(order) if not step.checks]

    assert silent == []
    assert set(unchecked) <= {"register-schematics", "check-secrets"}


def test_every_step_says_what_to_do_when_it_fails_and_who_says_so(order: Order) -> None:
    troubles = [(step.name, one) for step in every_step(order) for one in step.troubles]

    assert {name for name, _ in troubles} == {step.name for step in every_step(order)}
    assert [name for name, one in troubles if not one.source.startswith("https://")] == []
    assert [one.sign for _, one in troubles if not one.sign.endswith(".")] == []


def test_the_runbook_tells_it_below_the_step(texts: dict[str, str]) -> None:
    sections = re.split(
        r"^##+ (?=\d+\. )", texts[RUNBOOK].partition("\n## Another way")[0], flags=re.MULTILINE
    )[1:]

    assert len(sections) > 4
    assert [one.splitlines()[0] for one in sections if "\nIt says: " not in one] == []
    assert [one.splitlines()[0] for one in sections if "\nWhen it fails:\n\n- **" not in one] == []


def test_no_command_leaves_an_address_or_a_name_to_the_reader(order: Order) -> None:
    lines = [line for step in every_step(order) for line in step.commands]
    lines += [one.command for step in every_step(order) for one in step.checks]
    lines += [one.look for step in every_step(order) for one in step.troubles]

    assert [line for line in lines if PLACEHOLDER.search(line)] == []


def test_a_look_changes_nothing(order: Order) -> None:
    changing = re.compile(
        r"(?<![-\w])(apply|delete|patch|install|uninstall|upgrade|destroy|reset|reboot|rm|annotate)\b(?!=)"
    )
    looks = [one.look for step in every_step(order) for one in step.troubles]

    assert [look for look in looks if changing.search(look)] == []


# The shell


def shellcheck(program: str, text: str, folder: Path) -> str:
    script = folder / "checked.sh"
    script.write_text(text, encoding="utf-8")
    return subprocess.run([program, script], capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("path", EVERY, ids=title)
def test_every_shell_block_of_every_runbook_passes_shellcheck(
    path: Path, tool: Callable[[str], str], tmp_path: Path
) -> None:
    files = {str(one): text for one, text in rendered_from(path).texts.items()}
    blocks = [
        block
        for name, text in files.items()
        if name.endswith(".md")
        for block in re.findall(r"^```bash\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    ]

    said = [shellcheck(tool("shellcheck"), f"#!/usr/bin/env bash\n{block}", tmp_path) for block in blocks]

    assert len(blocks) > 4
    assert [one for one in said if one] == []


@pytest.mark.parametrize("path", EVERY, ids=title)
def test_every_script_of_every_tree_passes_shellcheck(
    path: Path, tool: Callable[[str], str], tmp_path: Path
) -> None:
    files = {str(one): text for one, text in rendered_from(path).texts.items()}
    scripts = [text for name, text in files.items() if name.endswith(".sh")]

    said = [shellcheck(tool("shellcheck"), text, tmp_path) for text in scripts]

    assert scripts
    assert [one for one in said if one] == []


def test_what_to_look_at_and_every_check_pass_shellcheck(
    order: Order, tool: Callable[[str], str], tmp_path: Path
) -> None:
    lines = [one.look for step in every_step(order) for one in step.troubles]
    lines += [one.command for step in every_step(order) for one in step.checks]

    assert shellcheck(tool("shellcheck"), "\n".join(["#!/usr/bin/env bash", *lines, ""]), tmp_path) == ""


# The values, as files


def values_in(texts: dict[str, str], path: str) -> Any:
    return yamlio.read_document(texts[path], source=path).value


def cilium_texts(path: Path) -> dict[str, str]:
    """Return the files of the tree with Cilium: the cluster's own, or the one that is considered."""
    files = {str(one): text for one, text in rendered_from(path).texts.items()}
    below = "considered/cilium/"
    return (
        files
        if "bootstrap/cilium-values.yaml" in files
        else {name.removeprefix(below): text for name, text in files.items() if name.startswith(below)}
    )


@pytest.mark.parametrize("path", WITH_CILIUM, ids=title)
def test_the_values_of_the_file_are_byte_for_byte_those_of_the_release(path: Path) -> None:
    texts = cilium_texts(path)
    release = values_in(texts, "infrastructure/cilium/release.yaml")["spec"]

    values = values_in(texts, "bootstrap/cilium-values.yaml")

    assert dump_document(values) == dump_document(release["values"])


@pytest.mark.parametrize("path", WITH_CILIUM, ids=title)
def test_the_script_installs_under_the_names_by_which_flux_looks(path: Path) -> None:
    texts = cilium_texts(path)
    release = values_in(texts, "infrastructure/cilium/release.yaml")["spec"]
    installed = re.search(
        r"helm upgrade --install (\S+) .*?--namespace (\S+) --values (\S+)", texts[SCRIPT], re.DOTALL
    )
    assert installed

    assert installed[1] == release["releaseName"]
    assert installed[2] == release["storageNamespace"] == release["targetNamespace"]
    assert installed[3] == "bootstrap/cilium-values.yaml"


def test_all_five_clusters_have_a_runbook() -> None:
    assert [title(path) for path in CLUSTERS if RUNBOOK not in map(str, rendered_from(path).texts)] == []
