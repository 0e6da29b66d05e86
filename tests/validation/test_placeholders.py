"""What comes later is not judged; what only looks like it is."""

import pytest

from fabricgen.validation.placeholders import awaits_value, is_encrypted, is_template


@pytest.mark.parametrize(
    "value",
    [
        "${REPLICAS}",
        "${REPLICAS:=3}",
        "${REPLICAS:-3}",
        "prefix-${NAME}-suffix",
        "${NAME/old/new}",
        "ENC[AES256_GCM,data:abc=,iv:def=,tag:ghi=,type:str]",
        ["fixed", "${ITEM}"],
        {"inner": {"deep": "${VALUE}"}},
        {"${KEY}": "value"},
    ],
)
def test_a_value_that_is_filled_in_later_is_recognised(value: object) -> None:
    assert awaits_value({"spec": {"it": value}}, ("spec", "it"), template=False)


@pytest.mark.parametrize(
    "value",
    ["$${REPLICAS}", "${}", "${1}", "$REPLICAS", "{{ .Values.x }}", "ENC[", "three", 3, None, {"a": "b"}],
)
def test_what_no_one_fills_in_is_not_overlooked(value: object) -> None:
    assert not awaits_value({"spec": {"it": value}}, ("spec", "it"), template=False)


def test_a_key_that_is_filled_in_later_is_recognised() -> None:
    assert awaits_value({"${NAME}": 1}, ("${NAME}",), template=False)


def test_a_place_that_is_not_there_awaits_nothing() -> None:
    assert not awaits_value({"spec": {}}, ("spec", "missing", 3), template=False)


def test_braces_count_in_a_template_only() -> None:
    assert awaits_value({"port": "{{ .Values.port }}"}, ("port",), template=True)


@pytest.mark.parametrize(
    "text",
    [
        "replicas: {{ .Values.replicas }}",
        "{{- if .Values.enabled }}\nkind: Pod\n{{- end }}",
        '{{ include "app.labels" . }}',
        "{% if cluster.bgp %}\nkind: Pod\n{% endif %}",
        "#% if bgp %#\nkind: Pod\n#% endif %#",
    ],
)
def test_templates_of_helm_and_jinja_are_recognised(text: str) -> None:
    assert is_template(text)


@pytest.mark.parametrize(
    "text",
    ["description: {{ $value }}", "summary: '{{ $labels.instance }} is down'", "kind: Pod", "a: {b: {c: d}}"],
)
def test_braces_alone_make_no_template(text: str) -> None:
    assert not is_template(text)


def test_what_sops_signed_is_encrypted() -> None:
    assert is_encrypted({"kind": "Secret", "sops": {"mac": "ENC[…]", "lastmodified": "2026-01-01T00:00:00Z"}})


def test_a_field_that_is_called_sops_is_not_yet_encryption() -> None:
    assert not is_encrypted({"kind": "ConfigMap", "sops": {"enabled": True}})
