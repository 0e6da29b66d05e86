"""Flux' own Kustomization: a folder that is applied; with the parts that HelmRelease shares with it.

Fed by `meta`; the entry point of a cluster's tree is made of it.
Source: https://fluxcd.io/flux/components/kustomize/kustomizations/, CRD of kustomize-controller v1.9.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import Annotations, DnsLabel, DnsName, Duration, Flag, Labels, NotEmpty, Text
from fabricgen.objects.kustomize import PatchTarget
from fabricgen.objects.meta import KubernetesObject, NameReference
from fabricgen.objects.model import Model

Affix = Annotated[str, Field(min_length=1, max_length=200)]


class CommonMetadata(Model):
    """Labels and annotations for everything that is applied."""

    labels: Labels | None = None
    annotations: Annotations | None = None


class Dependency(Model):
    """An object of the same kind that must be ready first."""

    name: DnsName
    namespace: DnsLabel | None = None
    ready_expr: Text | None = None


class HealthCheckExpression(Model):
    """CEL expressions that tell the health of a kind."""

    api_version: Text
    kind: Text | None = None
    current: Text
    in_progress: Text | None = None
    failed: Text | None = None


class Patch(Model):
    """A patch, written here, of what is applied."""

    patch: Text
    target: PatchTarget | None = None


class ImageOverride(Model):
    """Another name, tag or digest for an image."""

    name: Text
    new_name: Text | None = None
    new_tag: Text | None = None
    digest: Text | None = None


class IgnoreRule(Model):
    """Fields, as JSON pointers, whose drift does not count; the empty pointer is the whole object."""

    paths: Annotated[tuple[str, ...], NotEmpty]
    target: PatchTarget | None = None


class KubeConfigSecret(Model):
    """A kubeconfig in a Secret."""

    name: DnsName
    key: Text | None = None


class KubeConfig(Model):
    """Another cluster than Flux' own."""

    secret_ref: KubeConfigSecret | None = None
    config_map_ref: NameReference | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.secret_ref is None) == (self.config_map_ref is None):
            raise ValueError("write exactly one of: secretRef, configMapRef")
        return self


class SourceReference(Model):
    """The source whose files are applied."""

    api_version: Text | None = None
    kind: Literal["OCIRepository", "GitRepository", "Bucket", "ExternalArtifact"]
    name: DnsName
    namespace: DnsLabel | None = None


class HealthCheck(Model):
    """An object that must be healthy before the Kustomization is ready."""

    api_version: Text | None = None
    kind: Text
    name: DnsName
    namespace: DnsLabel | None = None


class Decryption(Model):
    """How encrypted Secrets are read."""

    provider: Literal["sops"]
    secret_ref: NameReference | None = None
    service_account_name: Text | None = None


class SubstituteReference(Model):
    """Variables from a ConfigMap or Secret."""

    kind: Literal["Secret", "ConfigMap"]
    name: DnsName
    optional: Flag | None = None


class PostBuild(Model):
    """Variables put in for `${name}`. fabricgen emits none: a single one arms every `${` of the folder."""

    substitute: dict[str, str] | None = None
    substitute_from: tuple[SubstituteReference, ...] | None = None
    substitute_strategy: Literal["WithVariables", "Always"] | None = None


class FluxKustomizationSpec(Model):
    """Which folder is applied, when, after what, and when it counts as done."""

    interval: Duration
    retry_interval: Duration | None = None
    timeout: Duration | None = None
    path: Text | None = None
    source_ref: SourceReference
    prune: Flag
    deletion_policy: Literal["MirrorPrune", "Delete", "WaitForTermination", "Orphan"] | None = None
    wait: Flag | None = None
    force: Flag | None = None
    suspend: Flag | None = None
    depends_on: tuple[Dependency, ...] | None = None
    health_checks: tuple[HealthCheck, ...] | None = None
    health_check_exprs: tuple[HealthCheckExpression, ...] | None = None
    target_namespace: DnsLabel | None = None
    service_account_name: Text | None = None
    kube_config: KubeConfig | None = None
    common_metadata: CommonMetadata | None = None
    name_prefix: Affix | None = None
    name_suffix: Affix | None = None
    patches: tuple[Patch, ...] | None = None
    images: tuple[ImageOverride, ...] | None = None
    components: tuple[Text, ...] | None = None
    ignore_missing_components: Flag | None = None
    decryption: Decryption | None = None
    post_build: PostBuild | None = None
    build_metadata: tuple[Literal["originAnnotations", "transformerAnnotations"], ...] | None = None
    ignore: tuple[IgnoreRule, ...] | None = None


class FluxKustomization(KubernetesObject):
    """A folder that Flux builds and applies."""

    api_version: Literal["kustomize.toolkit.fluxcd.io/v1"] = "kustomize.toolkit.fluxcd.io/v1"
    kind: Literal["Kustomization"] = "Kustomization"
    spec: FluxKustomizationSpec
