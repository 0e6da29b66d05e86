"""Fields that upstream has and the models leave out on purpose: fabricgen never writes them, others may.

Read by `nodes`. Only names and types: what is inside is looked at when upstream's own schema was pulled. From the
CRDs of Cilium 1.20, Gateway API 1.6, Flux 2.9, MetalLB 0.15, prometheus-operator and grafana-operator, and
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/.
"""

from collections.abc import Mapping
from typing import Any, Final

_Node = Mapping[str, Any]

_TEXT: Final[_Node] = {"type": "string"}
_FLAG: Final[_Node] = {"type": "boolean"}
_COUNT: Final[_Node] = {"type": "integer", "minimum": 0}
_OBJECT: Final[_Node] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
_OBJECTS: Final[_Node] = {"type": "array", "items": _OBJECT}
_TEXTS: Final[_Node] = {"type": "array", "items": _TEXT}
_TLS_VERSION: Final[_Node] = {"type": "string", "enum": ["TLS10", "TLS11", "TLS12", "TLS13"]}
_SCRAPE_PROTOCOL: Final[_Node] = {
    "type": "string",
    "enum": [
        "PrometheusProto",
        "OpenMetricsText0.0.1",
        "OpenMetricsText1.0.0",
        "PrometheusText0.0.4",
        "PrometheusText1.0.0",
    ],
}

UPSTREAM: Final[Mapping[str, Mapping[str, _Node]]] = {
    "cilium_bgp.PeerConfigReference": {"group": _TEXT, "kind": _TEXT},  # v2alpha1
    "cilium_bgp.Transport": {"localPort": {"type": "integer", "minimum": 1, "maximum": 65535}},  # v2alpha1
    "gateway.GatewaySpec": {"allowedListeners": _OBJECT, "tls": _OBJECT},
    "helm_release.Install": {"skipCRDs": _FLAG},
    "helm_release.Rollback": {"recreate": _FLAG},
    "http_route.Filter": {
        "cors": _OBJECT,
        "type": {
            "type": "string",
            "enum": [
                "RequestHeaderModifier",
                "ResponseHeaderModifier",
                "RequestMirror",
                "RequestRedirect",
                "URLRewrite",
                "ExtensionRef",
                "CORS",
            ],
        },
    },
    "kustomize.ConfigMapEntry": {"env": _TEXT},
    "kustomize.ImageEntry": {"tagSuffix": _TEXT},
    "kustomize.Kustomization": {
        "bases": _TEXTS,
        "commonLabels": {"type": "object", "additionalProperties": _TEXT},
        "configurations": _TEXTS,
        "generators": _TEXTS,
        "helmCharts": _OBJECTS,
        "helmGlobals": _OBJECT,
        "openapi": {"type": "object", "additionalProperties": _TEXT},
        "patchesJson6902": _OBJECTS,
        "patchesStrategicMerge": _TEXTS,
        "replacements": _OBJECTS,
        "replicas": _OBJECTS,
        "secretGenerator": _OBJECTS,
        "sortOptions": _OBJECT,
        "transformers": _TEXTS,
        "validators": _TEXTS,
        "vars": _OBJECTS,
    },
    "kustomize.LabelEntry": {"fields": _OBJECTS},
    "metallb.BGPPeerSpec": {"password": _TEXT},
    "monitoring.Endpoint": {
        "authorization": _OBJECT,
        "basicAuth": _OBJECT,
        "bearerTokenFile": _TEXT,
        "bearerTokenSecret": _OBJECT,
        "noProxy": _TEXT,
        "oauth2": _OBJECT,
        "proxyConnectHeader": _OBJECT,
        "proxyFromEnvironment": _FLAG,
        "proxyUrl": _TEXT,
        "trackTimestampsStaleness": _FLAG,
    },
    "monitoring.GrafanaDashboardSpec": {
        "envFrom": _OBJECTS,
        "envs": _OBJECTS,
        "jsonnet": _TEXT,
        "jsonnetLib": _OBJECT,
        "oci": _OBJECT,
        "plugins": _OBJECTS,
        "urlAuthorization": _OBJECT,
    },
    "monitoring.ServiceMonitorSpec": {
        "attachMetadata": _OBJECT,
        "bodySizeLimit": _TEXT,
        "convertClassicHistogramsToNHCB": _FLAG,
        "fallbackScrapeProtocol": _SCRAPE_PROTOCOL,
        "keepDroppedTargets": _COUNT,
        "labelNameLengthLimit": _COUNT,
        "labelValueLengthLimit": _COUNT,
        "nativeHistogramBucketLimit": _COUNT,
        "nativeHistogramMinBucketFactor": {"x-kubernetes-int-or-string": True},
        "scrapeClass": _TEXT,
        "scrapeClassicHistograms": _FLAG,
        "scrapeNativeHistograms": _FLAG,
        "scrapeProtocols": {"type": "array", "items": _SCRAPE_PROTOCOL},
        "selectorMechanism": {"type": "string", "enum": ["RelabelConfig", "RoleSelector"]},
        "serviceDiscoveryRole": {"type": "string", "enum": ["Endpoints", "EndpointSlice"]},
    },
    "monitoring.TlsConfig": {
        "caFile": _TEXT,
        "certFile": _TEXT,
        "keyFile": _TEXT,
        "maxVersion": _TLS_VERSION,
        "minVersion": _TLS_VERSION,
    },
    "policies.EgressDenyRule": {"toGroups": _OBJECTS},
    "policies.EgressRule": {"toGroups": _OBJECTS},
    "policies.IngressDenyRule": {"fromGroups": _OBJECTS},
    "policies.IngressRule": {"fromGroups": _OBJECTS},
    "policy_rules.L7Rules": {"l7": _OBJECTS, "l7proto": _TEXT},
    "policy_rules.PortRule": {"listener": _OBJECT, "originatingTLS": _OBJECT, "terminatingTLS": _OBJECT},
}
