"""FluxInstance of the flux-operator: how Flux itself is installed, and what it reads first.

Fed by `flux`; a cluster whose Flux is kept by the operator has one.
Source: https://fluxoperator.dev/docs/crd/fluxinstance/, CRD of flux-operator.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import DnsName, Duration, Flag, NotEmpty, Text
from fabricgen.objects.flux import CommonMetadata, Patch
from fabricgen.objects.meta import KubernetesObject, ObjectMeta
from fabricgen.objects.model import Model
from fabricgen.objects.sources import OciUrl


class Distribution(Model):
    """Which Flux, from which registry."""

    version: Text
    registry: Text
    artifact: OciUrl | None = None
    artifact_pull_secret: Text | None = None
    image_pull_secret: Text | None = None
    variant: (
        Literal["upstream-alpine", "enterprise-alpine", "enterprise-distroless", "enterprise-distroless-fips"]
        | None
    ) = None


class FluxCluster(Model):
    """What kind of cluster Flux runs in."""

    type: Literal["kubernetes", "openshift", "aws", "azure", "gcp"] | None = None
    size: Literal["small", "medium", "large"] | None = None
    domain: DnsName | None = None
    network_policy: Flag | None = None
    multitenant: Flag | None = None
    tenant_default_service_account: Text | None = None
    multitenant_workload_identity: Flag | None = None
    object_level_workload_identity: Flag | None = None
    tenant_default_decryption_service_account: Text | None = None
    tenant_default_kube_config_service_account: Text | None = None

    @model_validator(mode="after")
    def _identity_of_objects(self) -> Self:
        if self.multitenant_workload_identity and not self.object_level_workload_identity:
            raise ValueError("multitenantWorkloadIdentity needs objectLevelWorkloadIdentity: true")
        return self


class InstancePatches(Model):
    """Patches of Flux' own manifests."""

    patches: tuple[Patch, ...] | None = None


class Sharding(Model):
    """Several copies of the controllers, each for its share."""

    key: Text | None = None
    shards: Annotated[tuple[Text, ...], NotEmpty]
    storage: Literal["ephemeral", "persistent"] | None = None


class InstanceStorage(Model):
    """A volume for source-controller."""

    storage_class: Text = Field(alias="class")
    size: Text


class Sync(Model):
    """What Flux reads first: the source and the path of the cluster's entry point."""

    kind: Literal["OCIRepository", "GitRepository", "Bucket"]
    url: Text
    ref: Text
    path: Text
    name: Annotated[DnsName, Field(max_length=63)] | None = None
    interval: Duration | None = None
    provider: Literal["generic", "aws", "azure", "gcp", "github"] | None = None
    pull_secret: Text | None = None

    @model_validator(mode="after")
    def _provider_has_the_kind(self) -> Self:
        if self.provider == "github" and self.kind != "GitRepository":
            raise ValueError("provider github goes with kind: GitRepository")
        if self.provider == "gcp" and self.kind == "GitRepository":
            raise ValueError("provider gcp goes with kind: OCIRepository or Bucket")
        return self


Component = Literal[
    "source-controller",
    "kustomize-controller",
    "helm-controller",
    "notification-controller",
    "image-reflector-controller",
    "image-automation-controller",
    "source-watcher",
]


class FluxInstanceSpec(Model):
    """Flux as a whole."""

    distribution: Distribution
    components: tuple[Component, ...] | None = None
    cluster: FluxCluster | None = None
    sync: Sync | None = None
    kustomize: InstancePatches | None = None
    common_metadata: CommonMetadata | None = None
    sharding: Sharding | None = None
    storage: InstanceStorage | None = None
    migrate_resources: Flag | None = None
    wait: Flag | None = None

    @model_validator(mode="after")
    def _storage_of_shards(self) -> Self:
        if self.sharding is not None and self.sharding.storage == "persistent" and self.storage is None:
            raise ValueError("sharding.storage: persistent needs storage")
        return self


class FluxInstanceMeta(ObjectMeta):
    """There is one FluxInstance in a cluster, and its name is fixed."""

    name: Literal["flux"]


class FluxInstance(KubernetesObject):
    """Flux, installed and kept by the flux-operator."""

    api_version: Literal["fluxcd.controlplane.io/v1"] = "fluxcd.controlplane.io/v1"
    kind: Literal["FluxInstance"] = "FluxInstance"
    metadata: FluxInstanceMeta
    spec: FluxInstanceSpec
