"""The generator of the table, on small charts: from a folder, from archives, and from a server on this machine."""

import hashlib
import io
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts" / "generate_chart_keys.py"

VALUES = """
plain: 1
map: {listed: true}
free: {}
"""
SCHEMA = (
    '{"type": "object", "properties": {"plain": {"type": ["integer", "null"]}, "mode": {"enum": ["a", "b"]}}}'
)
HELPERS = """
{{- define "image" -}}{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{- end -}}
{{- define "root" -}}{{ index . 0 | toString }}{{ (index . 1).Values.viaList }}{{- end -}}
"""
TEMPLATE = """
{{/* a comment about .Values.commented */}}
{{- $scope := .Values.scope -}}
{{- if hasKey .Values.hidden "key" }}
a: {{ .Values.hidden.key | quote }}
{{- else if .Values.elseIf }}
{{- end }}
b: {{ $scope.inner | default .Values.other }}
{{- with .Values.with }}
c: {{ .below }}{{ $.Values.root }}
{{- end }}
{{- range $name, $one := .Values.ranged }}
d: {{ $one.anything }}
{{- end }}
e: {{ include "image" .Values.image }}{{ include "root" (list 1 $) }}
f: {{ dig "dug" "deep" "" .Values.AsMap }}{{ get .Values.got "key" }}{{ ternary "x" "y" .Values.flag }}
g: {{ toYaml .Values.free }}{{ toYaml .Values.dumped }}
h: {{ tpl (.Files.Get "files/config") . }}
{{- if (dig "refused" "" .Values.AsMap) }}
{{ fail "gone" }}
{{- end }}
i: {{ .Values.mode }}{{ (.Values.bracket).name }}
"""

EXPECTED = """\
bracket
bracket.name
dug
dug.deep
dumped			*
elseIf
flag
free			*
got
got.key
hidden
hidden.key
image
image.repository
image.tag
inFile
map
map.listed
mode		string=a,b
other
plain		integer|null
ranged			*
refused			!
root
scope
scope.inner
viaList
with
with.below
"""


def files(version: str, template: str = TEMPLATE) -> dict[str, str]:
    return {
        "Chart.yaml": f"name: cilium\nversion: {version}\n",
        "values.yaml": VALUES,
        "values.schema.json": SCHEMA,
        "templates/_helpers.tpl": HELPERS,
        "templates/config.yaml": template,
        "files/config": "{{ .Values.inFile }}",
        "files/unused": "{{ .Values.unused }}",
    }


def write_folder(place: Path, contents: dict[str, str]) -> None:
    for name, text in contents.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")


def packed(contents: dict[str, str]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        for name, text in contents.items():
            member = tarfile.TarInfo(f"cilium/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return whole.getvalue()


def generate(output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), "--output", str(output), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def table(path: Path) -> list[str]:
    """Return the lines below the head, with since and until left out."""
    lines = path.read_text(encoding="utf-8").splitlines()[2:]
    cells = [line.split("\t") for line in lines]
    return ["\t".join([cell[0], "", *cell[3:]]).rstrip("\t") for cell in cells]


def test_every_way_to_read_a_value_is_seen(tmp_path: Path) -> None:
    write_folder(tmp_path / "charts" / "cilium", files("1.16.0"))

    done = generate(tmp_path / "table", str(tmp_path / "charts"))

    assert done.returncode == 0, done.stderr
    assert table(tmp_path / "table") == EXPECTED.splitlines()


def test_the_versions_of_a_key_are_told(tmp_path: Path) -> None:
    for version, template in (
        ("1.16.0", "{{ .Values.old }}{{ .Values.back }}"),
        ("1.16.1", "{{ .Values.new }}"),
        ("1.17.0", "{{ .Values.new }}{{ .Values.back }}"),
        ("1.17.0-rc.1", "{{ .Values.never }}"),
        ("1.15.9", "{{ .Values.never }}"),
    ):
        (tmp_path / f"cilium-{version}.tgz").write_bytes(packed(files(version, template)))

    generate(tmp_path / "table", str(tmp_path))

    lines = (tmp_path / "table").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "1.16.0 1.16.1 1.17.0"
    assert [line for line in lines if line.startswith(("old", "new", "back", "never"))] == [
        "back\t\t1.16.1",
        "back\t1.17.0",
        "new\t1.16.1",
        "old\t\t1.16.1",
    ]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A chart repository on this machine: its address."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "cilium-1.16.0.tgz").write_bytes(packed(files("1.16.0")))
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()


def write_index(folder: Path, digest: str) -> None:
    entry = f"{{version: 1.16.0, digest: {digest}, urls: [cilium-1.16.0.tgz]}}"
    text = f"entries: {{cilium: [{entry}, {{version: 1.12.0, digest: x, urls: [gone.tgz]}}]}}"
    (folder / "index.yaml").write_text(text, encoding="utf-8")


def test_charts_are_downloaded_from_their_repository(tmp_path: Path, server: str) -> None:
    archive = (tmp_path / "repository" / "cilium-1.16.0.tgz").read_bytes()
    write_index(tmp_path / "repository", hashlib.sha256(archive).hexdigest())

    done = generate(tmp_path / "table", "--download", "--repository", server)

    assert done.returncode == 0, done.stderr
    assert table(tmp_path / "table") == EXPECTED.splitlines()


def test_a_chart_that_is_not_what_its_repository_promises_stops_the_run(tmp_path: Path, server: str) -> None:
    write_index(tmp_path / "repository", "0" * 64)

    done = generate(tmp_path / "table", "--download", "--repository", server)

    assert done.returncode == 1
    assert done.stderr == f"cilium-1.16.0.tgz is not what {server} promises\n"
    assert not (tmp_path / "table").exists()
