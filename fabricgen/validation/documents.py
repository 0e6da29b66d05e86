"""One document that did not simply hold: what is wrong with it, where, and what may be overlooked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fabricgen.errors import Path, Problem, format_path
from fabricgen.finding import Finding
from fabricgen.schemas import Kind, SchemaError, explain_missing
from fabricgen.validation.helm.known import Charts
from fabricgen.validation.helm.watch import is_release
from fabricgen.validation.identity import identify, items_of, text_of
from fabricgen.validation.machine.forms import TALOS_VERSION
from fabricgen.validation.machine.opinion import Opinion, Told
from fabricgen.validation.options import Options
from fabricgen.validation.place import Place, position_at, positions_of
from fabricgen.validation.placeholders import awaits_value, is_encrypted, is_template
from fabricgen.validation.result import Status, Verdict
from fabricgen.validation.review import Pending, Review
from fabricgen.validation.selection import Selection
from fabricgen.validation.validators import Validators
from fabricgen.yamlio import Chunk, Position, UnreadableFileError, YamlSyntaxError, read_value

if TYPE_CHECKING:
    from fabricgen.validation.machine.machines import Machines

_API = "https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields"
SOURCES: Final = {
    "YML001": "https://kubernetes.io/docs/concepts/overview/working-with-objects/#describing-a-kubernetes-object",
    "SCH001": "https://kubernetes.io/docs/reference/using-api/api-concepts/#validation",
    "SCH002": "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules",
    "SCH003": _API,
    "SCH004": _API,
    "SCH005": _API,
    "TLS001": "https://docs.siderolabs.com/talos/v1.12/reference/configuration/overview",
    "TLS002": "https://docs.siderolabs.com/talos/v1.12/reference/configuration/v1alpha1/config",
    "TLS003": "https://github.com/siderolabs/image-factory/blob/main/pkg/schematic/schematic.go",
    "K3C001": "https://docs.k3s.io/installation/configuration#configuration-file",
    "K3C002": "https://docs.k3s.io/cli/server",
    "K3C003": "https://docs.k3s.io/installation/private-registry",
    "JSP001": "https://www.rfc-editor.org/rfc/rfc6902",
}


class Reviewer:
    """Judges documents one at a time, with everything that a person wants to know about them."""

    def __init__(
        self, options: Options, *, validators: Validators, charts: Charts, selection: Selection
    ) -> None:
        """Judge by what the run is told, and by the validators that it has already."""
        self.validators = validators
        self.charts = charts
        self.selection = selection
        self._options = options
        self._machines: Machines | None = None

    @property
    def machines(self) -> "Machines":
        """Who judges what is no object of Kubernetes; loaded when the first such document comes."""
        if self._machines is None:
            from fabricgen.validation.machine.machines import Machines  # noqa: PLC0415 - as said above

            self._machines = Machines(self._options.schema_locations, talos=self._options.talos)
        return self._machines

    def add_document(self, chunk: Chunk, *, file: str, index: int, review: Review) -> None:
        """Add to `review` the verdict on a document, or on each object of a List; valid ones may only be counted."""
        place = Place(file=file, text=chunk.text, line=chunk.line, index=index)
        try:
            body = read_value(chunk.text)
        except YamlSyntaxError as error:
            reason = self.machines.listed(file)
            review.add(
                replace(_blank(place), status="skipped", reason=reason)
                if reason
                else _unreadable(error, place)
            )
            review.kinds |= self._take_dependencies()
            return
        if body is None:
            return  # Nothing is in it, and kubectl and Flux apply nothing.
        for one in self.review(body, place):
            verdict = one.verdict if isinstance(one, Pending) else one
            review.kinds.add((verdict.api_version, verdict.kind))
            if isinstance(one, Pending):
                review.pending.append(one)
            else:
                review.add(one)
        review.kinds |= self._take_dependencies()

    def _take_dependencies(self) -> set[tuple[str, str]]:
        return self._machines.take_dependencies() if self._machines else set()

    def add_unreadable(self, error: YamlSyntaxError, *, file: str, index: int, review: Review) -> None:
        """Add to `review` what keeps a file, or the rest of it, from being read."""
        review.add(_unreadable(error, Place(file=file, text="", line=1, index=index)))

    def review(self, body: Any, place: Place) -> Iterator[Verdict | Pending]:  # noqa: ANN401 - a document holds anything
        """Yield the verdict on `body`; of a List, one on each object in it. Pending is what other documents decide."""
        if (verdict := self._review_other(body, place)) is not None:
            yield verdict
        elif not isinstance(body, Mapping):
            yield _not_an_object(place)
        elif (items := items_of(body)) is not None:
            for number, item in enumerate(items):
                yield from self.review(item, replace(place, within=(*place.within, "items", number)))
        else:
            yield self._review_object(body, place)

    def _review_other(self, body: Any, place: Place) -> Verdict | Pending | None:  # noqa: ANN401 - a document holds anything
        """Return the verdict on what says not of itself that it is an object, if it surely is something else."""
        if place.within or (isinstance(body, Mapping) and body.get("apiVersion") and body.get("kind")):
            return None
        try:
            opinion = self.machines.opinion(body, file=place.file, text=place.text)
        except SchemaError as error:
            return _found(_blank(place), [Told("SCH004", Problem(message=str(error)))], place, status="error")
        if opinion is None:
            return None
        if opinion.instead is not None:
            return self._review_object(opinion.instead, place)
        return self._agree(opinion, place)

    def _agree(self, opinion: Opinion, place: Place) -> Verdict:
        blank = replace(
            _blank(place),
            api_version=opinion.api_version,
            kind=opinion.kind,
            name=opinion.name,
            status=opinion.status,
            missing_schema=opinion.missing_schema,
            reason=opinion.reason,
        )
        if opinion.missing_schema and self._options.ignore_missing_schemas:
            return replace(blank, status="skipped")
        return _found(blank, opinion.told, place, status=opinion.status)

    def _review_object(self, body: Mapping[str, Any], place: Place) -> Verdict | Pending:
        blank = identify(body, place)
        if missing := [key for key in ("apiVersion", "kind") if not text_of(body.get(key))]:
            return _found(
                blank, (Told("SCH003", _unnamed(body, key)) for key in missing), place, status="error"
            )
        key = (blank.api_version, blank.kind)
        if key in self.selection.skip:
            return replace(blank, status="skipped", reason="this kind is skipped")
        if key in self.selection.reject:
            problem = Problem(message=f"{blank.kind} is a kind that is not allowed here", path=("kind",))
            return _found(blank, [Told("SCH005", problem)], place, status="error")
        body = self.selection.without(body, key=key)
        verdict = self._judge(body, blank=blank, place=place)
        return self._judge_values(body, verdict, place) if is_release(key) else verdict

    def _judge_values(self, body: Mapping[str, Any], verdict: Verdict, place: Place) -> Verdict | Pending:
        from fabricgen.validation.helm.releases import Releases  # noqa: PLC0415 - few runs have releases

        return Releases(charts=self.charts).judge(body, verdict, place)

    def _judge(self, body: Mapping[str, Any], *, blank: Verdict, place: Place) -> Verdict:
        try:
            validator = self.validators.find((blank.api_version, blank.kind))
            if validator is None and blank.api_version == TALOS_VERSION:
                opinion = self.machines.opinion(body, file=place.file, text=place.text)
                return self._agree(opinion, place) if opinion else blank
        except SchemaError as error:
            return _found(blank, [Told("SCH004", Problem(message=str(error)))], place, status="error")
        if validator is None:
            blank = replace(blank, missing_schema=True)
            kind = Kind.of(blank.api_version, blank.kind)
            known = explain_missing(kind, self._options.kubernetes)
            sentence = f"there is no schema of {kind.kind} in {kind.api_version}" + (
                f"; {known}" if known else ""
            )
            if self._options.ignore_missing_schemas:
                return replace(blank, status="skipped", reason=sentence)
            problem = Problem(message=sentence, path=("kind",))
            return _found(blank, [Told("SCH004", problem)], place, status="error")
        if is_encrypted(body):
            body = {key: value for key, value in body.items() if key != "sops"}
        if validator.holds(body):
            return blank
        template = is_template(place.text)
        told = [
            Told(rule, problem)
            for rule, problem in validator.problems(body)
            if not awaits_value(body, problem.path, template=template)
        ]
        return _found(blank, told, place, status="invalid") if told else blank


def _unnamed(body: Mapping[str, Any], key: str) -> Problem:
    if key not in body:
        return Problem(message=f"there is no {key}, so nobody can tell what this is", path=(key,))
    return Problem(message=f"{key} must be text", path=(key,))


def _unreadable(error: YamlSyntaxError, place: Place) -> Verdict:
    """Return the verdict on a text that is not YAML, or not what Kubernetes takes for it."""
    blank = _blank(place)
    if is_template(place.text):
        return replace(blank, status="skipped", reason="a template, which is YAML only once it is rendered")
    findings = tuple(
        Finding(
            rule="YML001",
            severity="error",
            file=place.file,
            line=place.line + one.line - 1,
            column=one.column,
            message=one.problem,
            source=SOURCES["YML001"],
        )
        for one in error.problems
    )
    unread = isinstance(error, UnreadableFileError)
    reason = "this cannot be read" if unread else "this is not YAML as Kubernetes reads it"
    return replace(blank, reason=reason, findings=findings)


def _not_an_object(place: Place) -> Verdict:
    problem = Problem(message="a Kubernetes object is a mapping with apiVersion and kind; this is none")
    return _found(_blank(place), [Told("SCH003", problem)], place, status="error")


def _blank(place: Place) -> Verdict:
    return Verdict(file=place.file, line=place.line, index=place.index, status="error")


def _found(blank: Verdict, told: Iterable[Told], place: Place, *, status: Status) -> Verdict:
    label = (
        f"{blank.kind} {blank.namespace}/{blank.name}" if blank.namespace else f"{blank.kind} {blank.name}"
    )
    told = list(told)
    positions = positions_of(place) if told else {}
    findings = [_finding(one, place=place, label=label.strip(), positions=positions) for one in told]
    return replace(blank, status=status, findings=tuple(findings))


def _finding(told: Told, *, place: Place, label: str, positions: Mapping[Path, Position]) -> Finding:
    rule, problem, severity = told
    position = position_at((*place.within, *problem.path), positions)
    return Finding(
        rule=rule,
        severity=severity,
        file=place.file,
        line=place.line + position.line - 1,
        column=position.column,
        path=format_path(problem.path),
        object=label,
        message=problem.message,
        fix=problem.hint,
        source=SOURCES[rule],
    )
