"""The models as a library: built by hand, dumped, never changed, and imported only when used."""

import subprocess
import sys

import pytest
import yaml
from pydantic import ValidationError

import fabricgen.objects
from fabricgen.objects import (
    MODELS,
    TALOS_MODELS,
    CiliumLoadBalancerIPPool,
    HelmRelease,
    KubeNodeConfig,
    MachineConfigPatch,
    ObjectMeta,
)
from fabricgen.objects.cilium import LoadBalancerIPPoolSpec, PoolBlock
from fabricgen.objects.talos import Deletion, Machine

POOL = CiliumLoadBalancerIPPool(
    metadata=ObjectMeta(name="lan"),
    spec=LoadBalancerIPPoolSpec(
        blocks=[PoolBlock(start="10.0.0.1", stop="10.0.0.9")], allow_first_last_ips="No"
    ),
)
BODY = {
    "apiVersion": "cilium.io/v2",
    "kind": "CiliumLoadBalancerIPPool",
    "metadata": {"name": "lan"},
    "spec": {"blocks": [{"start": "10.0.0.1", "stop": "10.0.0.9"}], "allowFirstLastIPs": "No"},
}


def test_an_object_becomes_a_body_with_upstreams_keys_lists_and_nothing_absent() -> None:
    assert POOL.to_body() == BODY


def test_an_object_becomes_yaml_that_reads_back_as_its_body() -> None:
    assert yaml.safe_load(POOL.to_yaml()) == BODY


def test_yaml_quotes_what_readers_take_for_something_else() -> None:
    assert 'allowFirstLastIPs: "No"' in POOL.to_yaml()


def test_the_same_object_can_be_built_from_its_body() -> None:
    assert CiliumLoadBalancerIPPool(**BODY) == POOL


def test_a_helm_value_of_null_is_kept_because_it_takes_a_default_away() -> None:
    spec = {
        "interval": "1h",
        "chart_ref": {"kind": "OCIRepository", "name": "a"},
        "values": {"a": {"b": None}},
    }

    assert HelmRelease(metadata={"name": "a"}, spec=spec).to_body()["spec"]["values"] == {"a": {"b": None}}


def test_a_deletion_is_written_under_its_key() -> None:
    config = KubeNodeConfig(taints={"a": Deletion(), "b": "NoSchedule"})

    assert config.to_body()["taints"] == {"a": {"$patch": "delete"}, "b": "NoSchedule"}


def test_a_label_can_be_deleted_in_every_dialect() -> None:
    patch = MachineConfigPatch(machine=Machine(node_labels={"a": Deletion(), "b": "c"}))

    assert patch.to_body() == {"machine": {"nodeLabels": {"a": {"$patch": "delete"}, "b": "c"}}}


def test_an_object_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(POOL, "kind", "Other")  # noqa: B010 - a type checker refuses the plain form


def test_a_misspelt_name_is_refused_when_building() -> None:
    with pytest.raises(ValidationError, match="blokcs"):
        CiliumLoadBalancerIPPool(metadata={"name": "lan"}, spec={"blokcs": []})


@pytest.mark.parametrize("name", fabricgen.objects.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(fabricgen.objects, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="HelmRelaese"):
        fabricgen.objects.__getattr__("HelmRelaese")


@pytest.mark.parametrize("key", MODELS)
def test_a_model_of_the_registry_has_the_group_and_kind_of_its_key(key: tuple[str, str]) -> None:
    fields = MODELS[key].model_fields

    assert (str(fields["api_version"].default).rpartition("/")[0], fields["kind"].default) == key


@pytest.mark.parametrize("kind", TALOS_MODELS)
def test_a_talos_model_of_the_registry_has_the_kind_of_its_key(kind: str) -> None:
    assert TALOS_MODELS[kind].model_fields["kind"].default == kind


def test_the_package_is_imported_without_pydantic_and_without_any_model() -> None:
    program = (
        "import sys, fabricgen.objects as o; "
        "print(len(o.MODELS), 'pydantic' in sys.modules, [n for n in sys.modules if n.startswith('fabricgen.objects.')])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == f"{len(MODELS)} False ['fabricgen.objects.registry']"


def test_one_kind_is_imported_without_the_others() -> None:
    program = "import sys; from fabricgen.objects import Namespace; print('fabricgen.objects.policies' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
