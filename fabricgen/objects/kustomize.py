"""kustomize's own `kustomization.yaml`: which files of a folder belong together.

Not Flux' Kustomization, which is in `flux`. Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from fabricgen.objects.fields import Annotations, DnsLabel, DnsName, Flag, Labels, NotEmpty, Text, Unique
from fabricgen.objects.model import Model

Paths = Annotated[tuple[Text, ...], Unique]


class KustomizationMeta(Model):
    """kustomize reads a name but does nothing with it."""

    name: DnsName | None = None
    namespace: DnsLabel | None = None
    labels: Labels | None = None
    annotations: Annotations | None = None


class PatchTarget(Model):
    """Which objects a patch is for; names are regular expressions."""

    group: str | None = None
    version: str | None = None
    kind: str | None = None
    name: str | None = None
    namespace: str | None = None
    label_selector: str | None = None
    annotation_selector: str | None = None


class PatchEntry(Model):
    """A patch of the built objects, in a file or written here."""

    path: Text | None = None
    patch: Text | None = None
    target: PatchTarget | None = None
    options: dict[str, Flag] | None = None

    @model_validator(mode="after")
    def _file_or_text(self) -> Self:
        if (self.path is None) == (self.patch is None):
            raise ValueError("write exactly one of: path, patch")
        return self


class LabelEntry(Model):
    """Labels for all objects; in selectors and pod templates only where asked for."""

    pairs: Labels
    include_selectors: Flag | None = None
    include_templates: Flag | None = None


class GeneratorOptions(Model):
    """What generated ConfigMaps have in common."""

    disable_name_suffix_hash: Flag | None = None
    immutable: Flag | None = None
    labels: Labels | None = None
    annotations: Annotations | None = None


class ConfigMapEntry(Model):
    """A ConfigMap that kustomize makes from files or texts."""

    name: DnsName
    namespace: DnsLabel | None = None
    behavior: Literal["create", "replace", "merge"] | None = None
    files: tuple[Text, ...] | None = None
    literals: tuple[Text, ...] | None = None
    envs: tuple[Text, ...] | None = None
    options: GeneratorOptions | None = None


class ImageEntry(Model):
    """Another name, tag or digest for an image."""

    name: Text
    new_name: Text | None = None
    new_tag: Text | None = None
    digest: Text | None = None


class Kustomization(Model):
    """A folder that `kustomize build` builds."""

    api_version: Literal["kustomize.config.k8s.io/v1beta1", "kustomize.config.k8s.io/v1"] = (
        "kustomize.config.k8s.io/v1beta1"
    )
    kind: Literal["Kustomization"] = "Kustomization"
    metadata: KustomizationMeta | None = None
    namespace: DnsLabel | None = None
    name_prefix: str | None = None
    name_suffix: str | None = None
    labels: tuple[LabelEntry, ...] | None = None
    common_annotations: Annotations | None = None
    resources: Paths | None = None
    components: Paths | None = None
    crds: Paths | None = None
    patches: tuple[PatchEntry, ...] | None = None
    config_map_generator: tuple[ConfigMapEntry, ...] | None = None
    generator_options: GeneratorOptions | None = None
    images: Annotated[tuple[ImageEntry, ...], NotEmpty] | None = None
    build_metadata: (
        tuple[Literal["managedByLabel", "originAnnotations", "transformerAnnotations"], ...] | None
    ) = None
