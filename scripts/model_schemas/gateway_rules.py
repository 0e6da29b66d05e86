"""What the models of Gateway API check in Python code, told as CEL. Part of the table in `rules`."""

from collections.abc import Mapping
from typing import Final

from model_schemas.conditions import Rule, alike, all_different, together

_TERMINATES: Final = "!has(self.mode) || self.mode == 'Terminate'"
_HAS_CERTIFICATE: Final = "has(self.certificateRefs) && size(self.certificateRefs) > 0 || has(self.options) && size(self.options) > 0"
_PLAIN_PATH: Final = "has(self.type) && self.type == 'RegularExpression' || !has(self.value)"
_NOT_IN_PATH: Final = ("//", "/./", "/../", "%2f", "%2F", "#")
_FILTERS: Final = {
    "requestHeaderModifier": "RequestHeaderModifier",
    "responseHeaderModifier": "ResponseHeaderModifier",
    "requestMirror": "RequestMirror",
    "requestRedirect": "RequestRedirect",
    "urlRewrite": "URLRewrite",
    "extensionRef": "ExtensionRef",
    "cors": "CORS",
}

GATEWAY_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "ListenerTls._certificate_where_it_ends": (
        Rule(f"!({_TERMINATES}) || {_HAS_CERTIFICATE}", "mode Terminate needs certificateRefs"),
    ),
    "RouteNamespaces._selector_where_it_selects": (
        together(
            "selector",
            when="has(self.from) && self.from == 'Selector'",
            says="from: Selector and selector go together",
        ),
    ),
    "Listener._tls_fits_the_protocol": (
        Rule(
            "!(self.protocol in ['HTTP', 'TCP', 'UDP']) || !has(self.tls)",
            "tls does not go with protocol HTTP, TCP or UDP",
        ),
        Rule(
            "self.protocol != 'HTTPS' || !has(self.tls) || !has(self.tls.mode) || self.tls.mode != 'Passthrough'",
            "protocol HTTPS ends TLS here; pass it on with protocol TLS",
        ),
        Rule(
            "self.protocol != 'TLS' || has(self.tls) && has(self.tls.mode)",
            "protocol TLS needs tls.mode",
        ),
        Rule(
            "!(self.protocol in ['TCP', 'UDP']) || !has(self.hostname)",
            "hostname does not go with protocol TCP or UDP",
        ),
    ),
    "GatewaySpec._listeners_can_be_told_apart": (
        all_different("listeners", "other.name == one.name", says="each listener needs a name of its own"),
        all_different(
            "listeners",
            "other.port == one.port",
            "other.protocol == one.protocol",
            alike("hostname", absent="''"),
            says="two listeners have the same port, protocol and hostname",
        ),
    ),
    "PathMatch._path_as_the_api_wants_it": (
        Rule(f"{_PLAIN_PATH} || self.value.startsWith('/')", "the path must start with /"),
        *(
            Rule(f"{_PLAIN_PATH} || !self.value.contains('{bad}')", f"the path must not hold {bad}")
            for bad in _NOT_IN_PATH
        ),
        *(
            Rule(f"{_PLAIN_PATH} || !self.value.endsWith('{bad}')", f"the path must not end with {bad}")
            for bad in ("/..", "/.")
        ),
    ),
    "PathModifier._field_of_the_type": tuple(
        together(
            f"replace{name}",
            when=f"self.type == 'Replace{name}'",
            says=f"type Replace{name} and replace{name} go together",
        )
        for name in ("FullPath", "PrefixMatch")
    ),
    "BackendReference._port_of_a_service": (
        Rule(
            "has(self.group) && self.group != '' || has(self.kind) && self.kind != 'Service' || has(self.port)",
            "a Service as backend needs its port",
        ),
    ),
    "Filter._field_of_the_type": tuple(
        together(field, when=f"self.type == '{name}'", says=f"type {name} and {field} go together")
        for field, name in _FILTERS.items()
    ),
    "RouteRule._filters_go_together": (
        Rule(
            "!has(self.filters) || self.filters.all(one, one.type in ['RequestMirror', 'ExtensionRef'] || "
            "self.filters.exists_one(other, other.type == one.type))",
            "only RequestMirror and ExtensionRef may be written more than once",
        ),
        Rule(
            "!has(self.filters) || !self.filters.exists(one, one.type == 'RequestRedirect') || "
            "!self.filters.exists(one, one.type == 'URLRewrite') && (!has(self.backendRefs) || size(self.backendRefs) == 0)",
            "a redirect is the answer: no URLRewrite and no backendRefs beside it",
        ),
    ),
    "HTTPRouteSpec._parents_can_be_told_apart": (
        all_different(
            "parentRefs",
            "other.name == one.name",
            *(alike(name, absent="''") for name in ("kind", "__namespace__", "sectionName")),
            alike("port", absent="0"),
            says="a parent is written twice; tell the two apart by sectionName or port",
        ),
    ),
}
