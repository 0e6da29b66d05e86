"""Prints docs/description.md: every key of a description, from the models that read it. Run by `make generated`.

Fed by the JSON Schema and by the scalar types of `fabricgen.description`; the sentences are those of the models.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from fabricgen.description import fields
from fabricgen.description.chart import HttpsUrl, OciUrl
from fabricgen.description.distribution import ExposedPort
from fabricgen.description.flux import GitUrl
from fabricgen.description.policies import FqdnPattern, PolicyPort
from fabricgen.description.schema import description_schema

Schema = Mapping[str, Any]

HEAD: Final = """\
# The description, key by key

Generated from the models by `make generated`: change `fabricgen/description/`, not this page.

Start from a commented example: [clusters/goldentooth.yaml](../clusters/goldentooth.yaml), 17 machines with Talos.
The others are smaller: [talos-homelab](../clusters/talos-homelab.yaml), [homeops](../clusters/homeops.yaml),
[k3s-homelab](../clusters/k3s-homelab.yaml) and [joelclaw](../clusters/joelclaw.yaml).
Editors complete and check what you write by the line `# yaml-language-server: $schema=…` at the top of these files;
`fabricgen schema` prints that schema. An unknown key is refused, with the nearest known one.
Beyond the types told here, values must fit each other: that no address has two owners, that versions go together,
that a feature has what it needs. `fabricgen render` tells everything that does not, with line and way out.
"""

# What people write -> the type in the models, its form, and an example where the form needs one.
FORMS: Final[Mapping[str, tuple[Any, str]]] = {
    "address": (fields.AddressField, "IPv4 or IPv6, without prefix length: `10.0.0.10`, `fd00::10`"),
    "address or pair": (fields.AddressPair, "one address, or a list of an IPv4 and an IPv6 one"),
    "AS number": (fields.Asn, 'a number, or as text `"AS64512"` or `"1.10"`; private ones are 64512-65534'),
    "count": (fields.Count, "a whole number, 1 or more"),
    "DNS name": (fields.DnsName, "lower-case: `home.example.org`"),
    "DNS pattern": (FqdnPattern, "a DNS name in which `*` stands for one label: `*.example.org`"),
    "DNS name or wildcard": (fields.WildcardName, "a DNS name, in front of which `*.` may stand"),
    "duration": (fields.Duration, "numbers with the unit `ms`, `s`, `m` or `h`: `30s`, `1h30m`"),
    "exposed port": (ExposedPort, "host port, container port, protocol: `8080:80/tcp`"),
    "free keys": (fields.Values, "a mapping of whatever the program behind it reads"),
    "git address": (GitUrl, "`https://…` or `ssh://…`"),
    "MAC address": (fields.Mac, "in any usual form: `d8:3a:dd:01:02:03`, `D8-3A-DD-01-02-03`"),
    "memory": (fields.MemoryMiB, "a number with its unit: `8GiB`, `512MiB`"),
    "minor version": (fields.MinorField, "two numbers: `v1.12`"),
    "name": (
        fields.Name,
        "lower-case letters, digits and dashes, a letter or digit at both ends, at most 63",
    ),
    "network": (fields.NetworkField, "in CIDR form, aligned: `10.0.0.0/24`, `fd00:0:0:1::/64`"),
    "network or pair": (fields.NetworkPair, "one network, or a list of an IPv4 and an IPv6 one"),
    "port": (fields.Port, "1-65535"),
    "port and protocol": (PolicyPort, "`443/TCP`, `8000-8100/UDP`"),
    "registry address": (OciUrl, "`oci://…`"),
    "text": (fields.Text, "anything but nothing; in quotes where YAML would read a number or a truth"),
    "text by name": (fields.Labels, 'a mapping; values are text, so `"1"` and `"true"` stand in quotes'),
    "true or false": (fields.Flag, "without quotes"),
    "version": (fields.VersionField, "all three numbers, `v` or not: `1.34.2`, `v1.34.2+k3s1`"),
    "web address": (HttpsUrl, "`https://…`"),
}
_ABOUT_THE_FIELD: Final = {"default", "description", "title"}


def reference() -> str:
    """Return the whole page, Markdown."""
    schema = description_schema()
    models: dict[str, Schema] = {"Description": schema, **schema["$defs"]}
    return "\n".join(
        [HEAD, *_forms(), *(line for name in _in_order(models) for line in _section(name, models))]
    )


def _forms() -> Iterator[str]:
    yield from ("## What people write", "", "| type | form |", "|---|---|")
    yield from (f"| {word} | {_cell(how)} |" for word, (_, how) in FORMS.items())
    yield ""


def _in_order(models: Mapping[str, Schema]) -> tuple[str, ...]:
    """Return the models in the order in which a reader of a description meets them."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        found.setdefault(name)
        for model in re.findall(r"#/\$defs/(\w+)", json.dumps(models[name]["properties"])):
            if model not in found:
                visit(model)

    visit("Description")
    return tuple(found)


def _section(name: str, models: Mapping[str, Schema]) -> Iterator[str]:
    model = models[name]
    users = [user for user in models if f'#/$defs/{name}"' in json.dumps(models[user]["properties"])]
    of = f" Used by {', '.join(f'[{user}](#{user.lower()})' for user in users)}." if users else ""
    yield from (f"## {name}", "", f"{model['description']}{of}", "")
    yield from ("| key | type | default | what it is |", "|---|---|---|---|")
    for key, field in model["properties"].items():
        what, default = _split(field, needed=key in model.get("required", ()))
        yield f"| `{key}` | {_type(field)} | {_cell(default)} | {_cell(what)} |"
    yield ""


def _split(field: Schema, *, needed: bool) -> tuple[str, str]:
    """Return what a field is, and its default: as its description tells it, else as the model has it."""
    told = re.search(r" ?Default: (.*?)\.(?= |$)", field["description"])
    what = field["description"].replace(told[0], "") if told else field["description"]
    return what, "needed" if needed else told[1] if told else _value(field.get("default"))


def _value(default: object) -> str:
    match default:
        case bool():
            return f"`{str(default).lower()}`"
        case dict():
            said = [f"`{key}: {value}`" for key, value in default.items() if value not in (None, [], {})]
            return ", ".join(said) or "as told there"
        case list():
            return f"`{json.dumps(default)}`" if default else "none"
        case None:
            return "none"
        case "":
            return "empty"
        case _:
            return f"`{default}`"


def _type(schema: Schema) -> str:
    """Return a type as people say it, with links to the models and forms in it."""
    bare = {key: value for key, value in schema.items() if key not in _ABOUT_THE_FIELD}
    if "anyOf" in bare:
        bare["anyOf"] = [one for one in bare["anyOf"] if one != {"type": "null"}]
    if word := _words().get(json.dumps(bare, sort_keys=True)):
        return word
    match bare:
        case {"$ref": reference_}:
            name = reference_.rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"anyOf": choices}:
            return " or ".join(_type(one) for one in choices)
        case {"enum": values}:
            return ", ".join(f"`{value}`" for value in values)
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"patternProperties": values}:
            return f"{' or '.join(_type(one) for one in values.values())} by name"
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"{least}-{most}"
        case _:
            return "text"


def _words() -> dict[str, str]:
    return {
        json.dumps(TypeAdapter(alias).json_schema(), sort_keys=True): f"[{word}](#what-people-write)"
        for word, (alias, _) in FORMS.items()
    }


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(reference(), end="")
