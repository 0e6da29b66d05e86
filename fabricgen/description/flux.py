"""Flux, and where it reads the tree from, as people write it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.chart import OciUrl
from fabricgen.description.fields import Duration, Flag, Model, Name, Text, VersionField, check_one_of
from fabricgen.description.sops import Sops

GitUrl = Annotated[str, Field(strict=True, pattern=r"^(https?|ssh)://[^\s/]+/\S+$")]


class GitSource(Model):
    """A git repository that Flux reads."""

    url: GitUrl = Field(
        description="Address of the repository, https:// or ssh://. Credentials belong in `secret`, never in it."
    )
    branch: Text = Field(
        default="main", description="Branch that Flux follows. What is pushed there changes the cluster."
    )
    secret: Name | None = Field(
        default=None,
        description="Secret in flux-system with the credentials, made by hand and never in git. Default: none needed.",
    )


class SignerIdentity(Model):
    """Who must have signed an artifact with cosign's keyless way, as regular expressions of Go."""

    issuer: Text = Field(
        description="Who has said who signed, such as `^https://token\\.actions\\.githubusercontent\\.com$`."
    )
    subject: Text = Field(
        description="Who signed, such as `^https://github\\.com/me/fleet/.*$`. Without ^ and $ others match as well."
    )


class ArtifactVerification(Model):
    """Signatures that Flux asks for before it takes an artifact."""

    provider: Literal["cosign", "notation"] = Field(
        default="cosign", description="What artifacts are signed with."
    )
    secret: Name | None = Field(
        default=None,
        description="Secret in flux-system with the public keys, made by hand. Needed, unless there are `identities`.",
    )
    identities: tuple[SignerIdentity, ...] = Field(
        default=(),
        description="Who may have signed without a key of their own, only with cosign; one of them is enough.",
    )

    @model_validator(mode="after")
    def _somebody_is_trusted(self) -> Self:
        if self.provider == "notation" and self.identities:
            raise ValueError(
                "identities are of cosign, and provider is notation; remove identities, or use cosign"
            )
        if (self.secret is None) == (not self.identities):
            there = "both secret and identities" if self.identities else "neither secret nor identities"
            raise ValueError(
                f"has {there}, and would "
                + ("not say which counts" if self.identities else "trust anyone's signature")
                + "; write the secret with the keys, or the identities of who signs without one"
            )
        return self


class OciSource(Model):
    """An OCI artifact that Flux reads. `fabricgen push` publishes it."""

    url: OciUrl = Field(description="Address of the artifact, oci://, without tag.")
    tag: Text | None = Field(
        default=None,
        description="Tag that Flux follows. What is pushed under it changes the cluster. Default: `latest`, unless "
        "`semver` or `digest` is there.",
    )
    semver: Text | None = Field(
        default=None,
        description='Range of versions, such as ">=1.2.0"; Flux takes the newest tag in it. The tags must be versions.',
    )
    semver_filter: Text | None = Field(
        default=None,
        description="Regular expression for the tags that `semver` may choose from, such as `.*-rc.*`. Default: all.",
    )
    digest: Annotated[str, Field(strict=True, pattern=r"^sha256:[0-9a-f]{64}$")] | None = Field(
        default=None,
        description="Digest of the one artifact that Flux takes, whatever the tags say. Only with `install: cli`: with the "
        "operator it would have to stand in the artifact whose digest it is.",
    )
    secret: Name | None = Field(
        default=None,
        description="Secret in flux-system with the credentials, made by hand and never in git. Default: none needed.",
    )
    provider: Literal["aws", "azure", "gcp"] | None = Field(
        default=None,
        description="Cloud whose identity Flux uses at its registry. Default: none, as in a homelab.",
    )
    certificates: Name | None = Field(
        default=None,
        description="Secret in flux-system with the registry's CA in `ca.crt`, and a client's `tls.crt` and `tls.key` if "
        "it wants one; made by hand. Default: Flux trusts the CAs that everyone does.",
    )
    insecure: Flag = Field(
        default=False, description="Read over plain HTTP. Who is on the way can change what the cluster runs."
    )
    verify: ArtifactVerification | None = Field(
        default=None, description="Signatures that Flux asks for. Default: it takes what is there."
    )

    @model_validator(mode="after")
    def _follows_one_thing(self) -> Self:
        followed = [key for key in ("tag", "semver", "digest") if getattr(self, key) is not None]
        if len(followed) > 1:
            raise ValueError(f"has {' and '.join(followed)}, and Flux follows one thing; keep one of them")
        if self.semver_filter is not None and self.semver is None:
            raise ValueError(
                "semverFilter chooses among the tags of a range, and semver is missing; write both"
            )
        if self.insecure and self.certificates is not None:
            raise ValueError("insecure is plain HTTP, which has no certificates; keep one of them")
        if self.secret is not None and self.provider is not None:
            raise ValueError("secret and provider are two ways to log in; keep one of them")
        return self


class Flux(Model):
    """Flux, and where it reads this tree from."""

    version: VersionField = Field(
        description="Flux version, such as 2.7.5. Decides the apiVersions, so an older Flux in the cluster refuses the tree."
    )
    install: Literal["operator", "cli"] = Field(
        default="operator",
        description="How Flux comes into the cluster. `operator`: flux-operator and a FluxInstance, which also upgrade it; `cli`: "
        "`flux install` and sync objects.",
    )
    operator_version: VersionField | None = Field(
        default=None,
        description="Version of the flux-operator chart, such as 0.58.1. Needed with `install: operator`, else refused.",
    )
    git: GitSource | None = Field(
        default=None, description="Git repository that holds this tree. Either this or `oci`."
    )
    oci: OciSource | None = Field(
        default=None, description="Artifact in a registry that holds this tree. Either this or `git`."
    )
    path: Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$")] | None = Field(
        default=None,
        description="Folder of this tree in the source, without a slash in front. Flux finds nothing elsewhere. Default: "
        "`gitops/<name>`.",
    )
    interval: Duration = Field(
        default="1h",
        description="How often layers and releases are reconciled without a change, such as 10m or 1h30m. Drift lasts so long "
        "at most.",
    )
    sops: Sops | None = Field(
        default=None,
        description="Who can read Secrets that are encrypted in git. Default: nothing is encrypted, and Flux decrypts nothing.",
    )

    @model_validator(mode="after")
    def _exactly_one_source(self) -> Self:
        check_one_of("Flux reads this tree from one place", git=self.git, oci=self.oci)
        if self.install == "operator" and self.oci is not None and self.oci.digest is not None:
            raise ValueError(
                "oci.digest would stand in the FluxInstance, which is part of the artifact whose digest it is; "
                "write oci.tag or oci.semver, or install: cli"
            )
        if self.install == "operator" and self.operator_version is None:
            asked = (
                "install is operator"
                if "install" in self.model_fields_set
                else "install is operator by default"
            )
            raise ValueError(
                f"{asked}, and operatorVersion is missing; write the version of the flux-operator chart, "
                "such as operatorVersion: 0.58.1, or install: cli"
            )
        if self.install == "cli" and self.operator_version is not None:
            raise ValueError(
                "install is cli, and operatorVersion is for the operator; write install: operator, or remove operatorVersion"
            )
        return self
