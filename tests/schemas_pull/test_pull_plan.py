from pathlib import Path
from urllib.parse import urlsplit

import pytest

import fabricgen
from fabricgen.commands.arguments.schemas import PINNED
from fabricgen.schemas.lock import Pin
from fabricgen.schemas.pull.pins import pins_of, wanted_by
from fabricgen.schemas.pull.upstream import COMPONENTS, downloads_of

CLUSTERS = Path(__file__).parent.parent.parent / "clusters"
CILIUM = "https://raw.githubusercontent.com/cilium/cilium"
NAMES = ("goldentooth", "homeops", "joelclaw", "k3s-homelab", "talos-homelab")


def _cluster(name: str) -> fabricgen.Cluster:
    return fabricgen.resolve_cluster(fabricgen.load_file(CLUSTERS / f"{name}.yaml"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "goldentooth",
            {"cilium": "1.18.12", "flux": "2.6.4", "metallb": "0.15.2", "talos": "1.12.5"},
        ),
        ("joelclaw", {"flux": "2.8.8", "flux-operator": "0.58.1", "talos": "1.12.4"}),
        ("k3s-homelab", {"cilium": "1.16.6", "flux": "2.5.1", "gateway-api": "1.1.0+experimental"}),
        (
            "talos-homelab",
            {
                "cilium": "1.20.2",
                "flux": "2.9.5",
                "flux-operator": "0.58.1",
                "gateway-api": "1.6.1",
                "talos": "1.14.4",
            },
        ),
    ],
)
def test_a_cluster_pins_what_it_has(name: str, expected: dict[str, str]) -> None:
    assert pins_of(_cluster(name)) == expected


def test_what_a_cluster_considers_is_wanted_too() -> None:
    assert Pin("cilium", "1.19.7") in wanted_by([_cluster("joelclaw")])


def test_what_is_used_and_not_pinned_is_wanted_in_its_usual_version() -> None:
    wanted = set(wanted_by([_cluster("homeops")]))

    assert {Pin("grafana-operator", "5.24.0"), Pin("prometheus-operator", "0.93.0")} <= wanted


def test_the_usual_version_is_not_wanted_where_the_user_names_one() -> None:
    wanted = wanted_by([_cluster("homeops")], named={"grafana-operator"})

    assert "grafana-operator" not in {pin.component for pin in wanted}


def test_an_older_contract_wants_the_schema_of_its_own_minor() -> None:
    text = (CLUSTERS / "talos-homelab.yaml").read_text(encoding="utf-8")
    older = text.replace("    version: v1.14.4\n", "    version: v1.14.4\n    contract: v1.13\n")

    wanted = wanted_by([fabricgen.resolve_cluster(fabricgen.load_text(older, file="older.yaml"))])

    assert [pin.version for pin in wanted if pin.component == "talos"] == ["1.13.0", "1.14.4"]


def test_the_five_descriptions_make_a_plan_in_which_each_file_stands_once() -> None:
    wanted = wanted_by(_cluster(name) for name in NAMES)
    addresses = [address for pin in wanted for address, _ in downloads_of(pin)]

    assert {pin.component for pin in wanted} == set(COMPONENTS)
    assert len(addresses) == len(set(addresses))
    assert {(urlsplit(address).scheme, "{" in address, ".." in address) for address in addresses} == {
        ("https", False, False)
    }


@pytest.mark.parametrize(
    ("component", "version", "count", "one_of_them"),
    [
        ("flux", "2.9.5", 1, "https://github.com/fluxcd/flux2/releases/download/v2.9.5/install.yaml"),
        (
            "gateway-api",
            "1.1.0+experimental",
            1,
            "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.1.0/experimental-install.yaml",
        ),
        (
            "gateway-api",
            "1.6.1",
            1,
            "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.1/standard-install.yaml",
        ),
        ("cilium", "1.20.2", 23, "https://helm.cilium.io/cilium-1.20.2.tgz"),
        (
            "cilium",
            "1.16.19",
            23,
            f"{CILIUM}/v1.16.19/pkg/k8s/apis/cilium.io/client/crds/v2/ciliumexternalworkloads.yaml",
        ),
        ("cilium", "1.18.0", 23, "https://helm.cilium.io/cilium-1.18.0.tgz"),
        ("cilium", "1.19.7", 22, "https://helm.cilium.io/cilium-1.19.7.tgz"),
        (
            "talos",
            "1.12.5",
            1,
            "https://raw.githubusercontent.com/siderolabs/talos/v1.12.5/pkg/machinery/config/schemas/config.schema.json",
        ),
    ],
)
def test_a_version_has_its_addresses(component: str, version: str, count: int, one_of_them: str) -> None:
    addresses = [address for address, _ in downloads_of(Pin(component, version))]

    assert len(addresses) == count
    assert one_of_them in addresses


def test_the_command_has_an_option_for_every_component() -> None:
    assert set(PINNED) == set(COMPONENTS)
