"""Laws of every tree: of small clusters drawn by chance, of the five real ones and of the golden cases."""

import json
from pathlib import Path
from typing import Any

import pytest
from cluster_laws import LAWS, broken_laws
from cluster_strategies import descriptions
from described import EVERY, rendered_from, title
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

import fabricgen
from fabricgen.errors import ProblemsError

quick = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
few = settings(quick, max_examples=20)


def _loaded(description: dict[str, Any]) -> fabricgen.Loaded:
    return fabricgen.load_text(json.dumps(description), file="home.yaml")


def _resolved(description: dict[str, Any]) -> fabricgen.Cluster:
    """The cluster; an example that a rule refuses is no example."""
    try:
        return fabricgen.resolve_cluster(_loaded(description))
    except ProblemsError:
        reject()


@quick
@given(description=descriptions())
def test_a_description_is_rendered_by_every_law_or_refused_by_a_rule(description: dict[str, Any]) -> None:
    cluster = _resolved(description)

    rendered = fabricgen.render_cluster(cluster)

    assert broken_laws(rendered) == {}


@few
@given(description=descriptions(), data=st.data())
def test_the_order_of_nodes_pools_and_names_changes_nothing(
    description: dict[str, Any], data: st.DataObject
) -> None:
    cluster = _resolved(description)
    networks = description["networks"]
    shuffled = {
        **description,
        "nodes": data.draw(st.permutations(description["nodes"])),
        "networks": dict(data.draw(st.permutations(sorted(networks.items())))),
    }
    pools = data.draw(st.permutations(sorted(networks["loadBalancers"].items())))
    shuffled["networks"]["loadBalancers"] = dict(pools)

    assert _resolved(shuffled) == cluster
    assert fabricgen.render_cluster(_resolved(shuffled)).texts == fabricgen.render_cluster(cluster).texts


@few
@given(description=descriptions())
def test_rendering_twice_gives_the_same_bytes(description: dict[str, Any]) -> None:
    first = fabricgen.render_cluster(_resolved(description))

    second = fabricgen.render_cluster(_resolved(description))

    assert second.texts == first.texts


@pytest.mark.parametrize("path", EVERY, ids=title)
def test_every_law_holds_for_the_clusters_and_the_golden_cases(path: Path) -> None:
    rendered = rendered_from(path)

    assert broken_laws(rendered) == {}


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_law_says_what_it_is_for(law: Any) -> None:
    assert (law.__doc__ or "").endswith(".")
