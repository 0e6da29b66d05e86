"""Flux' sources: GitRepository, HelmRepository, OCIRepository.

Fed by `meta`; the Flux family and the chart sources of Cilium and MetalLB are made of them.
Source: https://fluxcd.io/flux/components/source/, CRDs of source-controller v1.9.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.objects.fields import Duration, Flag, Labels, NotEmpty, Text, shaped
from fabricgen.objects.meta import KubernetesObject, NameReference
from fabricgen.objects.model import Model

# Unlike all other durations of Flux, a source's timeout has no hours in its CRD's pattern.
SourceTimeout = Annotated[
    str,
    shaped(
        r"([0-9]+(\.[0-9]+)?(ms|s|m))+",
        "is not a source's timeout such as 60s or 5m; hours are not allowed here",
    ),
]
GitUrl = Annotated[
    str, shaped(r"(http|https|ssh)://.+", "is not a git address that Flux reads: ssh://, https:// or http://")
]
HelmUrl = Annotated[
    str, shaped(r"(http|https|oci)://.+", "is not a Helm repository: https://, http:// or oci://")
]
OciUrl = Annotated[str, shaped(r"oci://.+", "is not an address in an OCI registry: it starts with oci://")]
Digest = Annotated[str, shaped(r"sha256:[0-9a-f]{64}", "is not a digest: sha256: and 64 hexadecimal digits")]


class GitRef(Model):
    """What is checked out. Flux takes the first that is set of: commit, name, semver, tag, branch."""

    branch: Text | None = None
    tag: Text | None = None
    semver: Text | None = None
    name: Text | None = None
    commit: Text | None = None


class GitInclude(Model):
    """Another GitRepository's files, put into this one's artifact."""

    repository: NameReference
    from_path: Text | None = None
    to_path: Text | None = None


class GitVerification(Model):
    """OpenPGP or SSH signatures, checked against the keys of a Secret."""

    mode: Literal["head", "HEAD", "Tag", "TagAndHEAD"] | None = None
    secret_ref: NameReference


class GitRepositorySpec(Model):
    """Where the repository is and what of it is fetched."""

    interval: Duration
    url: GitUrl
    ref: GitRef | None = None
    secret_ref: NameReference | None = None
    provider: Literal["generic", "aws", "azure", "github"] | None = None
    service_account_name: Text | None = None
    timeout: SourceTimeout | None = None
    ignore: str | None = None
    include: tuple[GitInclude, ...] | None = None
    sparse_checkout: tuple[Text, ...] | None = None
    recurse_submodules: Flag | None = None
    proxy_secret_ref: NameReference | None = None
    verify: GitVerification | None = None
    suspend: Flag | None = None

    @model_validator(mode="after")
    def _account_of_a_cloud(self) -> Self:
        if self.service_account_name is not None and self.provider not in {"aws", "azure"}:
            raise ValueError("serviceAccountName goes with provider aws or azure")
        return self


class GitRepository(KubernetesObject):
    """A git repository that Flux fetches."""

    api_version: Literal["source.toolkit.fluxcd.io/v1", "source.toolkit.fluxcd.io/v1beta2"] = (
        "source.toolkit.fluxcd.io/v1"
    )
    kind: Literal["GitRepository"] = "GitRepository"
    spec: GitRepositorySpec


class NamespaceMatch(Model):
    """Namespaces, by their labels."""

    match_labels: Labels | None = None


class AccessFrom(Model):
    """Which namespaces may refer to a source."""

    namespace_selectors: tuple[NamespaceMatch, ...]


class HelmRepositorySpec(Model):
    """Where the charts are."""

    url: HelmUrl
    interval: Duration | None = None
    type: Literal["default", "oci"] | None = None
    provider: Literal["generic", "aws", "azure", "gcp"] | None = None
    secret_ref: NameReference | None = None
    cert_secret_ref: NameReference | None = None
    pass_credentials: Flag | None = None
    insecure: Flag | None = None
    timeout: SourceTimeout | None = None
    access_from: AccessFrom | None = None
    suspend: Flag | None = None

    @model_validator(mode="after")
    def _type_fits_the_address(self) -> Self:
        if self.url.startswith("oci://") != (self.type == "oci"):
            raise ValueError("an oci:// address and type: oci go together")
        return self


class HelmRepository(KubernetesObject):
    """A Helm repository with an index."""

    api_version: Literal["source.toolkit.fluxcd.io/v1", "source.toolkit.fluxcd.io/v1beta2"] = (
        "source.toolkit.fluxcd.io/v1"
    )
    kind: Literal["HelmRepository"] = "HelmRepository"
    spec: HelmRepositorySpec


class OciRef(Model):
    """Which version. Flux takes the first that is set of: digest, semver, tag."""

    tag: Text | None = None
    semver: Text | None = None
    semver_filter: Text | None = None
    digest: Digest | None = None


class LayerSelector(Model):
    """Which layer of the artifact: a Helm chart needs its media type and `copy`."""

    media_type: Text | None = None
    operation: Literal["extract", "copy"] | None = None


class OidcIdentity(Model):
    """Who must have signed, as regular expressions."""

    issuer: Text
    subject: Text


class OciVerification(Model):
    """Signatures of cosign or notation."""

    provider: Literal["cosign", "notation"]
    secret_ref: NameReference | None = None
    trusted_root_secret_ref: NameReference | None = None
    match_oidc_identity: Annotated[tuple[OidcIdentity, ...], NotEmpty] | None = Field(
        default=None, alias="matchOIDCIdentity"
    )


class OciRepositorySpec(Model):
    """Where the artifact is and which version of it is fetched."""

    interval: Duration
    url: OciUrl
    ref: OciRef | None = None
    layer_selector: LayerSelector | None = None
    secret_ref: NameReference | None = None
    cert_secret_ref: NameReference | None = None
    proxy_secret_ref: NameReference | None = None
    provider: Literal["generic", "aws", "azure", "gcp"] | None = None
    service_account_name: Text | None = None
    timeout: SourceTimeout | None = None
    ignore: str | None = None
    insecure: Flag | None = None
    verify: OciVerification | None = None
    suspend: Flag | None = None


class OCIRepository(KubernetesObject):
    """An artifact in an OCI registry: a chart, or manifests."""

    api_version: Literal["source.toolkit.fluxcd.io/v1", "source.toolkit.fluxcd.io/v1beta2"] = (
        "source.toolkit.fluxcd.io/v1"
    )
    kind: Literal["OCIRepository"] = "OCIRepository"
    spec: OciRepositorySpec
