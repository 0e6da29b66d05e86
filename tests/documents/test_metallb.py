"""MetalLB where it stays: its release and its pools, as its own chart and controller read them."""

from typing import Any

import pytest
from homes import TALOS, home

from fabricgen.cluster import Cluster
from fabricgen.documents import metallb
from fabricgen.documents.document import Part


def parts(cluster: Cluster, name: str) -> list[Part]:
    found = {draft.path.removeprefix("infrastructure/"): draft.parts for draft in metallb.drafts(cluster)}
    return list(found.get(f"{name}.yaml", ()))


def with_metallb(version: str = "0.15.2", *, chart: dict[str, str] | None = None, **at: Any) -> Cluster:
    return home(metallb={"version": version, **({"chart": chart} if chart else {})}, **at)


def release(cluster: Cluster) -> Any:
    return parts(cluster, "metallb/release")[0].body["spec"]


def pools(cluster: Cluster) -> dict[str, Any]:
    return {
        part.body["metadata"]["name"]: part.body["spec"] for part in parts(cluster, "metallb-config/pools")
    }


def test_without_metallb_there_is_no_file() -> None:
    assert list(metallb.drafts(home())) == []


def test_speakers_may_use_the_hosts_network() -> None:
    metadata = parts(with_metallb(), "metallb/namespace")[0].body["metadata"]

    assert metadata["labels"]["pod-security.kubernetes.io/enforce"] == "privileged"
    assert metadata["annotations"] == {"kustomize.toolkit.fluxcd.io/prune": "disabled"}


def test_the_chart_is_pinned() -> None:
    assert release(with_metallb())["chart"]["spec"] == {
        "chart": "metallb",
        "version": "0.15.2",
        "sourceRef": {"kind": "HelmRepository", "name": "metallb"},
    }


def test_the_chart_may_come_from_a_registry() -> None:
    cluster = with_metallb(chart={"oci": "oci://example.org/charts/metallb"})

    assert release(cluster)["chartRef"] == {"kind": "OCIRepository", "name": "metallb"}
    assert parts(cluster, "metallb/repository")[0].body["spec"]["ref"] == {"tag": "0.15.2"}


def test_bgp_daemons_are_left_out_of_each_chart_in_its_own_way() -> None:
    assert release(with_metallb())["values"] == {"speaker": {"frr": {"enabled": False}}}
    assert release(with_metallb("0.16.1"))["values"] == {
        "speaker": {"frr": {"enabled": False}},
        "frrk8s": {"enabled": False},
    }


def test_control_planes_announce_where_there_is_nobody_else() -> None:
    values = release(with_metallb(nodes=TALOS["nodes"][:1]))["values"]

    assert values["speaker"]["ignoreExcludeLB"] is True


def test_a_pool_is_a_range_and_what_is_one_network_is_a_cidr() -> None:
    found = pools(
        with_metallb(
            networks__loadBalancers={
                "a": {"start": "10.0.0.200", "stop": "10.0.0.215"},
                "b": {"cidr": "10.0.0.240/29"},
            }
        )
    )

    assert found == {"a": {"addresses": ["10.0.0.200-10.0.0.215"]}, "b": {"addresses": ["10.0.0.240/29"]}}


def test_a_pinned_address_is_given_to_nobody_who_does_not_ask() -> None:
    vip = {"address": "10.0.0.200", "services": [{"name": "dns", "namespace": "network"}]}

    assert pools(with_metallb(networks__vips={"names": vip}))["vip-names"] == {
        "addresses": ["10.0.0.200/32"],
        "autoAssign": False,
        "serviceAllocation": {"namespaces": ["network"]},
    }


def test_a_pool_for_named_services_must_be_asked_for_since_metallb_knows_no_names() -> None:
    named = {"web": {"cidr": "10.0.0.240/29", "services": {"names": ["front"], "labels": {"tier": "web"}}}}

    assert pools(with_metallb(networks__loadBalancers=named))["web"] == {
        "addresses": ["10.0.0.240/29"],
        "autoAssign": False,
        "serviceAllocation": {"serviceSelectors": [{"matchLabels": {"tier": "web"}}]},
    }


@pytest.mark.parametrize(
    ("version", "annotation"),
    [("0.14.8", "metallb.universe.tf/address-pool: web"), ("0.14.9", "metallb.io/address-pool: web")],
)
def test_the_annotation_that_asks_for_a_pool_is_the_one_that_this_metallb_reads(
    version: str, annotation: str
) -> None:
    named = {"web": {"cidr": "10.0.0.240/29", "services": {"names": ["front"]}}}
    (pool,) = parts(with_metallb(version, networks__loadBalancers=named), "metallb-config/pools")

    (why,) = [one.why for one in pool.settings if one.path[-1] == "autoAssign"]

    assert why.endswith(f"the annotation {annotation}")


def test_a_pool_for_labels_or_namespaces_serves_them_without_being_asked() -> None:
    chosen = {"web": {"cidr": "10.0.0.240/29", "services": {"namespaces": ["web"]}}}

    assert pools(with_metallb(networks__loadBalancers=chosen))["web"] == {
        "addresses": ["10.0.0.240/29"],
        "serviceAllocation": {"namespaces": ["web"]},
    }


def test_every_pool_is_answered_for_by_arp() -> None:
    vip = {"address": "10.0.0.200", "services": [{"name": "dns", "namespace": "network"}]}
    cluster = with_metallb(networks__vips={"names": vip})

    assert parts(cluster, "metallb-config/advertisements")[0].body["spec"] == {
        "ipAddressPools": ["lan", "vip-names"]
    }


def test_without_pools_there_is_nothing_to_configure() -> None:
    assert [draft.path for draft in metallb.drafts(with_metallb(networks__loadBalancers={}))] == [
        "infrastructure/metallb/namespace.yaml",
        "infrastructure/metallb/repository.yaml",
        "infrastructure/metallb/release.yaml",
    ]


@pytest.mark.parametrize("name", ["metallb/namespace", "metallb/release"])
def test_what_would_withdraw_every_address_cannot_be_pruned(name: str) -> None:
    annotations = parts(with_metallb(), name)[0].body["metadata"]["annotations"]

    assert annotations["kustomize.toolkit.fluxcd.io/prune"] == "disabled"
