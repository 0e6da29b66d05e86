"""How problems of a body are told: all at once, with their path, and the nearest right thing."""

import pytest

from fabricgen.errors import Problem
from fabricgen.objects import problems_of

POOL = {"apiVersion": "cilium.io/v2", "kind": "CiliumLoadBalancerIPPool"}


def test_all_problems_of_a_document_come_at_once() -> None:
    body = {
        **POOL,
        "metadata": {"name": "Lan", "labels": {"a": 1}},
        "spec": {"cidrs": [], "blocks": [{"cidr": "10.0.0.0/24"}, {"cidr": "10.0.1.5/24"}], "disabled": "no"},
    }

    assert [problem.path for problem in problems_of(body)] == [
        ("metadata", "name"),
        ("metadata", "labels", "a"),
        ("spec", "blocks", 1, "cidr"),
        ("spec", "disabled"),
        ("spec", "cidrs"),
    ]


def test_a_list_with_wrong_items_is_not_called_empty_as_well() -> None:
    body = {**POOL, "metadata": {"name": "lan"}, "spec": {"blocks": [{"cidr": "x"}]}}

    assert [problem.path for problem in problems_of(body)] == [("spec", "blocks", 0, "cidr")]


def test_a_snake_case_name_of_ours_is_an_unknown_field_in_a_document() -> None:
    body = {
        **POOL,
        "metadata": {"name": "lan"},
        "spec": {"blocks": [{"start": "10.0.0.1"}], "service_selector": {}},
    }

    assert problems_of(body) == (
        Problem(
            message="unknown field", path=("spec", "service_selector"), hint="did you mean serviceSelector?"
        ),
    )


def test_a_kind_without_a_model_is_said_aloud_with_the_nearest_one() -> None:
    assert problems_of({"apiVersion": "cilium.io/v2", "kind": "CiliumLoadbalancerIpPool"}) == (
        Problem(
            message="there is no model of CiliumLoadbalancerIpPool in the group cilium.io",
            path=("kind",),
            hint="did you mean CiliumLoadBalancerIPPool?",
        ),
    )


def test_a_kind_in_the_wrong_group_is_told_where_it_is_known() -> None:
    (problem,) = problems_of({"apiVersion": "v1", "kind": "Kustomization"})

    assert problem.message == "there is no model of Kustomization in the group core"
    assert problem.hint == (
        "Kustomization is known in the group kustomize.config.k8s.io and kustomize.toolkit.fluxcd.io"
    )


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, [("apiVersion",), ("kind",)]),
        ({"kind": "Namespace"}, [("apiVersion",)]),
        ({"apiVersion": "v1", "kind": 3}, [("kind",)]),
    ],
)
def test_a_document_that_does_not_say_what_it_is_is_refused(
    body: dict[str, object], paths: list[object]
) -> None:
    assert [problem.path for problem in problems_of(body)] == paths


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("80", "'80' is text; expected a whole number"),
        (True, "true is a truth value; expected a whole number"),
        (80.5, "80.5 is a number; expected a whole number"),
        (None, "null is nothing; expected a whole number"),
        ([80], "this is a list; expected a whole number"),
        ({"a": 1}, "this is a mapping; expected a whole number"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_as_people_call_it(value: object, sentence: str) -> None:
    body = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "a"},
        "spec": {"ports": [{"port": value}]},
    }

    assert [problem.message for problem in problems_of(body)] == [sentence]


def test_a_long_value_is_cut_in_the_message() -> None:
    body = {
        **POOL,
        "metadata": {"name": "lan"},
        "spec": {"blocks": [{"start": "10.0.0.1"}], "disabled": "x" * 99},
    }

    (problem,) = problems_of(body)

    assert problem.message == f"'{'x' * 59}…; expected true or false".replace("…;", "… is text;")
