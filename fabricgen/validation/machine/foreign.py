"""Files beside a cluster's objects that are surely no objects: what other tools read, told by name and shape.

A document without `apiVersion` and `kind` is an error, because its author may have forgotten them; so it is passed over
only where something shows that it is meant for another tool.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

Shape = Callable[[Any], bool]
_VALUES: Final = re.compile(r"(?:^|[._-])values(?:[._-][^/]*)?\.(?:ya?ml|json)$")
_VALUES_FOLDER: Final = re.compile(r"(?:^|/)(?:helm-?)?values/[^/]+$")
_OBJECT_KEYS: Final = frozenset({"apiVersion", "kind", "metadata", "spec"})
# A comment for editors. SchemaStore has schemas of tools' own files; of what concerns us only kustomize's.
# Source: <https://github.com/redhat-developer/yaml-language-server#using-inlined-schema>,
# <https://www.schemastore.org>.
_SCHEMA_STORE: Final = re.compile(
    r"^# yaml-language-server: ?\$schema=https://(?:json\.schemastore\.org|www\.schemastore\.org)/"
    r"(?!kustomization)(?P<name>[\w.-]+?)(?:\.json)?\s*$",
    re.MULTILINE,
)
# Source: <https://docs.ansible.com/ansible/latest/tips_tricks/sample_setup.html>
_FOLDERS: Final = {"group_vars": "variables of Ansible's", "host_vars": "variables of Ansible's"}
_ROLE: Final = re.compile(r"(?:^|/)roles/.+/(?:tasks|handlers|vars|defaults|meta)/[^/]+$")


def told_reason(text: str) -> str:
    """Return what the author of a document says in a comment that it is, where this is a file of another tool."""
    told = _SCHEMA_STORE.search(text)
    return f"by its own words a file of another tool's: {told['name']}" if told else ""


def foreign_reason(body: Any, *, file: str) -> str:  # noqa: ANN401 - a document holds anything
    """Return what a document is, if it is surely no object that Kubernetes knows; empty where that is not sure."""
    if isinstance(body, list):
        if _ROLE.search(file) and _items_have()(body):
            return "a part of an Ansible role"
        return next((what for what, holds in _LISTS if holds(body)), "")
    if not isinstance(body, Mapping):
        return ""
    path = PurePosixPath(file.replace("\\", "/"))
    if (
        part := next((part for part in path.parts if part in _FOLDERS), "")
    ) and not body.keys() & _OBJECT_KEYS:
        return _FOLDERS[part]
    named = next((what for name, what, holds in _NAMED if name.search(path.name) and holds(body)), "")
    if named:
        return named
    if _VALUES.search(path.name) and not {"apiVersion", "metadata"} & body.keys():
        return "values of a Helm chart"
    if body.keys() & _OBJECT_KEYS:
        return next((what for what, holds in _ODD if holds(body)), "")
    if _VALUES_FOLDER.search(str(path)):
        return "values of a Helm chart"
    if _ROLE.search(str(path)):
        return "a part of an Ansible role"
    return next((what for what, holds in _SHAPES if holds(body)), "")


def _has(*keys: str) -> Shape:
    return lambda body: all(key in body for key in keys)


def _any_of(*keys: str) -> Shape:
    return lambda body: any(key in body for key in keys)


def _only(*keys: str) -> Shape:
    known = frozenset(keys)
    return lambda body: bool(body) and body.keys() <= known


def _mapping_of(key: str, *inner: str) -> Shape:
    """Tell a mapping below `key` whose values all are mappings with one of `inner`."""

    def holds(body: Mapping[str, Any]) -> bool:
        values = body.get(key)
        return (
            isinstance(values, Mapping)
            and bool(values)
            and all(
                isinstance(one, Mapping) and any(name in one for name in inner) for one in values.values()
            )
        )

    return holds


def _list_of(key: str, *inner: str) -> Shape:
    """Tell a list below `key` whose items all are mappings with all of `inner`."""

    def holds(body: Mapping[str, Any]) -> bool:
        return _items_have(*inner)(body.get(key))

    return holds


def _items_have(*keys: str) -> Shape:
    def holds(value: Any) -> bool:  # noqa: ANN401 - any part of a document
        return (
            isinstance(value, list)
            and bool(value)
            and all(isinstance(one, Mapping) and all(key in one for key in keys) for one in value)
        )

    return holds


def _both(*shapes: Shape) -> Shape:
    return lambda body: all(shape(body) for shape in shapes)


def _lists_of_paths(body: Mapping[str, Any]) -> bool:
    items = [one for value in body.values() for one in (value if isinstance(value, list) else [None])]
    return all(isinstance(one, Mapping) and ("path" in one or "fieldSpecs" in one) for one in items)


def _anything(_: object) -> bool:
    return True


def _is_omni(body: Mapping[str, Any]) -> bool:
    known = (
        "Cluster",
        "ControlPlane",
        "Workers",
        "Machine",
    )  # no set: a kind may be a mapping, which has no hash
    return body.get("kind") in known and not body.keys() & {"apiVersion", "metadata", "spec"}


# By the file's own name, which decides where the shape alone would not; an object may bear any name but these.
_NAMED: Final[tuple[tuple[re.Pattern[str], str, Shape], ...]] = tuple(
    (re.compile(name), what, holds)
    for name, what, holds in (
        (r"^Chart\.ya?ml$", "a Helm chart's own description", _has("name", "version")),
        (r"^(?:requirements|Chart\.lock)\.ya?ml$", "a Helm chart's dependencies", _has("dependencies")),
        (
            r"^helmfile.*\.ya?ml$",
            "helmfile's own file",
            _any_of("releases", "helmfiles", "repositories", "bases", "environments"),
        ),
        (r"^\.?[Tt]askfile.*\.ya?ml$", "a Taskfile", _any_of("tasks", "includes", "version")),
        (r"^talsecret.*\.ya?ml$", "talhelper's secrets", _any_of("cluster", "secrets", "certs", "sops")),
        (r"^secrets(?:\.sops)?\.ya?ml$", "Talos' secrets", _has("trustdinfo", "certs")),
        (r"^talenv.*\.ya?ml$", "talhelper's variables", lambda body: not body.keys() & _OBJECT_KEYS),
        (r"^(?:docker-)?compose.*\.ya?ml$", "a Compose file", _has("services")),
        (r"^renovate\.json$|^\.renovaterc", "Renovate's own config", _anything),
        (
            r"^(?:package|tsconfig|jsconfig|composer|cdk|deno)(?:-lock)?(?:\.[\w-]+)?\.json$",
            "a program's own config",
            lambda body: not body.keys() & _OBJECT_KEYS,
        ),
        (r"^mkdocs\.ya?ml$", "MkDocs' own config", _has("site_name")),
        (r"^\.pre-commit-(?:config|hooks)\.ya?ml$", "pre-commit's own config", _anything),
        (r"^\.sops\.ya?ml$", "SOPS' own config", _anything),
        (r"^\.fabricgen\.ya?ml$", "fabricgen's own settings", _anything),
        (r"^\.?yamllint(?:\.ya?ml)?$", "yamllint's own config", _anything),
        (r"^action\.ya?ml$", "a GitHub action", _has("runs")),
        (r"^dependabot\.ya?ml$", "Dependabot's own config", _has("updates")),
        (r"^\.?gitlab-ci\.ya?ml$", "GitLab's own config", _anything),
        (
            r"^skaffold\.ya?ml$",
            "Skaffold's own config",
            lambda body: str(body.get("apiVersion", "")).startswith("skaffold/"),
        ),
        (r"^galaxy\.ya?ml$", "an Ansible collection", _has("namespace", "name")),
    )
)
# With `kind` or `spec`, and yet no objects.
_ODD: Final[tuple[tuple[str, Shape], ...]] = (
    ("a template of Omni's", _is_omni),
    ("a file that names its own JSON schema", lambda body: "$schema" in body and "apiVersion" not in body),
)
# Source: the transformers' configurations in api/internal/plugins/builtinconfig of kubernetes-sigs/kustomize.
_KUSTOMIZE: Final = (
    *("nameReference", "namePrefix", "nameSuffix", "namespace", "commonLabels", "labels", "templateLabels"),
    *("commonAnnotations", "varReference", "images", "replicas"),
)
_SHAPES: Final[tuple[tuple[str, Shape], ...]] = (
    ("kustomize's own configuration", _both(_only(*_KUSTOMIZE), _lists_of_paths)),
    ("a file that names its own JSON schema", _has("$schema")),
    ("a file that names its own JSON schema", _both(_has("$id"), _any_of("properties", "type"))),
    (
        "the description of a cluster: `fabricgen check` judges it",
        _has("name", "distribution", "endpoint", "networks", "nodes"),
    ),
    (
        "talhelper's own file: `talhelper validate talconfig` judges it",
        _has("clusterName", "endpoint", "nodes"),
    ),
    ("topf's own file", _has("clusterName", "clusterEndpoint")),
    ("cluster secrets of Talos", _has("cluster", "secrets", "trustdinfo", "certs")),
    (
        "talosctl's own config",
        _both(_has("context", "contexts"), lambda body: isinstance(body["contexts"], Mapping)),
    ),
    ("SOPS' own config", _list_of("creation_rules")),
    ("a Taskfile", _both(_has("version", "tasks"), lambda body: isinstance(body["tasks"], Mapping))),
    (
        "a Taskfile",
        _both(
            _has("version", "includes"),
            _only("version", "includes", "vars", "env", "dotenv", "set", "shopt", "output"),
        ),
    ),
    ("MkDocs' own config", _has("site_name")),
    ("a Compose file", _mapping_of("services", "image", "build", "extends")),
    ("a workflow of GitHub's or Forgejo's", _mapping_of("jobs", "runs-on", "uses", "steps")),
    (
        "a GitHub action",
        _both(_has("runs"), lambda body: isinstance(body["runs"], Mapping) and "using" in body["runs"]),
    ),
    ("pre-commit's own config", _list_of("repos", "repo", "hooks")),
    ("helmfile's own file", _both(_list_of("releases", "name"), _list_of("releases", "chart"))),
    (
        "helmfile's own file",
        _both(
            _list_of("releases", "name"), _any_of("helmDefaults", "repositories", "templates", "helmfiles")
        ),
    ),
    ("a dashboard of Grafana's", _both(_has("panels"), _any_of("schemaVersion", "templating", "title"))),
    ("rules of Prometheus' own form", _both(_only("groups"), _list_of("groups", "name", "rules"))),
    ("Prometheus' own config", _list_of("scrape_configs", "job_name")),
    ("Alertmanager's own config", _both(_has("route", "receivers"), _list_of("receivers", "name"))),
    ("Home Assistant's own config", _any_of("default_config", "homeassistant")),
    (
        "a blueprint of Home Assistant's",
        _both(
            _has("blueprint"),
            lambda body: isinstance(body["blueprint"], Mapping) and "domain" in body["blueprint"],
        ),
    ),
    (
        "a device of ESPHome's",
        _both(_has("esphome"), _any_of("esp32", "esp8266", "substitutions", "packages", "wifi", "logger")),
    ),
    (
        "an inventory of Ansible's",
        lambda body: (
            isinstance(one := body.get("all"), Mapping) and bool(one.keys() & {"hosts", "children", "vars"})
        ),
    ),
)
_LISTS: Final[tuple[tuple[str, Shape], ...]] = (
    ("a playbook of Ansible's", _items_have("hosts")),
    (
        "a playbook of Ansible's",
        lambda body: (
            all(
                isinstance(one, Mapping)
                and ({"hosts"} & one.keys() or any(str(key).endswith("import_playbook") for key in one))
                for one in body
            )
            and bool(body)
        ),
    ),
    ("labels of GitHub's", _items_have("name", "color")),
    (
        "automations of Home Assistant's",
        lambda body: (
            _items_have()(body)
            and all(
                one.keys() & {"trigger", "triggers"} and one.keys() & {"action", "actions"} for one in body
            )
        ),
    ),
)
