import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from upstream_server import Answer, Upstream, crd, serving, yaml_of

from fabricgen.cli import main

INSTALL = "https://github.com/fluxcd/flux2/releases/download/v2.9.5/install.yaml"
CONFIG = "https://raw.githubusercontent.com/siderolabs/talos/v1.12.5/pkg/machinery/config/schemas/config.schema.json"


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Upstream]:
    monkeypatch.chdir(tmp_path)
    with serving() as server:
        server.put(INSTALL, yaml_of(crd("Widget")))
        server.put(CONFIG, b'{"oneOf": []}')
        yield server


def _pull(upstream: Upstream, *more: str) -> int:
    return main(["schemas", "pull", "--mirror", upstream.url, *more])


def test_versions_are_pulled_into_schemas_and_told(
    upstream: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _pull(upstream, "--flux", "v2.9.5", "--talos", "1.12.5") == 0

    assert capsys.readouterr() == ("flux 2.9.5: fetched (1 file)\ntalos 1.12.5: fetched (1 file)\n", "")
    assert Path("schemas/flux/2.9.5/example.org/widget_v1.json").is_file()


def test_what_is_there_is_told_to_be_unchanged(
    upstream: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    _pull(upstream, "--flux", "2.9.5")
    capsys.readouterr()

    assert _pull(upstream, "--flux", "2.9.5") == 0
    assert capsys.readouterr() == ("flux 2.9.5: unchanged (1 file)\n", "")


def test_a_failure_ends_with_2_and_the_others_are_there(
    upstream: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    upstream.put(INSTALL, Answer(status=404))

    assert _pull(upstream, "--flux", "2.9.5", "--talos", "1.12.5") == 2

    out, err = capsys.readouterr()
    assert out == "flux 2.9.5: failed\ntalos 1.12.5: fetched (1 file)\n"
    assert err.startswith(f"flux 2.9.5: {INSTALL} (from {upstream.url}/github.com/")
    assert "404 Not Found" in err


def test_pruning_is_told_and_left_out_where_something_failed(
    upstream: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    _pull(upstream, "--flux", "2.9.5")
    upstream.put(CONFIG, Answer(status=404), b'{"oneOf": []}')
    _pull(upstream, "--talos", "1.12.5", "--prune")
    assert Path("schemas/flux").is_dir()
    capsys.readouterr()

    assert _pull(upstream, "--talos", "1.12.5", "--prune") == 0

    assert capsys.readouterr().out == "talos 1.12.5: fetched (1 file)\nflux 2.9.5: removed\n"
    assert not Path("schemas/flux").exists()


def test_a_description_says_what_is_wanted(upstream: Upstream, capsys: pytest.CaptureFixture[str]) -> None:
    description = Path(__file__).parent.parent.parent / "clusters/joelclaw.yaml"

    assert main(["schemas", "pull", str(description), "--dry-run", "--mirror", upstream.url]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert "flux 2.8.8 https://github.com/fluxcd/flux2/releases/download/v2.8.8/install.yaml" in lines
    assert "cilium 1.19.7 https://helm.cilium.io/cilium-1.19.7.tgz" in lines
    assert upstream.asked == []
    assert not Path("schemas").exists()


def test_without_arguments_all_descriptions_in_clusters_count(
    upstream: Upstream, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (Path(__file__).parent.parent.parent / "clusters/k3s-homelab.yaml").read_text(encoding="utf-8")
    Path("clusters").mkdir()
    Path("clusters/k3s-homelab.yaml").write_text(text, encoding="utf-8")

    assert main(["schemas", "pull", "--dry-run", "--mirror", upstream.url]) == 0

    components = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    assert components == {"cilium", "flux", "gateway-api"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--flux", "2.9"), "--flux: '2.9' names a minor; an exact patch release is needed"),
        (("--flux", "../2.9.5"), "--flux: '../2.9.5' is not a version"),
        ((), "there is no description in clusters"),
        (("missing.yaml",), "missing.yaml"),
        (("--flux", "2.9.5", "--mirror", "mirror.example"), "an address such as https://mirror.example"),
    ],
)
def test_wrong_arguments_end_with_2_and_a_sentence(
    upstream: Upstream, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], why: str
) -> None:
    assert _pull(upstream, *arguments) == 2
    assert why in capsys.readouterr().err


def test_files_of_ones_own_are_imported(upstream: Upstream, capsys: pytest.CaptureFixture[str]) -> None:
    Path("crds/deep").mkdir(parents=True)
    Path("crds/deep/widget.yaml").write_bytes(yaml_of(crd("Widget")))
    Path("crds/gadget.json").write_bytes(yaml_of(crd("Gadget")))
    Path("crds/README.md").write_text("# not YAML: [")

    assert main(["schemas", "import", "crds"]) == 0

    assert capsys.readouterr() == ("example.org/gadget_v1.json\nexample.org/widget_v1.json\n", "")
    assert upstream.asked == []


def test_what_is_piped_in_is_imported(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = {"apiVersion": "v1", "kind": "List", "items": [crd("Widget")]}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(yaml_of(listed))))

    assert main(["schemas", "import", "-"]) == 0

    assert capsys.readouterr().out == "example.org/widget_v1.json\n"
    assert upstream.asked == []


def test_a_file_that_cannot_be_read_is_named(upstream: Upstream, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schemas", "import", "missing.yaml"]) == 2
    assert capsys.readouterr().err == "missing.yaml: cannot be read: No such file or directory\n"
    assert upstream.asked == []


def test_the_list_names_what_is_there(upstream: Upstream, capsys: pytest.CaptureFixture[str]) -> None:
    _pull(upstream, "--flux", "2.9.5", "--talos", "1.12.5")
    capsys.readouterr()

    assert main(["schemas", "list"]) == 0
    assert capsys.readouterr() == ("flux 2.9.5: 1 file\ntalos 1.12.5: 1 file\n", "")


def test_the_list_is_json_for_machines(upstream: Upstream, capsys: pytest.CaptureFixture[str]) -> None:
    _pull(upstream, "--flux", "2.9.5")
    capsys.readouterr()

    assert main(["schemas", "list", "--format", "json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "folder": "schemas",
        "components": [
            {
                "component": "flux",
                "version": "2.9.5",
                "schemas": ["example.org/widget_v1.json"],
                "sources": [INSTALL],
            }
        ],
    }


def test_an_empty_list_says_so(upstream: Upstream, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schemas", "list"]) == 0
    assert capsys.readouterr() == ("", "schemas/lock.json: nothing was pulled yet\n")
    assert upstream.asked == []


def test_verify_tells_a_difference_with_1(upstream: Upstream, capsys: pytest.CaptureFixture[str]) -> None:
    _pull(upstream, "--flux", "2.9.5", "--folder", "elsewhere")
    assert main(["schemas", "verify", "--folder", "elsewhere"]) == 0
    Path("elsewhere/flux/2.9.5/example.org/widget_v1.json").write_text("{}")
    capsys.readouterr()

    assert main(["schemas", "verify", "--folder", "elsewhere"]) == 1
    assert "widget_v1.json: is not the file that the lock names" in capsys.readouterr().out
