"""What stands in a document for something that comes later: SOPS' ciphertext, Flux' substitutions, templates.

A value that is not there yet cannot be judged; everything around it is.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from fabricgen.errors import Path

# Source: <https://github.com/getsops/sops#22-encryption-protocol>: each encrypted leaf has this form.
_ENCRYPTED: Final = re.compile(r"ENC\[AES256_GCM,data:")
# Source: the names that Flux substitutes, <https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution>;
# `$${NAME}` is an escape and stays text.
_SUBSTITUTION: Final = re.compile(r"(?<!\$)\$\{[A-Za-z_][A-Za-z0-9_]*(?:[:=\-/^,#%+?].*)?\}", re.DOTALL)
# A word in braces may be a mistake; these constructs are nothing but a template of Helm's or of Jinja's.
# Source: <https://helm.sh/docs/chart_template_guide/control_structures/>,
# <https://jinja.palletsprojects.com/en/stable/templates/>.
_TEMPLATE: Final = re.compile(
    r"\{\{-?\s*(?:(?:if|else|end|range|with|include|template|define|block|toYaml|tpl)\b"
    r"|\$?\.(?:Values|Release|Chart|Files|Capabilities|Template)\b)"
    r"|\{%[-+]?\s*(?:if|for|set|macro|include|extends|block|import|from|raw)\b"
    r"|^\s*#%\s*(?:if|for|set|macro|include|endif|endfor)\b",
    re.MULTILINE,
)
_IN_BRACES: Final = re.compile(r"\{\{.*\}\}|\{%.*%\}", re.DOTALL)


def is_template(text: str) -> bool:
    """Tell whether a text is a template of Helm's or Jinja's rather than YAML with braces in it."""
    return _TEMPLATE.search(text) is not None


def is_encrypted(body: Mapping[str, Any]) -> bool:
    """Tell whether SOPS has encrypted a document: it signs it below the key `sops`."""
    sops = body.get("sops")
    return isinstance(sops, Mapping) and ("mac" in sops or "lastmodified" in sops)


def awaits_value(body: Any, path: Path, *, template: bool) -> bool:  # noqa: ANN401 - a document holds anything
    """Tell whether what stands at `path`, or the key that ends it, is filled in or decrypted only later.

    A value counts as a whole: of a mapping, any value in it. `template` says that the text is a template.
    """
    value = body
    for part in path:
        if isinstance(part, str) and _is_placeholder(part, template=template):
            return True
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return _holds_placeholder(value, template=template)


def _holds_placeholder(value: Any, *, template: bool) -> bool:  # noqa: ANN401 - as above
    match value:
        case str():
            return _is_placeholder(value, template=template)
        case Mapping():
            return any(
                _holds_placeholder(key, template=template) or _holds_placeholder(inner, template=template)
                for key, inner in value.items()
            )
        case list():
            return any(_holds_placeholder(inner, template=template) for inner in value)
        case _:
            return False


def _is_placeholder(text: str, *, template: bool) -> bool:
    if _ENCRYPTED.match(text) or ("${" in text and _SUBSTITUTION.search(text)):
        return True
    return template and "{" in text and _IN_BRACES.search(text) is not None
