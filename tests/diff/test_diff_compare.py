"""Two trees compared: what is the same object, what differs in it, and what is kept back."""

from pathlib import PurePosixPath
from typing import Any

import pytest

from fabricgen.diff import TreeDiff, compare_texts
from fabricgen.diff.cause import MOST, apply, find_causes
from fabricgen.diff.delta import Delta, coarse, deltas
from fabricgen.diff.secrets import HIDDEN, shown_text
from fabricgen.impact import Impact

POOL = """\
apiVersion: cilium.io/v2
kind: CiliumLoadBalancerIPPool
metadata:
  name: lan
spec:
  blocks:
    - cidr: 10.0.0.240/28
"""
SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: { name: dns, namespace: dns }\nspec: { type: LoadBalancer }\n"
)


def compare(before: dict[str, str], after: dict[str, str]) -> TreeDiff:
    """Compare trees whose paths are texts."""
    return compare_texts(
        {PurePosixPath(path): text for path, text in before.items()},
        {PurePosixPath(path): text for path, text in after.items()},
    )


def test_an_object_is_known_by_its_name_in_whichever_file_it_stands() -> None:
    tree = compare({"a.yaml": f"{POOL}---\n{SERVICE}"}, {"a.yaml": SERVICE, "b/pool.yaml": POOL})

    assert [(one.label, one.kind, one.file, one.moved_from) for one in tree.objects] == [
        ("CiliumLoadBalancerIPPool lan", "moved", "b/pool.yaml", "a.yaml")
    ]
    assert tree.impact is Impact.NOTHING


def test_an_object_of_the_same_name_in_the_same_file_goes_first() -> None:
    wider = POOL.replace("/28", "/27").replace(".240", ".224")

    tree = compare({"a.yaml": POOL, "b.yaml": POOL}, {"a.yaml": wider, "b.yaml": POOL})

    assert [(one.file, one.kind) for one in tree.objects] == [("a.yaml", "changed")]


def test_another_version_of_the_api_is_the_same_object() -> None:
    tree = compare({"a.yaml": POOL}, {"a.yaml": POOL.replace("cilium.io/v2", "cilium.io/v2alpha1")})

    assert [value.path for _, value in tree.values] == [("apiVersion",)]
    assert tree.impact is Impact.NOTHING


def test_what_is_only_considered_is_another_object_and_costs_nothing() -> None:
    tree = compare({"considered/cilium/a.yaml": POOL}, {"a.yaml": POOL})

    assert [(one.file, one.kind) for one in tree.objects] == [
        ("a.yaml", "added"),
        ("considered/cilium/a.yaml", "removed"),
    ]


FLOW = """\
metadata: {name: lan}
kind: CiliumLoadBalancerIPPool
spec: {blocks: [{cidr: 10.0.0.240/28}]}
apiVersion: cilium.io/v2
"""


@pytest.mark.parametrize("after", [f"# a word\n{POOL}", POOL.replace("name: lan", 'name: "lan"'), FLOW])
def test_comments_quotes_and_the_order_of_keys_are_layout(after: str) -> None:
    tree = compare({"a.yaml": POOL}, {"a.yaml": after})

    assert (tree.objects, tree.layout, tree.impact) == ((), ("a.yaml",), Impact.NOTHING)


def test_a_pool_that_is_written_otherwise_but_gives_all_it_gave_only_gets_wider() -> None:
    split = POOL.replace("- cidr: 10.0.0.240/28", "- cidr: 10.0.0.248/29\n    - cidr: 10.0.0.240/29")

    tree = compare({"a.yaml": POOL}, {"a.yaml": split})

    assert {value.judgement.why for _, value in tree.values} == {
        "a wider pool makes Cilium before 1.19 hand addresses out anew: Services may get another one"
    }


def test_a_file_that_is_no_yaml_is_unknown() -> None:
    tree = compare({"a.yaml": "a: [\n"}, {"a.yaml": POOL})

    assert tree.unknown == 1
    assert {one.kind for one in tree.objects} == {"added", "removed"}


def test_values_of_a_secret_are_not_shown() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData:\n  a: hunter2\n"

    tree = compare({"a.yaml": text}, {"a.yaml": text.replace("hunter2", "hunter3")})

    assert [(value.before, value.after) for _, value in tree.values] == [(HIDDEN, HIDDEN)]


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("token", "abc", True),
        ("password", "abc", True),
        ("anything", "AGE-SECRET-KEY-1ABC", True),
        ("token-file", "/etc/rancher/k3s/token", False),
        ("secretRef", "flux-system", False),
    ],
)
def test_keys_and_tokens_are_not_shown_and_references_are(key: str, value: str, kept: bool) -> None:  # noqa: FBT001 - a parameter
    tree = compare(
        {"k3s/server/config.yaml": "a: 1\n"}, {"k3s/server/config.yaml": f"a: 1\n{key}: {value}\n"}
    )

    assert [one.after for _, one in tree.values] == [HIDDEN if kept else value]


@pytest.mark.parametrize(
    "text",
    [
        "kind: Secret\ndata:\n  a: c2VjcmV0\n",
        "machine:\n  ca:\n    key: |\n      -----BEGIN RSA PRIVATE KEY-----\n      c2VjcmV0\n",
        "cluster:\n  token: c2VjcmV0\n",
        "cluster:\n  token: |\n    c2VjcmV0\n",
    ],
)
def test_lines_with_secrets_are_not_shown(text: str) -> None:
    assert "c2VjcmV0" not in shown_text(text)
    assert HIDDEN in shown_text(text)


def test_other_texts_are_shown_as_they_are() -> None:
    assert shown_text(POOL) == POOL


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([1, 2], [2, 1], [((), "order")]),
        ([1, 2], [1, 3], [((1,), "change")]),
        ([1, 2], [1], [((1,), "remove")]),
        ([1], [1, 2], [((1,), "add")]),
        ([{"name": "a", "x": 1}], [{"name": "b", "x": 1}, {"name": "a", "x": 2}],
         [(("name=b",), "add"), (("name=a", "x"), "change")]),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": {"d": 2}}}, [(("a", "c", "d"), "add")]),
        ({"a": True}, {"a": 1}, [(("a",), "change")]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": None}, {"a": {}}, [(("a",), "change")]),
    ],
)  # fmt: skip
def test_differences_are_found_item_by_item(before: Any, after: Any, found: list[Any]) -> None:
    assert [(one.path, one.does) for one in deltas(before, after)] == found


def test_what_comes_to_a_description_is_one_change() -> None:
    before = {"cni": {"cilium": {"version": "1"}}}
    after = {"cni": {"cilium": {"version": "1", "hubble": {"enabled": True, "ui": {"a": 1}}}}}

    assert coarse(before, after) == (
        Delta(
            path=("cni", "cilium", "hubble"), before=None, after={"enabled": True, "ui": {"a": 1}}, does="add"
        ),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": 1, "b": {"c": 1}}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}),
        ({"n": [{"name": "a"}, {"name": "b", "x": 1}]}, {"n": [{"name": "a"}, {"name": "b", "x": 2}]}),
        ({"n": [{"name": "a"}, {"name": "b"}]}, {"n": [{"name": "b"}, {"name": "a"}]}),
        ({"n": [{"name": "a"}, {"name": "b"}]}, {"n": [{"name": "a"}]}),
        ({"n": [{"name": "a"}]}, {"n": [{"name": "a"}, {"name": "b"}]}),
        ({"n": ["a", "b"]}, {"n": ["a", "c"]}),
        ({"n": ["a", "b"]}, {"n": ["b"]}),
        ({"n": ["a", "b"]}, {"n": ["b", "a"]}),
    ],
)
def test_a_change_applied_alone_makes_the_later_description(before: Any, after: Any) -> None:
    [change] = coarse(before, after)
    earlier = repr(before)

    assert apply(before, change) == after
    assert repr(before) == earlier


def test_no_more_descriptions_are_built_than_the_bound_and_three() -> None:
    built: list[object] = []

    def build(value: Any) -> Any:
        built.append(value)
        return None, ()

    causes = find_causes({}, {f"k{number}": 1 for number in range(100)}, build=build)

    assert len(built) == MOST + 2
    assert [len(one.changes) for one in causes] == [*([1] * MOST), 100 - MOST]
