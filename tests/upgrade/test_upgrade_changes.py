"""What is said to change at a stop: keys, defaults, apiVersions, notes, restarts, commands."""

from functools import cache
from pathlib import Path

import pytest
from described import ROOT

from fabricgen.impact import Impact
from fabricgen.upgrade.changes import Changes
from fabricgen.upgrade.defaults import default_changes
from fabricgen.upgrade.planning import Place, Stop, UpgradePlan, plan_upgrade
from fabricgen.upgrade.products import Product, Target
from fabricgen.versions.version import parse_version


@cache
def _plan(cluster: str, *target: tuple[Product, str]) -> UpgradePlan:
    path = ROOT / f"clusters/{cluster}.yaml"
    place = Place(description=Path(f"clusters/{path.name}"), output=Path("gitops"), templates=None)
    asked = {product: parse_version(text) for product, text in target}
    return plan_upgrade(path.read_text(encoding="utf-8"), asked=asked, place=place)


def _stop(cluster: str, *target: tuple[Product, str], after: str) -> Stop:
    """The stop that goes to this version."""
    plan = _plan(cluster, *target)
    return next(stop for stop in plan.stops if after in {str(move.after) for move in stop.leg.moves})


def _changes(stop: Stop) -> Changes:
    assert stop.changes is not None
    return stop.changes


def _commands(stop: Stop) -> list[str]:
    assert stop.procedure is not None
    return [command for step in stop.procedure.steps for command in step.commands]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("1.17.18", "1.18.12", ("l2NeighDiscovery.enabled", "changed", "true", "false")),
        ("1.17.18", "1.18.12", ("startupProbe.failureThreshold", "changed", "105", "300")),
        ("1.18.12", "1.19.7", ("authentication.enabled", "changed", "true", "false")),
        ("1.18.12", "1.19.7", ("nodePort.enabled", "gone", "false", "")),
        ("1.19.7", "1.20.2", ("certgen.enforceCAValidityThroughoutLeavesDuration", "new", "", "true")),
        ("1.16.19", "1.17.18", ("dnsProxy.endpointMaxIpPerHostname", "changed", "50", "1000")),
    ],
)
def test_a_default_that_changed_is_known(before: str, after: str, change: tuple[str, str, str, str]) -> None:
    assert change in default_changes(parse_version(before), parse_version(after))


def test_a_key_that_templates_read_before_it_was_listed_is_not_new() -> None:
    found = {one.key for one in default_changes(parse_version("1.17.18"), parse_version("1.18.12"))}

    assert "kubeProxyReplacement" not in found


def test_images_are_no_defaults() -> None:
    found = default_changes(parse_version("1.19.7"), parse_version("1.20.2"))

    assert [one.key for one in found if one.key.endswith(("tag", "igest"))] == []


def test_a_release_that_the_table_lacks_counts_as_the_one_before() -> None:
    known = default_changes(parse_version("1.19.7"), parse_version("1.20.2"))

    assert default_changes(parse_version("1.19.7"), parse_version("1.20.99")) == known


def test_what_this_cluster_writes_itself_stands_beside_a_changed_default() -> None:
    stop = _stop("goldentooth", ("cilium", "1.19.7"), after="1.19.7")
    keys = {one.change.key: one for one in _changes(stop).keys}

    assert "SYSLOG" in keys["securityContext.capabilities.ciliumAgent"].ours
    assert keys["authentication.enabled"].part_is_off
    assert keys["nodePort.enabled"].instead == "kubeProxyReplacement: true does it now"


def test_an_api_version_that_our_tree_changes_says_from_what_to_what() -> None:
    stop = _stop("k3s-homelab", ("cilium", "1.18.12"), ("k3s", "1.31.14+k3s1"), after="1.18.12")

    pool = next(
        one
        for one in _changes(stop).apis
        if one.kind == "CiliumLoadBalancerIPPool" and one.api_version == "cilium.io/v2"
    )

    assert (pool.event, pool.since) == ("new", "1.18")
    assert pool.ours == ("cilium.io/v2alpha1", "cilium.io/v2")


def test_crds_of_gateway_api_that_follow_cilium_are_told() -> None:
    stop = _stop("k3s-homelab", ("cilium", "1.17.18"), after="1.17.18")

    found = {(one.kind, one.api_version.rpartition("/")[2], one.event) for one in _changes(stop).apis}

    assert ("TLSRoute", "v1alpha2", "gone") in found


@pytest.mark.parametrize(
    ("cluster", "target", "after", "part"),
    [
        ("goldentooth", (("cilium", "1.20.2"),), "1.20.2", "a pod's connection to a NodePort"),
        ("goldentooth", (("flux", "2.10.0"),), "2.10.0", "`flux migrate` must have run"),
        ("goldentooth", (("talos", "1.13.12"),), "1.13.12", "nodes that boot with GRUB"),
        ("joelclaw", (("talos", "1.13.12"),), "1.13.12", "a container cannot be upgraded"),
        (
            "k3s-homelab",
            (("cilium", "1.18.12"), ("k3s", "1.31.14+k3s1")),
            "1.18.12",
            "each node needs a kernel of 5.10",
        ),
    ],
)
def test_what_upstream_asks_for_is_told_where_it_is_about_this_cluster(
    cluster: str, target: tuple[tuple[Product, str], ...], after: str, part: str
) -> None:
    notes = _changes(_stop(cluster, *target, after=after)).notes

    assert [one.level for one in notes if one.text.startswith(part)] == ["act"]


def test_what_is_not_about_this_cluster_is_not_told() -> None:
    notes = _changes(_stop("homeops", ("cilium", "1.20.2"), after="1.20.2")).notes

    assert [one.text for one in notes if "NodePort" in one.text or "TLSRoute" in one.text] == []


def test_a_patch_has_no_notes() -> None:
    assert _changes(_stop("homeops", ("cilium", "1.18.12"), after="1.18.12")).notes == ()


@pytest.mark.parametrize(
    ("cluster", "product", "after", "impact"),
    [
        ("goldentooth", "talos", "1.12.12", Impact.NODE_REBOOTS),
        ("joelclaw", "talos", "1.12.12", Impact.CLUSTER_REBUILT),
        ("goldentooth", "flux", "2.7.5", Impact.AGENTS_ROLL),
        ("talos-homelab", "kubernetes", "1.36.7", Impact.AGENTS_ROLL),
        ("k3s-homelab", "k3s", "1.30.14+k3s2", Impact.AGENTS_ROLL),
        ("homeops", "cilium", "1.18.12", Impact.TRAFFIC_PAUSES),
    ],
)
def test_what_restarts_is_no_less_than_the_upgrade_itself(
    cluster: str, product: Product, after: str, impact: Impact
) -> None:
    stop = _stop(cluster, (product, after), after=after)

    assert max(one.judgement.impact or Impact.NOTHING for one in stop.restarts) >= impact
    assert all(one.judgement.source for one in stop.restarts)


def test_what_is_only_considered_restarts_nothing() -> None:
    stop = _stop("joelclaw", ("cilium", "1.20.2"), after="1.20.2")

    assert {one.judgement.impact for one in stop.restarts} == {Impact.NOTHING}


def test_talos_goes_node_by_node_with_the_image_of_each_control_planes_first() -> None:
    commands = _commands(_stop("goldentooth", ("talos", "1.12.12"), after="1.12.12"))

    upgrades = [command for command in commands if " upgrade --image " in command]
    assert len(upgrades) == 17
    assert upgrades[0].startswith(
        "talosctl --nodes 10.4.0.10 upgrade --image factory.talos.dev/metal-installer/"
    )
    assert all(command.endswith(":v1.12.12") for command in upgrades)
    assert "talosctl --nodes 10.4.0.10 etcd snapshot etcd-before.snapshot" in commands


def test_kubernetes_is_tried_dry_first() -> None:
    commands = _commands(_stop("talos-homelab", ("kubernetes", "1.36.7"), after="1.36.7"))

    at = commands.index("talosctl --nodes 10.0.0.11 upgrade-k8s --to 1.36.7 --dry-run")
    assert commands[at + 1] == "talosctl --nodes 10.0.0.11 upgrade-k8s --to 1.36.7"


def test_flux_by_its_cli_is_migrated_and_installed_before_git_changes() -> None:
    commands = _commands(_stop("goldentooth", ("flux", "2.7.5"), after="2.7.5"))

    install = next(command for command in commands if command.startswith("flux install"))
    assert commands.index("flux migrate") < commands.index(install) < commands.index("git push")


def test_flux_by_its_operator_is_upgraded_by_what_git_says() -> None:
    commands = _commands(_stop("homeops", ("flux", "2.10.0"), after="2.10.0"))

    waits = "kubectl --namespace flux-system wait fluxinstance/flux --for=condition=Ready --timeout=10m"
    assert commands.index("git push") < commands.index(waits)
    assert not any(command.startswith("flux install") for command in commands)


def test_a_minor_of_cilium_starts_with_its_own_check() -> None:
    commands = _commands(_stop("homeops", ("cilium", "1.19.7"), after="1.19.7"))

    (check,) = (command for command in commands if command.startswith("helm template cilium-preflight"))
    assert "oci://ghcr.io/home-operations/charts-mirror/cilium --version 1.19.7" in check
    assert "--set k8sServiceHost=localhost --set k8sServicePort=7445" in check


def test_every_stop_has_a_way_back_with_a_source() -> None:
    plan = _plan("goldentooth", ("talos", "1.14.4"), ("kubernetes", "1.34.13"), ("flux", "2.7.5"))

    backs = [step for stop in plan.stops if stop.procedure for step in stop.procedure.rollback]

    assert len(backs) == len(plan.stops)
    assert all(step.source for step in backs)


def test_the_same_question_has_the_same_answer() -> None:
    path = ROOT / "clusters/homeops.yaml"
    place = Place(description=path, output=Path("gitops"), templates=None)
    asked: Target = {"cilium": parse_version("1.20.2")}
    text = path.read_text(encoding="utf-8")

    first, second = (plan_upgrade(text, asked=asked, place=place) for _ in range(2))

    assert [stop.text for stop in first.stops] == [stop.text for stop in second.stops]
    assert [stop.restarts for stop in first.stops] == [stop.restarts for stop in second.stops]
