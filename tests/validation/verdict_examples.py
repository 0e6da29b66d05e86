"""Files, and the verdicts on them, that every form of output is tried with."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from fabricgen.finding import Finding
from fabricgen.validation.output import Report, Style, open_report
from fabricgen.validation.result import Summary, Verdict

SCHEMA = """{
  "type": "object",
  "properties": {"spec": {"type": "object", "properties": {"replicas": {"type": "integer"}}}}
}"""
FILES = {
    "a-valid.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  replicas: 2\n",
    "b-invalid.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: two\n",
    "c-missing.yaml": "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: cog\n  namespace: shop\n",
    "d-skipped.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: password\n",
    "e-broken.yaml": "apiVersion: apps/v1\nkind: [Deployment\n",
    "f-two.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: one\n---\n"
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  generateName: two-\nspec:\n  replicas: 2.5\n",
}
REPLICAS = Finding(
    rule="SCH001",
    severity="error",
    file="b-invalid.yaml",
    line=6,
    column=13,
    path="spec.replicas",
    object="Deployment web",
    message="must be a whole number, found the text 'two'",
    fix="write 2",
    source="https://kubernetes.io/docs/reference/using-api/api-concepts/#validation",
)


def deployment(file: str, name: str, *, namespace: str = "", findings: tuple[Finding, ...] = ()) -> Verdict:
    """The verdict on a Deployment: invalid if there are findings."""
    return Verdict(
        file=file,
        api_version="apps/v1",
        kind="Deployment",
        namespace=namespace,
        name=name,
        status="invalid" if findings else "valid",
        findings=findings,
    )


def finding(message: str, *, file: str = "x.yaml", path: str = "", line: int = 1) -> Finding:
    """A finding of which only the message matters."""
    return Finding(rule="SCH001", severity="error", file=file, path=path, line=line, message=message)


VERDICTS = (
    deployment("a-valid.yaml", "web", namespace="shop"),
    deployment("b-invalid.yaml", "web", findings=(REPLICAS,)),
    Verdict(
        file="c-missing.yaml",
        api_version="example.com/v1",
        kind="Widget",
        namespace="shop",
        name="cog",
        status="error",
        findings=(
            Finding(
                rule="SCH004",
                severity="error",
                file="c-missing.yaml",
                line=2,
                column=7,
                path="kind",
                object="Widget shop/cog",
                message="there is no schema of Widget in example.com/v1",
            ),
        ),
    ),
    Verdict(
        file="d-skipped.yaml",
        api_version="v1",
        kind="Secret",
        name="password",
        status="skipped",
        reason="this kind is skipped",
    ),
    Verdict(
        file="e-broken.yaml",
        status="error",
        reason="this is not YAML as Kubernetes reads it",
        findings=(
            Finding(
                rule="YML001",
                severity="error",
                file="e-broken.yaml",
                line=3,
                column=1,
                message="the list has no end",
            ),
        ),
    ),
    deployment("f-two.yaml", "one"),
    deployment(
        "f-two.yaml",
        "two-{{ generateName }}",
        findings=(
            finding("must be a whole number, found 2.5", file="f-two.yaml", path="spec.replicas", line=11),
        ),
    ),
)
SUMMARY = Summary(files=6, valid=2, invalid=2, errors=2, skipped=1, missing=(("example.com/v1/Widget", 1),))
NOTHING = Summary(files=0, valid=0, invalid=0, errors=0, skipped=0)


def written(form: str, *verdicts: Verdict, summary: Summary = NOTHING, style: Style | None = None) -> str:
    """What a report of this form writes."""
    out = StringIO()
    report = open_report(form, out=out, style=style or Style())
    for verdict in verdicts:
        report.add(verdict)
    report.finish(summary)
    return out.getvalue()


def feed(report: Report, *, files: int) -> None:
    """Give a report one invalid document in each of many files, and the end."""
    for verdict in _many(files):
        report.add(verdict)
    report.finish(Summary(files=files, valid=0, invalid=files, errors=0, skipped=0))


def _many(files: int) -> Iterator[Verdict]:
    for number in range(files):
        file = f"apps/{number}.yaml"
        yield deployment(
            file, "web", findings=(finding("must be a whole number", file=file, path="spec.replicas"),)
        )


def write_files(folder: Path) -> None:
    """Write FILES to `folder`/files, and beside them the schema of Deployments as kubeconform's template finds it."""
    (folder / "files").mkdir()
    for name, text in FILES.items():
        (folder / "files" / name).write_text(text, encoding="utf-8")
    (folder / "schemas").mkdir()
    (folder / "schemas" / "deployment-apps-v1.json").write_text(SCHEMA, encoding="utf-8")


SCHEMA_PLACE = "../schemas/{{.ResourceKind}}{{.KindSuffix}}.json"
