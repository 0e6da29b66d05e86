"""Objects of Gateway API, each as little and as much as it can say."""

from cilium_examples import LOCAL, META, SELECTOR

from fabricgen.objects import Gateway, GatewayClass, HTTPRoute, ReferenceGrant
from fabricgen.objects.model import Model

REFERENCE = {"group": "cilium.io", "kind": "CiliumGatewayClassConfig", "name": "settings"}
HEADER = {"name": "X-A", "value": "b"}
HEADERS = {"set_": [HEADER], "add": [HEADER], "remove": ["X-C"]}
BACKEND = {"group": "", "kind": "Service", "name": "hubble-ui", "namespace": "kube-system", "port": 80}
PREFIX = {"type": "ReplacePrefixMatch", "replace_prefix_match": "/"}
FULL = {"type": "ReplaceFullPath", "replace_full_path": "/login"}

EXAMPLES: dict[str, Model] = {
    "GatewayClass, least": GatewayClass(
        metadata={"name": "cilium"}, spec={"controller_name": "io.cilium/gateway-controller"}
    ),
    "GatewayClass, most": GatewayClass(
        metadata=META,
        spec={
            "controller_name": "io.cilium/gateway-controller",
            "description": "Cilium",
            "parameters_ref": {**REFERENCE, "namespace": "gateway"},
        },
    ),
    "Gateway, least": Gateway(
        metadata={"name": "lan", "namespace": "gateway"},
        spec={
            "gateway_class_name": "cilium",
            "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}],
        },
    ),
    "Gateway, most": Gateway(
        metadata=LOCAL,
        spec={
            "gateway_class_name": "cilium",
            "addresses": [{"type": "IPAddress", "value": "10.0.0.240"}],
            "infrastructure": {
                "labels": {"a": "b"},
                "annotations": {"lbipam.cilium.io/ips": "10.0.0.240"},
                "parameters_ref": REFERENCE,
            },
            "listeners": [
                {
                    "name": "https",
                    "port": 443,
                    "protocol": "HTTPS",
                    "hostname": "*.example.com",
                    "tls": {
                        "mode": "Terminate",
                        "certificate_refs": [
                            {"group": "", "kind": "Secret", "name": "wildcard", "namespace": "gateway"}
                        ],
                        "options": {"example.com/a": "b"},
                    },
                    "allowed_routes": {
                        "namespaces": {"from_": "Selector", "selector": SELECTOR},
                        "kinds": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute"}],
                    },
                },
                {
                    "name": "tls",
                    "port": 443,
                    "protocol": "TLS",
                    "hostname": "a.example",
                    "tls": {"mode": "Passthrough"},
                    "allowed_routes": {"namespaces": {"from_": "All"}},
                },
            ],
        },
    ),
    "ReferenceGrant, least": ReferenceGrant(
        metadata={"name": "routes", "namespace": "kube-system"},
        spec={
            "from_": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "gateway"}],
            "to": [{"group": "", "kind": "Service"}],
        },
    ),
    "ReferenceGrant, most": ReferenceGrant(
        api_version="gateway.networking.k8s.io/v1beta1",
        metadata=LOCAL,
        spec={
            "from_": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "gateway"}],
            "to": [{"group": "", "kind": "Service", "name": "hubble-ui"}],
        },
    ),
    "HTTPRoute, least": HTTPRoute(metadata={"name": "hubble"}, spec={}),
    "HTTPRoute, most": HTTPRoute(
        metadata=LOCAL,
        spec={
            "parent_refs": [
                {
                    "group": "gateway.networking.k8s.io",
                    "kind": "Gateway",
                    "name": "lan",
                    "namespace": "gateway",
                    "section_name": "https",
                    "port": 443,
                }
            ],
            "hostnames": ["hubble.example.com"],
            "rules": [
                {
                    "name": "ui",
                    "matches": [
                        {
                            "path": {"type": "PathPrefix", "value": "/"},
                            "headers": [{"type": "Exact", **HEADER}],
                            "query_params": [{"type": "RegularExpression", "name": "q", "value": ".*"}],
                            "method": "GET",
                        }
                    ],
                    "filters": [
                        {"type": "RequestHeaderModifier", "request_header_modifier": HEADERS},
                        {"type": "ResponseHeaderModifier", "response_header_modifier": HEADERS},
                        {"type": "RequestMirror", "request_mirror": {"backend_ref": BACKEND, "percent": 10}},
                        {
                            "type": "RequestMirror",
                            "request_mirror": {
                                "backend_ref": BACKEND,
                                "fraction": {"numerator": 1, "denominator": 3},
                            },
                        },
                        {"type": "URLRewrite", "url_rewrite": {"hostname": "a.example", "path": PREFIX}},
                        {"type": "ExtensionRef", "extension_ref": REFERENCE},
                    ],
                    "backend_refs": [{**BACKEND, "weight": 1, "filters": []}],
                    "timeouts": {"request": "30s", "backend_request": "10s"},
                },
                {
                    "filters": [
                        {
                            "type": "RequestRedirect",
                            "request_redirect": {
                                "scheme": "https",
                                "hostname": "a.example",
                                "path": FULL,
                                "port": 443,
                                "status_code": 301,
                            },
                        }
                    ]
                },
            ],
        },
    ),
}
