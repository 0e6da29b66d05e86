"""Secrets that are known by the name of their key: passwords, tokens, keys. Used by the scan of texts and descriptions.

Only the last words of a name count: `password` is one, `passwordSecret`, `passwordKey` and `token-file` say where one is.
What the name says must also look like one: a variable, a reference, a path or a word for "fill this in" does not.
"""

import re
from functools import lru_cache
from typing import Final

_PASSWORD: Final = "a password"  # noqa: S105 - what it is called in messages
_TOKEN: Final = "a token"  # noqa: S105 - as above
_KEY: Final = "a key"
_WORDS: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_LAST: Final = {"password": _PASSWORD, "passwd": _PASSWORD, "passphrase": _PASSWORD, "token": _TOKEN}
_ENDS: Final = (
    ("privatekey", _KEY),
    ("presharedkey", _KEY),
    ("apikey", _KEY),
    ("authkey", _KEY),
    ("accesskey", _KEY),
    ("secretkey", _KEY),
    ("encryptionkey", _KEY),
    ("signingkey", _KEY),
    ("masterkey", _KEY),
    ("clientkeydata", _KEY),
    ("clientsecret", _KEY),
    # https://docs.siderolabs.com/talos/v1.12/reference/configuration/v1alpha1/config#clusterconfig
    ("encryptionsecret", _KEY),
    ("clustersecret", _KEY),
    ("bootstraptoken", _TOKEN),
)
_EXACT: Final = {"secret": _KEY}
_NEVER: Final = re.compile(r"(?i)public|automount|existing")
_REFERENCE: Final = re.compile(
    r"""(?ix)
    [$<{%!&*\\]          # a variable, a template, a tag or alias of YAML, something left out
    | __\w+__$           # what a program fills in
    | [a-z.+-]+://       # where to find it
    | os\.environ | process\.env | --[a-z]
    | abcdef\.0123456789abcdef$    # kubeadm's own example
    | Ag[A-Z][\w+/]{200}          # encrypted: a SealedSecret
    | enc\[ | ref\+ | op:// | vault: | file: | sops: | secret: | env: | https?://
    | ~?\.{0,2}/[\w./$-]+$   # a path
    | sha(256|512):
    """
)
_FILLER_WORDS: Final = """
access admin api args auth bar change changeme cilium client config default dummy empty enter env environ
example false fill foo grafana here hidden hubble in insecure insert is key login me my no none not null
optional os pass passphrase passwd password placeholder private put random redacted removed replace required
root secret self set some string super test the this to todo token true user username value with x xx xxx xxxx
yes you your
"""
_FILLER: Final = frozenset(_FILLER_WORDS.split())
_PLAIN_WORDS: Final = re.compile(r"[A-Za-z]?[a-z]+(?:[-_./ ][A-Za-z]?[a-z]+)*")
_MATERIAL: Final = re.compile(r"[A-Za-z0-9+/=_.~-]{16,}")
_OBJECT_NAME: Final = re.compile(r"[a-z0-9.-]+")
_NUMBER: Final = re.compile(r"[\d._-]+")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LONGEST_WORD: Final = 14
_HEX_LENGTH: Final = 32
_SHORTEST: Final = {_PASSWORD: 4, _TOKEN: 8, _KEY: 16}
NEEDLES: Final = (b"passw", b"passphrase", b"token", b"secret", b"key")
"""One of these is in every name that counts, in lower case."""


@lru_cache(maxsize=2048)
def kind_of(name: str) -> str:
    """Return what the value of this key is by the key's name, such as "a password"; "" if that says nothing."""
    words = [word.lower() for word in _WORDS.findall(name.replace("/", ".").rpartition(".")[2])]
    if not words or _NEVER.search(name):
        return ""
    joined = "".join(words)
    ends = next((kind for end, kind in _ENDS if joined.endswith(end)), "")
    return ends or _LAST.get(words[-1], "") or _EXACT.get(joined, "")


def is_secret(name: str, value: str, *, spaces: bool = False) -> str:
    """Return what kind of secret `value` is under the key `name`; "" if it is none. `spaces`: it may hold some."""
    kind = kind_of(name)
    if not kind or len(value) < _SHORTEST[kind] or is_reference(value):
        return ""
    if " " in value and not (spaces and kind == _PASSWORD):
        return ""
    if _NUMBER.fullmatch(value):
        return "" if kind == _TOKEN else kind
    if kind == _PASSWORD or (kind == _TOKEN and _joins_nodes(name)):
        return kind
    if _PLAIN_WORDS.fullmatch(value) or not any(one.isdigit() for one in value):
        return ""
    if (
        name.lower() == "secret"
        and _OBJECT_NAME.fullmatch(value)
        and ("-" in value or len(value) < _HEX_LENGTH)
    ):
        return ""  # of a Secret
    return kind if kind == _TOKEN or (_MATERIAL.fullmatch(value) and not _is_identifier(value)) else ""


def _is_identifier(value: str) -> bool:
    """Return whether it is a name, such as External Secrets' `secretKey: S3_ACCESS_KEY_1`; a UUID is none."""
    parts = re.split(r"[-_.]", value)
    return len(parts) > 1 and max(map(len, parts)) <= _LONGEST_WORD and not _UUID.fullmatch(value)


def is_reference(value: str) -> bool:
    """Return whether the value says where the secret is, or that it is left out."""
    return bool(_REFERENCE.match(value)) or _is_filler(value)


def _joins_nodes(name: str) -> bool:
    """K3s takes any text for a token: https://docs.k3s.io/cli/server#cluster-options."""
    return bool(re.search(r"(?i)agent|k3s|node|join", name))


def _is_filler(value: str) -> bool:
    """Return whether the value is made of words that stand for one, or of hardly any characters."""
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value).lower())
    return len(set(value)) <= 2 or (  # noqa: PLR2004 - `xxxxx`, `*-*-*`
        bool(words) and not re.search(r"\d", value) and all(word in _FILLER for word in words)
    )
