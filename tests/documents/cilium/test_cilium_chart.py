"""All values against the chart: types by its schema, keys by its values.yaml."""

from pathlib import Path
from typing import Any

import pytest
from chart_keys import faults, is_known
from cilium_clusters import EVERYTHING, VERSIONS, cluster, k3s, values

from fabricgen.cluster import Cluster
from fabricgen.documents.document import leaves

# Before 1.18 BBR cannot be left to the hosts, so there it needs eBPF host routing.
OLD_EVERYTHING = {**EVERYTHING, "cilium.hostLegacyRouting": False}


def everything(version: str) -> Cluster:
    return cluster(version, at=OLD_EVERYTHING if version < "1.18" else EVERYTHING)


CLUSTERS = pytest.mark.parametrize(
    "home",
    [
        *(pytest.param((version, everything), id=f"everything-{version}") for version in VERSIONS),
        *(pytest.param((version, cluster), id=f"talos-{version}") for version in VERSIONS),
        *(pytest.param((version, k3s), id=f"k3s-{version}") for version in VERSIONS),
    ],
)


@pytest.mark.schemas
@CLUSTERS
def test_the_charts_schema_accepts_all_values(schemas_dir: Path, home: tuple[str, Any]) -> None:
    version, make = home

    assert faults(values(make(version)), schemas_dir, version) == []


@pytest.mark.schemas
@CLUSTERS
def test_every_key_is_one_that_the_chart_reads(schemas_dir: Path, home: tuple[str, Any]) -> None:
    version, make = home
    written = {
        tuple(key for key in path if isinstance(key, str)) for path, _ in leaves(values(make(version)))
    }

    assert sorted(path for path in written if not is_known(path, schemas_dir, version)) == []


@pytest.mark.schemas
@pytest.mark.parametrize(
    ("path", "version", "known"),
    [
        (("cgroup", "automount", "enabled"), "1.20.1", False),
        (("cgroup", "autoMount", "enabled"), "1.20.1", True),
        (("gatewayApi", "enabled"), "1.20.1", False),
        (("encryption", "strictMode", "enabled"), "1.20.1", False),
        (("encryption", "strictMode", "egress", "enabled"), "1.18.6", False),
        (("enableLBIPAM",), "1.16.6", False),
        (("bandwidthManager", "bbrHostNamespaceOnly"), "1.17.18", False),
        (("loadBalancer", "dsrDispatch"), "1.16.6", True),
        (("l2announcements", "leaseRetryPeriod"), "1.16.6", True),
        (("hubble", "ui", "service", "annotations", "anything"), "1.18.6", True),
    ],
)
def test_the_reader_of_the_charts_keys_can_tell(
    schemas_dir: Path,
    path: tuple[str, ...],
    version: str,
    known: bool,  # noqa: FBT001 - a parameter of the table above
) -> None:
    assert is_known(path, schemas_dir, version) is known
