"""The judge of everything that is no Kubernetes object: Talos, k3s, patches, and the files of other tools.

Asked by `documents` about documents that lack an apiVersion or a kind, or have Talos' own.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from fabricgen.errors import Problem, ProblemsError
from fabricgen.validation.machine.foreign import foreign_reason, told_reason
from fabricgen.validation.machine.forms import is_k3s, is_talos
from fabricgen.validation.machine.json_patch import is_json_patch, json_patch_opinion
from fabricgen.validation.machine.listed import DEPENDENCY, Kustomizations
from fabricgen.validation.machine.opinion import Opinion, skipped
from fabricgen.validation.machine.small_files import form_of, small_opinion
from fabricgen.validation.machine.talos_moved import Minor, minor_in
from fabricgen.validation.machine.talos_pulled import pulled_folders
from fabricgen.validation.placeholders import is_encrypted, is_template

if TYPE_CHECKING:
    from fabricgen.validation.machine.talos_schema import TalosSchema

_KUSTOMIZATION: Final = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_KUSTOMIZE: Final = "kustomize.config.k8s.io"


class Machines:
    """Judges documents by the schemas of Talos that the locations have, and by what is known of all else."""

    def __init__(self, locations: Sequence[str], *, talos: str = "") -> None:
        """Open nothing yet. `talos` is the version whose configs are meant, such as 1.12 or v1.12.4; empty for any.

        Raises:
            ProblemsError: `talos` is no version.
        """
        self._locations = locations
        self._wanted = _read_minor(talos) if talos else None
        self._version = talos.removeprefix("v")
        self._kustomizations = Kustomizations()
        self._asked: set[tuple[str, str]] = set()

    def opinion(self, body: Any, *, file: str, text: str) -> Opinion | None:  # noqa: ANN401 - a document holds anything
        """Return what is to be said of a document; nothing where it is none of these, so that Kubernetes' rules count.

        Raises:
            SchemaError: a schema that is pulled cannot be read.
        """
        if isinstance(body, list) and is_json_patch(body):
            return json_patch_opinion(body)
        if not isinstance(body, Mapping):
            reason = told_reason(text) or foreign_reason(body, file=file) or self.listed(file)
            return skipped("", reason) if reason else None
        if is_encrypted(body):
            body = {key: value for key, value in body.items() if key != "sops"}
        if not body.keys() & {"apiVersion", "kind"} and (reason := told_reason(text)):
            return skipped("", reason)
        return self._of_mapping(body, file=file, template=is_template(text))

    def _of_mapping(self, body: Mapping[str, Any], *, file: str, template: bool) -> Opinion | None:
        if PurePosixPath(file).name in _KUSTOMIZATION and (whole := _with_defaults(body)) is not None:
            return Opinion(kind="Kustomization", instead=whole)
        if "kind" not in body and (reason := foreign_reason(body, file=file)):
            return skipped("", reason)
        if is_talos(body, file=file):
            return self._talos(body, template=template)
        if is_k3s(body, file=file):
            from fabricgen.validation.machine.k3s import k3s_opinion  # noqa: PLC0415 - only runs that need it pay

            return k3s_opinion(body, file=file, template=template)
        if form := form_of(body, file=file):
            return small_opinion(body, form=form, template=template)
        reason = foreign_reason(body, file=file) or self.listed(file)
        return skipped("", reason) if reason else None

    def listed(self, file: str) -> str:
        """Return what a kustomization.yaml makes of a file that holds no objects; empty if none names it."""
        reason, asked = self._kustomizations.find(file)
        self._asked.update((DEPENDENCY, path) for path in asked)
        return reason

    def take_dependencies(self) -> set[tuple[str, str]]:
        """Return what was looked at since this was last asked, beside the documents: a cache must know."""
        taken, self._asked = self._asked, set()
        return taken

    def _talos(self, body: Mapping[str, Any], *, template: bool) -> Opinion:
        from fabricgen.validation.machine.talos import talos_opinion  # noqa: PLC0415 - as above

        return talos_opinion(body, schemas=self._schemas, wanted=self._wanted, template=template)

    @cached_property
    def _schemas(self) -> "Sequence[TalosSchema]":
        """Return the schemas that may be meant, newest first; each with those of older minors, for older fields."""
        from fabricgen.validation.machine.talos_schema import TalosSchema  # noqa: PLC0415 - as above

        found: dict[Minor, Mapping[str, Any]] = {}
        for pulled in pulled_folders(self._locations, version=self._version):
            for minor in sorted({minor_in(version) for version in pulled.talos_digests()}):
                if minor not in found and (schema := pulled.talos_config_schema(minor)) is not None:
                    found[minor] = schema
        minors = sorted(found, reverse=True)
        return [
            TalosSchema(minor, [found[one] for one in minors if one <= minor])
            for minor in minors
            if self._wanted in {None, minor}
        ]


def _with_defaults(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return a kustomization with what kustomize adds to it; nothing if it lacks neither.

    Source: FixKustomizationPostUnmarshal in api/types/kustomization.go of kubernetes-sigs/kustomize.
    """
    if body.get("apiVersion") and body.get("kind"):
        return None
    kind = body.get("kind") or "Kustomization"
    version = body.get("apiVersion") or f"{_KUSTOMIZE}/{'v1alpha1' if kind == 'Component' else 'v1beta1'}"
    return {**body, "apiVersion": version, "kind": kind}


def _read_minor(text: str) -> Minor:
    try:
        return minor_in(text)
    except ValueError:
        hint = "such as 1.12 or v1.12.4"
        raise ProblemsError([Problem(message=f"{text!r} is no version of Talos", hint=hint)]) from None
