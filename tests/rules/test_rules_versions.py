"""Rules about versions and bootstraps: what they must not say, and how they say the rest."""

import pytest
from flux_texts import failing, hits, layer, release

from fabricgen.rules.example import read_example


@pytest.mark.parametrize("rule", ["VER001", "VER002", "VER012", "VER017"])
def test_a_range_of_flux_over_several_minors_tells_nothing(rule: str) -> None:
    text = failing(rule)
    written = next(f'version: "{one}"' for one in ("2.9.x", "2.6.x") if f'version: "{one}"' in text)

    assert hits(rule, text.replace(written, 'version: "2.x"')) == []


def test_a_version_that_came_later_is_not_served_either() -> None:
    text = read_example("VER001", "pass").replace("2.9.x", "2.5.x")
    source = "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: x, namespace: apps}\n"

    (hit,) = hits("VER001", text + source)

    assert hit.message == "Flux 2.5 serves no source.toolkit.fluxcd.io/v1; it came with 2.6"
    assert [edit.value for edit in hit.edits] == ["source.toolkit.fluxcd.io/v1beta2"]


def test_a_cilium_of_which_nothing_is_known_has_no_wrong_versions() -> None:
    assert hits("VER005", failing("VER005").replace("1.17.18", "1.25.0")) == []


def test_bgp_of_the_first_kind_went_with_cilium_1_19() -> None:
    text = read_example("VER005", "pass").replace("CiliumCIDRGroup", "CiliumBGPPeeringPolicy")

    assert hits("VER005", text) == []
    assert len(hits("VER006", text.replace("1.17.18", "1.18.0"))) == 1
    assert len(hits("VER005", text.replace("1.17.18", "1.19.0"))) == 1


def test_pins_that_disagree_tell_nothing() -> None:
    other = "# file: talos/other/talconfig.yaml\nclusterName: other\ntalosVersion: v1.13.1\nnodes: []\n"

    assert hits("VER010", failing("VER010") + other) == []


def test_an_operator_that_fetches_releases_has_them_all() -> None:
    text = failing("VER014").replace(
        'version: "2.10.x"', 'version: "2.10.x"\n    artifact: oci://example.test/flux'
    )

    assert hits("VER014", text) == []


def test_a_gateway_api_of_the_experimental_channel_is_not_judged_by_the_standard_one() -> None:
    assert hits("VER007", failing("VER007").replace("config/crd?ref", "config/crd/experimental?ref")) == []


def test_a_chart_of_k3s_under_another_name_is_a_second_cilium() -> None:
    text = read_example("BTS006", "pass").replace(
        "kind: HelmChart\nmetadata:\n  name: cilium", "kind: HelmChart\nmetadata:\n  name: cni"
    )

    assert [hit.message for hit in hits("BTS001", text)] == [
        "k3s (k3s/server/manifests/cilium.yaml) installs kube-system/cni, and Flux looks for kube-system/cilium"
    ]


@pytest.mark.parametrize(
    ("flux", "bootstrap", "differs"),
    [
        ("true", '"true"', False),
        ("[a, b]", "[b, a]", False),
        ("strict", "${MODE}", False),
        ("true", "false", True),
    ],
    ids=["text", "order", "open", "other"],
)
def test_values_are_compared_as_the_chart_reads_them(flux: str, bootstrap: str, differs: bool) -> None:  # noqa: FBT001 - a parameter of a test
    text = read_example("BTS008", "pass")
    in_flux, _, there = text.partition("# file: bootstrap/cilium-values.yaml")
    text = (
        in_flux.replace("kubeProxyReplacement: true", f"kubeProxyReplacement: {flux}")
        + "# file: bootstrap/cilium-values.yaml"
        + there.replace("kubeProxyReplacement: true", f"kubeProxyReplacement: {bootstrap}")
    )

    assert bool(hits("BTS008", text)) is differs


def test_a_value_that_is_the_charts_default_is_no_difference() -> None:
    text = read_example("BTS008", "pass") + "routingMode: tunnel\n"

    assert hits("BTS008", text) == []
    assert len(hits("BTS008", text.replace("routingMode: tunnel", "routingMode: native"))) == 1


def test_what_a_bootstrap_leaves_out_on_purpose_is_no_difference() -> None:
    assert hits("BTS008", read_example("BTS008", "pass") + "hubble: {enabled: false}\n") == []


def test_a_helmfile_of_another_cluster_says_nothing_of_this_one() -> None:
    text = f"""\
{failing("BTS007").replace("flux/cilium.yaml", "clusters/home/cilium.yaml")}
# file: clusters/lab/apps.yaml
{layer("apps", "./apps")}
# file: apps/release.yaml
{release("web")}
"""

    assert hits("BTS007", text) == []
    assert len(hits("BTS007", text.replace("bootstrap/helmfile", "bootstrap/home"))) == 1


OBJECTS = {
    "CiliumLoadBalancerIPPool": ("LBS007", "LBS008", "{blocks: [{cidr: 192.0.2.0/27}]}"),
    "CiliumBGPPeerConfig": ("BGP010", "BGP011", "{}"),
}


@pytest.mark.parametrize("kind", OBJECTS)
def test_a_version_that_goes_is_told_by_the_rule_of_its_kind_alone(kind: str) -> None:
    older, newer, spec = OBJECTS[kind]
    text = f"# file: cilium-config/more.yaml\napiVersion: cilium.io/VERSION\nkind: {kind}\nmetadata: {{name: x}}\nspec: {spec}\n"
    release_of_now, release_of_then = (read_example(one, "pass") for one in ("VER006", "VER005"))

    going, early = text.replace("VERSION", "v2alpha1"), text.replace("VERSION", "v2")

    assert len(hits(older, release_of_now + going)) == 1
    assert hits("VER006", release_of_now + going) == []
    assert len(hits(newer, release_of_then + early)) == 1
    assert hits("VER005", release_of_then + early) == []


@pytest.mark.parametrize("rule", ["VER002", "VER004"])
def test_an_old_version_is_told_once_for_all_objects_of_a_kind(rule: str) -> None:
    text = failing(rule)
    (first, *_) = hits(rule, text)
    kind = str(first.object.partition(" ")[0])
    version = first.message.partition(" ")[0]
    more = f"---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: more, namespace: apps}}\nspec: {{interval: 1h}}\n"

    (hit, *others) = hits(rule, text + more)

    assert hit.message == f"{first.message}; 1 more document says so"
    assert len(hit.edits) == 2
    assert len(others) == len(hits(rule, text)) - 1
