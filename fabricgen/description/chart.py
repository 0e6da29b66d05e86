"""Where a Helm chart comes from, as people write it."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from fabricgen.description.fields import Model, check_one_of

HttpsUrl = Annotated[str, Field(strict=True, pattern=r"^https?://[^\s/]+(/\S*)?$")]
OciUrl = Annotated[str, Field(strict=True, pattern=r"^oci://[^\s/]+/\S+$")]


class Chart(Model):
    """Where a Helm chart comes from: a classic repository or an OCI registry."""

    helm: HttpsUrl | None = Field(
        default=None, description="Address of a Helm repository, such as https://helm.cilium.io/."
    )
    oci: OciUrl | None = Field(
        default=None,
        description="Address of the chart itself in a registry, such as oci://quay.io/cilium/charts/cilium.",
    )
    digest: Annotated[str, Field(strict=True, pattern=r"^sha256:[0-9a-f]{64}$")] | None = Field(
        default=None,
        description="Digest of the chart in the registry. Wins over the version, so both must change together.",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        check_one_of("a chart comes from one place", helm=self.helm, oci=self.oci)
        if self.digest is not None and self.oci is None:
            raise ValueError(
                "digest is of a chart in a registry, and this chart comes from a Helm repository; "
                "remove digest, or write oci instead of helm"
            )
        return self
