"""Gateway API's HTTPRoute: which requests of a Gateway go to which Service.

Fed by `meta` and `gateway`; the route to Hubble's interface is made of it.
Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproute, CRD of the standard channel, v1.1 to v1.6.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from fabricgen.objects.fields import (
    Count,
    DnsLabel,
    DnsName,
    Port,
    Text,
    WildcardName,
    repeated,
    shaped,
    sized,
)
from fabricgen.objects.gateway import ApiVersion, Group, Kind
from fabricgen.objects.meta import KubernetesObject
from fabricgen.objects.model import Model

HeaderName = Annotated[
    str, shaped(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+", "is not the name of a header or parameter", longest=256)
]
HeaderValue = Annotated[str, Field(min_length=1, max_length=4096)]
GatewayDuration = Annotated[
    str, shaped(r"([0-9]{1,5}(h|m|s|ms)){1,4}", "is not a duration of Gateway API such as 10s or 1m30s")
]
Method = Literal["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]
PathText = Annotated[str, Field(max_length=1024)]


class ParentReference(Model):
    """The Gateway, or one of its listeners."""

    group: Group | None = None
    kind: Kind | None = None
    name: Text
    namespace: DnsLabel | None = None
    section_name: DnsName | None = None
    port: Port | None = None


class PathMatch(Model):
    """Paths: exactly, by prefix, or as a regular expression."""

    type: Literal["Exact", "PathPrefix", "RegularExpression"] | None = None
    value: PathText | None = None

    @model_validator(mode="after")
    def _path_as_the_api_wants_it(self) -> Self:
        if self.type == "RegularExpression" or self.value is None:
            return self
        if not self.value.startswith("/"):
            raise ValueError(f"path {self.value!r} must start with /")
        bad = [part for part in ("//", "/./", "/../", "%2f", "%2F", "#") if part in self.value]
        if bad or self.value.endswith(("/..", "/.")):
            raise ValueError(
                f"path {self.value!r} must not hold {bad[0] if bad else 'a relative part at its end'}"
            )
        return self


class HeaderMatch(Model):
    """A header and its value."""

    type: Literal["Exact", "RegularExpression"] | None = None
    name: HeaderName
    value: HeaderValue


class QueryMatch(Model):
    """A parameter of the query and its value."""

    type: Literal["Exact", "RegularExpression"] | None = None
    name: HeaderName
    value: Annotated[str, Field(min_length=1, max_length=1024)]


class RouteMatch(Model):
    """Requests for which all that is written holds."""

    path: PathMatch | None = None
    headers: Annotated[tuple[HeaderMatch, ...], sized(0, 16)] | None = None
    query_params: Annotated[tuple[QueryMatch, ...], sized(0, 16)] | None = None
    method: Method | None = None


class Header(Model):
    """A header that is set or added."""

    name: HeaderName
    value: HeaderValue


class HeaderModifier(Model):
    """Changes of headers."""

    set_: Annotated[tuple[Header, ...], sized(0, 16)] | None = Field(default=None, alias="set")
    add: Annotated[tuple[Header, ...], sized(0, 16)] | None = None
    remove: Annotated[tuple[Text, ...], sized(0, 16)] | None = None


class PathModifier(Model):
    """Another path."""

    type: Literal["ReplaceFullPath", "ReplacePrefixMatch"]
    replace_full_path: PathText | None = None
    replace_prefix_match: PathText | None = None

    @model_validator(mode="after")
    def _field_of_the_type(self) -> Self:
        full = self.type == "ReplaceFullPath"
        if (self.replace_full_path is not None) != full or (self.replace_prefix_match is not None) == full:
            raise ValueError(
                f"type {self.type} goes with {'replaceFullPath' if full else 'replacePrefixMatch'} alone"
            )
        return self


class Redirect(Model):
    """An answer that sends the client elsewhere."""

    scheme: Literal["http", "https"] | None = None
    hostname: DnsName | None = None
    path: PathModifier | None = None
    port: Port | None = None
    status_code: Literal[301, 302, 303, 307, 308] | None = None


class UrlRewrite(Model):
    """Another host or path for the backend."""

    hostname: DnsName | None = None
    path: PathModifier | None = None


class ExtensionReference(Model):
    """A filter of the implementation's own."""

    group: Group
    kind: Kind
    name: Text


class BackendReference(Model):
    """Where requests go; without a kind a Service."""

    group: Group | None = None
    kind: Kind | None = None
    name: Text
    namespace: DnsLabel | None = None
    port: Port | None = None

    @model_validator(mode="after")
    def _port_of_a_service(self) -> Self:
        if not self.group and self.kind in {None, "Service"} and self.port is None:
            raise ValueError("a Service as backend needs its port")
        return self


class Fraction(Model):
    """A part of the requests."""

    numerator: Count
    denominator: Annotated[int, Field(strict=True, ge=1)] | None = None


class Mirror(Model):
    """A copy of the requests goes elsewhere too."""

    backend_ref: BackendReference
    percent: Annotated[int, Field(strict=True, ge=0, le=100)] | None = None
    fraction: Fraction | None = None


class Filter(Model):
    """One step on the way; `type` names the field that holds its settings. CORS is left out: releases before 1.5 do not know it."""

    type: Literal[
        "RequestHeaderModifier",
        "ResponseHeaderModifier",
        "RequestMirror",
        "RequestRedirect",
        "URLRewrite",
        "ExtensionRef",
    ]
    request_header_modifier: HeaderModifier | None = None
    response_header_modifier: HeaderModifier | None = None
    request_mirror: Mirror | None = None
    request_redirect: Redirect | None = None
    url_rewrite: UrlRewrite | None = Field(default=None, alias="urlRewrite")
    extension_ref: ExtensionReference | None = None

    @model_validator(mode="after")
    def _field_of_the_type(self) -> Self:
        wanted = "urlRewrite" if self.type == "URLRewrite" else self.type[0].lower() + self.type[1:]
        written = [
            to_camel(name) for name in type(self).model_fields if name != "type" and getattr(self, name)
        ]
        if written != [wanted]:
            raise ValueError(
                f"type {self.type} goes with {wanted} alone, not with {', '.join(written) or 'nothing'}"
            )
        return self


Filters = Annotated[tuple[Filter, ...], sized(0, 16)]


class WeightedBackend(BackendReference):
    """A backend with its share of the requests."""

    weight: Annotated[int, Field(strict=True, ge=0, le=1000000)] | None = None
    filters: Filters | None = None


class Timeouts(Model):
    """How long a request may take, as a whole and at the backend."""

    request: GatewayDuration | None = None
    backend_request: GatewayDuration | None = None


class RouteRule(Model):
    """Some requests, what is done to them, and where they go."""

    name: DnsName | None = None
    matches: Annotated[tuple[RouteMatch, ...], sized(0, 64)] | None = None
    filters: Filters | None = None
    backend_refs: Annotated[tuple[WeightedBackend, ...], sized(0, 16)] | None = None
    timeouts: Timeouts | None = None

    @model_validator(mode="after")
    def _filters_go_together(self) -> Self:
        types = [one.type for one in self.filters or ()]
        once = [name for name in types if name not in {"RequestMirror", "ExtensionRef"}]
        if twice := repeated(once):
            raise ValueError(f"filter {twice[0]} is written twice")
        if "RequestRedirect" in types and ("URLRewrite" in types or self.backend_refs):
            raise ValueError("a redirect is the answer: no URLRewrite and no backendRefs beside it")
        return self


class HTTPRouteSpec(Model):
    """To which Gateways a route belongs, for which hosts, and its rules."""

    parent_refs: Annotated[tuple[ParentReference, ...], sized(1, 32)] | None = None
    hostnames: Annotated[tuple[WildcardName, ...], sized(0, 16)] | None = None
    rules: Annotated[tuple[RouteRule, ...], sized(1, 16)] | None = None

    @model_validator(mode="after")
    def _parents_can_be_told_apart(self) -> Self:
        parents = (
            (one.kind, one.namespace, one.name, one.section_name, one.port) for one in self.parent_refs or ()
        )
        if twice := repeated(parents):
            raise ValueError(
                f"parent {twice[0][2]!r} is written twice; tell the two apart by sectionName or port"
            )
        return self


class HTTPRoute(KubernetesObject):
    """The way from a Gateway to Services."""

    api_version: ApiVersion = "gateway.networking.k8s.io/v1"
    kind: Literal["HTTPRoute"] = "HTTPRoute"
    spec: HTTPRouteSpec
