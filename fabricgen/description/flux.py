"""Flux, and where it reads the tree from, as people write it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fabricgen.description.chart import OciUrl
from fabricgen.description.fields import Duration, Model, Name, Text, VersionField, check_one_of

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


class OciSource(Model):
    """An OCI artifact that Flux reads."""

    url: OciUrl = Field(description="Address of the artifact, oci://, without tag.")
    tag: Text = Field(
        default="latest", description="Tag that Flux follows. What is pushed under it changes the cluster."
    )
    secret: Name | None = Field(
        default=None,
        description="Secret in flux-system with the credentials, made by hand and never in git. Default: none needed.",
    )


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

    @model_validator(mode="after")
    def _exactly_one_source(self) -> Self:
        check_one_of("Flux reads this tree from one place", git=self.git, oci=self.oci)
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
