"""Flux' HelmRelease: one chart, its values, and what happens when an install or upgrade fails.

Fed by `meta` and `flux`; the releases of Cilium and MetalLB are made of it.
Source: https://fluxcd.io/flux/components/helm/helmreleases/, CRD of helm-controller v1.6.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import DnsLabel, DnsName, Duration, Flag, Integer, Text, Values, shaped
from fabricgen.objects.flux import (
    CommonMetadata,
    Dependency,
    HealthCheckExpression,
    IgnoreRule,
    ImageOverride,
    KubeConfig,
    Patch,
)
from fabricgen.objects.meta import KubernetesObject, NameReference
from fabricgen.objects.model import Model

ReleaseName = Annotated[
    str,
    shaped(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", "is not a release name: a-z, 0-9, '-' and '.'", longest=53),
]
CrdPolicy = Literal["Skip", "Create", "CreateReplace"]
ServerSideApply = Literal["enabled", "disabled", "auto"]


class ChartSource(Model):
    """The source that has the chart."""

    api_version: Text | None = None
    kind: Literal["HelmRepository", "GitRepository", "Bucket"]
    name: DnsName
    namespace: DnsLabel | None = None


class ChartVerification(Model):
    """Signatures of the chart."""

    provider: Literal["cosign", "notation"]
    secret_ref: NameReference | None = None


class ChartSpec(Model):
    """Which chart, in which version, from which source. Without a version Flux takes the newest."""

    chart: Annotated[str, Field(min_length=1, max_length=2048)]
    version: Text | None = None
    source_ref: ChartSource
    interval: Duration | None = None
    reconcile_strategy: Literal["ChartVersion", "Revision"] | None = None
    values_files: tuple[Text, ...] | None = None
    ignore_missing_values_files: Flag | None = None
    verify: ChartVerification | None = None


class ChartTemplate(Model):
    """The HelmChart object that Flux makes."""

    metadata: CommonMetadata | None = None
    spec: ChartSpec


class ChartReference(Model):
    """A chart that another object already fetches."""

    api_version: Text | None = None
    kind: Literal["OCIRepository", "HelmChart", "ExternalArtifact"]
    name: DnsName
    namespace: DnsLabel | None = None


class DriftDetection(Model):
    """Whether changes that others made in the cluster are seen, and undone."""

    mode: Literal["enabled", "warn", "disabled"] | None = None
    ignore: tuple[IgnoreRule, ...] | None = None


class Strategy(Model):
    """What follows a failure: try again, or remediate (uninstall, roll back)."""

    name: Literal["RemediateOnFailure", "RetryOnFailure"]
    retry_interval: Duration | None = None

    @model_validator(mode="after")
    def _interval_of_a_retry(self) -> Self:
        if self.retry_interval is not None and self.name != "RetryOnFailure":
            raise ValueError("retryInterval goes with name: RetryOnFailure")
        return self


class InstallRemediation(Model):
    """After a failed install: uninstall and try again, so often; -1 is for ever."""

    retries: Integer | None = None
    ignore_test_failures: Flag | None = None
    remediate_last_failure: Flag | None = None


class UpgradeRemediation(InstallRemediation):
    """After a failed upgrade: roll back or uninstall, so often."""

    strategy: Literal["rollback", "uninstall"] | None = None


class _Action(Model):
    """What all actions of Helm have in common."""

    timeout: Duration | None = None
    disable_hooks: Flag | None = None
    disable_wait: Flag | None = None


class _Apply(_Action):
    """What install and upgrade have in common."""

    crds: CrdPolicy | None = None
    strategy: Strategy | None = None
    disable_open_api_validation: Flag | None = Field(default=None, alias="disableOpenAPIValidation")
    disable_schema_validation: Flag | None = None
    disable_take_ownership: Flag | None = None
    disable_wait_for_jobs: Flag | None = None


class Install(_Apply):
    """The first install. `skipCRDs` is left out: upstream deprecated it for `crds`."""

    remediation: InstallRemediation | None = None
    create_namespace: Flag | None = None
    replace: Flag | None = None
    server_side_apply: Flag | None = None


class Upgrade(_Apply):
    """Every later change."""

    remediation: UpgradeRemediation | None = None
    chart_name_change_strategy: Literal["InPlaceUpdate", "Reinstall"] | None = None
    cleanup_on_fail: Flag | None = None
    force: Flag | None = None
    preserve_values: Flag | None = None
    server_side_apply: ServerSideApply | None = None


class Rollback(_Action):
    """A step back. `recreate` is left out: it does nothing any more."""

    cleanup_on_fail: Flag | None = None
    disable_wait_for_jobs: Flag | None = None
    force: Flag | None = None
    server_side_apply: ServerSideApply | None = None


class Uninstall(_Action):
    """The end of a release."""

    deletion_propagation: Literal["background", "foreground", "orphan"] | None = None
    keep_history: Flag | None = None


class TestFilter(Model):
    """One test of a chart, alone or left out."""

    __test__ = False  # not a test of ours, whatever pytest makes of the name

    name: Text
    exclude: Flag | None = None


class ReleaseTest(Model):
    """Helm's tests after install and upgrade."""

    enable: Flag | None = None
    timeout: Duration | None = None
    ignore_failures: Flag | None = None
    filters: tuple[TestFilter, ...] | None = None


class ValuesReference(Model):
    """Values from a ConfigMap or Secret of the HelmRelease's own namespace."""

    kind: Literal["Secret", "ConfigMap"]
    name: DnsName
    values_key: (
        Annotated[str, shaped(r"[-._a-zA-Z0-9]+", "is not a key of a ConfigMap or Secret", longest=253)]
        | None
    ) = None
    target_path: (
        Annotated[
            str,
            shaped(
                r"([a-zA-Z0-9_\-.\\/]|\[[0-9]{1,5}\])+",
                "is not a path into Helm values such as a.b[0]",
                longest=250,
            ),
        ]
        | None
    ) = None
    optional: Flag | None = None
    literal: Flag | None = None


class KustomizeRenderer(Model):
    """Patches and images over what the chart renders."""

    patches: tuple[Patch, ...] | None = None
    images: tuple[ImageOverride, ...] | None = None


class PostRenderer(Model):
    """One step after rendering."""

    kustomize: KustomizeRenderer | None = None


class WaitStrategy(Model):
    """How Flux waits: `poller` reads every object's own status, `legacy` is Helm 3's way."""

    name: Literal["poller", "legacy"]


class HelmReleaseSpec(Model):
    """The release. `releaseName` and `storageNamespace` decide which release in the cluster is meant."""

    interval: Duration
    chart: ChartTemplate | None = None
    chart_ref: ChartReference | None = None
    release_name: ReleaseName | None = None
    target_namespace: DnsLabel | None = None
    storage_namespace: DnsLabel | None = None
    timeout: Duration | None = None
    depends_on: tuple[Dependency, ...] | None = None
    service_account_name: DnsName | None = None
    persistent_client: Flag | None = None
    max_history: Annotated[int, Field(strict=True, ge=0)] | None = None
    install: Install | None = None
    upgrade: Upgrade | None = None
    rollback: Rollback | None = None
    uninstall: Uninstall | None = None
    test: ReleaseTest | None = None
    drift_detection: DriftDetection | None = None
    wait_strategy: WaitStrategy | None = None
    health_check_exprs: tuple[HealthCheckExpression, ...] | None = None
    common_metadata: CommonMetadata | None = None
    post_renderers: tuple[PostRenderer, ...] | None = None
    post_render_strategy: Literal["nohooks", "combined", "separate"] | None = None
    kube_config: KubeConfig | None = None
    suspend: Flag | None = None
    values_from: tuple[ValuesReference, ...] | None = None
    values: Values | None = None

    @model_validator(mode="after")
    def _one_chart(self) -> Self:
        if (self.chart is None) == (self.chart_ref is None):
            raise ValueError("write exactly one of: chart, chartRef")
        return self


class HelmRelease(KubernetesObject):
    """A chart that Flux installs and keeps."""

    api_version: Literal["helm.toolkit.fluxcd.io/v2"] = "helm.toolkit.fluxcd.io/v2"
    kind: Literal["HelmRelease"] = "HelmRelease"
    spec: HelmReleaseSpec
