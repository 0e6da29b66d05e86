"""The table of chart keys against the values of the charts themselves."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from fabricgen.versions import HELM_KEYS, HelmKey, parse_version
from fabricgen.versions.cilium import has_key

CHARTS = ("1.16.19", "1.17.18", "1.18.12", "1.19.6", "1.20.0")

# Read by templates of charts whose values.yaml does not list them (yet, or at all).
UNLISTED = {
    "clustermesh.disableKubernetesHostAliases",
    "enableK8sEndpointSlice",
    "hubble.export.aggregationInterval",
    "hubble.export.fileCompress",
    "hubble.lostEventSendInterval",
    "ipam.operator.autoCreateCiliumPodIPPools.allowFirstIP",
    "ipam.operator.autoCreateCiliumPodIPPools.allowLastIP",
    "k8s.apiServerURLs",
    "l2podAnnouncements.interfacePattern",
    "loadBalancer.protocolDifferentiation",
    "loadBalancer.reflectorWaitTime",
    "loadBalancer.standalone",
    "nodeLabels",
    "nonIdempotentAnnotations",
    "sessionAffinity",
}

# Listed for the first or the last time, though templates read them in all versions.
READ_ALL_ALONG = {
    "cni.configMap",
    "clustermesh.apiserver.tls.auto.schedule",
    "devices",
    "hubble.export.fileMaxBackups",
    "hubble.export.fileMaxSizeMb",
    "iptablesRandomFully",
    "kubeProxyReplacement",
    "loadBalancer.serviceTopology",
}


@cache
def _listed(folder: Path, chart: str) -> frozenset[str]:
    """Return every dotted path that the chart's values.yaml lists, containers too."""
    text = (folder / "charts" / "cilium" / f"values-{chart}.yaml").read_text(encoding="utf-8")
    return frozenset(_paths(yaml.load(text, Loader=yaml.CSafeLoader)))


def _paths(values: object, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in values.items() if isinstance(values, dict) else ():
        found |= {f"{prefix}{key}"} | _paths(value, f"{prefix}{key}.")
    return found


@pytest.mark.schemas
@pytest.mark.parametrize("chart", CHARTS)
def test_the_table_agrees_with_the_charts_own_values(schemas_dir: Path, chart: str) -> None:
    listed = _listed(schemas_dir, chart)
    assert [key.path for key in HELM_KEYS if _disagrees(key, chart=chart, listed=listed)] == []


def _disagrees(key: HelmKey, *, chart: str, listed: frozenset[str]) -> bool:
    has = has_key(key.path, parse_version(chart))
    return has is not (key.path in listed) and not (has and key.path in UNLISTED)


@pytest.mark.schemas
@pytest.mark.parametrize(("older", "newer"), list(pairwise(CHARTS)))
def test_every_change_of_the_charts_values_is_in_the_table(schemas_dir: Path, older: str, newer: str) -> None:
    before, after = _listed(schemas_dir, older), _listed(schemas_dir, newer)
    changed = {path for path in before ^ after if not _is_in_free_map(path)} - READ_ALL_ALONG - UNLISTED
    assert {path for path in changed if has_key(path, parse_version(older)) is not (path in before)} == set()
    assert {path for path in changed if has_key(path, parse_version(newer)) is not (path in after)} == set()


def _is_in_free_map(path: str) -> bool:
    parents = path.split(".")[:-1]
    return any(part.endswith("ecurityContext") or part == "resources" for part in parents)


@pytest.mark.schemas
def test_no_exception_of_these_tests_is_left_over(schemas_dir: Path) -> None:
    everywhere = frozenset[str].intersection(*(_listed(schemas_dir, chart) for chart in CHARTS))
    assert everywhere & (UNLISTED | READ_ALL_ALONG) == set()
