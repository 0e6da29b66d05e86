"""Releases of Cilium for the tests of Helm values, and what a run says about them."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from fabricgen.finding import Finding
from fabricgen.validation.options import Options
from fabricgen.validation.result import Summary, Verdict
from fabricgen.validation.run import validate

PROBLEMS = ("HLM001", "HLM002", "HLM003", "YML001", "SCH004")


def release(values: str = "", *, version: str = "1.20.2", name: str = "cilium", spec: str = "") -> str:
    """A HelmRelease in kube-system; `values` and `spec` are the lines below those keys, without indentation."""
    source = (
        "  chart:\n    spec:\n      chart: cilium\n"
        f"      version: {version!r}\n      sourceRef: {{kind: HelmRepository, name: home}}\n"
    )
    below = f"  values:\n{_indented(values, 4)}" if values else ""
    return (
        f"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
        f"metadata:\n  name: {name}\n  namespace: kube-system\n"
        f"spec:\n  interval: 1h\n{'' if 'chartRef' in spec else source}{_indented(spec, 2)}{below}"
    )


def config_map(text: str, *, name: str = "values", namespace: str = "kube-system") -> str:
    """A ConfigMap with a values file in a block scalar."""
    return (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"
        f"{f'  namespace: {namespace}' if namespace else '  labels: {a: b}'}\n"
        f"data:\n  values.yaml: |\n{_indented(text, 4)}"
    )


def oci_repository(tag: str, *, chart: str = "cilium", name: str = "cilium") -> str:
    return (
        f"apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\n"
        f"metadata:\n  name: {name}\n  namespace: kube-system\n"
        f"spec:\n  interval: 1h\n  url: oci://quay.io/cilium/charts/{chart}\n  ref:\n    tag: {tag}\n"
    )


def k3s_chart(spec: str) -> str:
    return (
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata:\n  name: cilium\n  namespace: kube-system\n"
        f"spec:\n  repo: https://helm.cilium.io\n  chart: cilium\n  version: 1.20.1\n{_indented(spec, 2)}"
    )


def _indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *, stdin: str = "", **options: Any) -> tuple[list[Verdict], Summary]:
    """Return the verdicts of a run over a folder, or over what is piped in, and its summary."""
    paths = ["-"] if stdin else [str(folder)]
    found = list(validate(paths, Options(**{"jobs": 1} | options), stdin=BytesIO(stdin.encode())))
    assert isinstance(found[-1], Summary)
    return [one for one in found if isinstance(one, Verdict)], found[-1]


def findings(folder: Path, **options: Any) -> list[Finding]:
    verdicts, _ = run(folder, **options)
    return [one for verdict in verdicts for one in verdict.findings if one.rule in PROBLEMS]


def said(folder: Path, **options: Any) -> list[tuple[str, str]]:
    """The rule and the path of each finding on values."""
    return [(one.rule, one.path) for one in findings(folder, **options)]


def places(folder: Path, **options: Any) -> list[tuple[str, int, int, str]]:
    """File below the folder, line, column, and what stands in the line from there on."""
    found = []
    for one in findings(folder, **options):
        line = Path(one.file).read_text(encoding="utf-8").split("\n")[one.line - 1]
        found.append((str(Path(one.file).relative_to(folder)), one.line, one.column, line[one.column - 1 :]))
    return found


def parsed(text: str) -> Any:
    return yaml.safe_load(text)
