"""What schemas are looked for, beside the kind. Made by `locations`, read by every place that needs it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What schemas are looked for: of which Kubernetes (`1.36`, `1.36.2`, `master`), and whether of closed objects."""

    kubernetes: str
    strict: bool

    @property
    def version(self) -> str:
        """The version with all three numbers, as folders are named: `v1.36.0`; `master` as it is."""
        bare = self.kubernetes.removeprefix("v")
        return bare if bare == "master" else f"v{bare}" if bare.count(".") > 1 else f"v{bare}.0"
