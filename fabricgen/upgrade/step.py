"""A step of a stop, and where the facts behind the steps come from. Used by `steps`, `machines` and `rollback`."""

from dataclasses import dataclass
from typing import Final

TALOS_UPGRADE: Final = "https://docs.siderolabs.com/talos/v1.14/configure-your-talos-cluster/lifecycle-management/upgrading-talos"
KUBERNETES_UPGRADE: Final = (
    "https://docs.siderolabs.com/kubernetes-guides/advanced-guides/upgrading-kubernetes"
)
ETCD: Final = "https://docs.siderolabs.com/talos/v1.14/build-and-extend-talos/cluster-operations-and-maintenance/disaster-recovery"
K3S_UPGRADE: Final = "https://docs.k3s.io/upgrades/manual"
K3S_BACKUP: Final = "https://docs.k3s.io/datastore/backup-restore, https://docs.k3s.io/cli/etcd-snapshot"
K3S_BACK: Final = "https://docs.k3s.io/upgrades/roll-back"
FLUX_UPGRADE: Final = "https://fluxcd.io/flux/installation/upgrade/, https://fluxcd.io/flux/cmd/flux_migrate/"
CILIUM_UPGRADE: Final = "https://github.com/cilium/cilium/blob/v1.20.2/Documentation/operations/upgrade.rst"
DOCKER: Final = (
    "https://docs.siderolabs.com/talos/v1.13/platform-specific-installations/local-platforms/docker"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do: a sentence, the commands (lines of shell, none where a person acts), and the source of both."""

    what: str
    commands: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """The steps of one stop in order, and the way back."""

    steps: tuple[Step, ...]
    rollback: tuple[Step, ...]
