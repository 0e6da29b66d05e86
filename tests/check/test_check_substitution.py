"""No ${ in what Flux applies, wherever it stands."""

import pytest
from check_documents import config_map, findings, found, written


@pytest.mark.parametrize("path", ["infrastructure/web/a.yaml", "considered/cilium/infrastructure/web/a.yaml"])
def test_a_variable_in_a_value_is_found(path: str) -> None:
    assert found(config_map(path, text="hello ${NAME}")) == [("FLX001", path)]


def test_a_variable_in_a_key_is_found() -> None:
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "namespace": "default"},
        "data": {"x${y}": "z"},
    }

    assert ("FLX001", "flux/a.yaml") in found(written("flux/a.yaml", body))


def test_a_dollar_alone_is_harmless() -> None:
    assert found(config_map("infrastructure/web/a.yaml", text="$NAME costs 5$ {x}")) == []


def test_what_flux_does_not_apply_may_hold_variables() -> None:
    assert found(config_map("bootstrap/a.yaml", text="${NAME}")) == []


def test_a_long_text_is_cut_in_the_message() -> None:
    finding = findings(config_map("infrastructure/web/a.yaml", text="${" + "x" * 500))[0]

    assert len(finding.message) < 150
    assert finding.path == "data.text"
