"""Secrets that are known by their form, wherever they stand: keys and tokens that say of themselves what they are.

Used by the scan of texts and of descriptions. A form is looked for only where its needle is in the text, which costs next
to nothing. Each pattern asks for the whole form, so that a word about tokens is none.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

_FEW_CHARACTERS: Final = 6
_DUMMY: Final = re.compile(
    r"(?i)example|redacted|placeholder|xxxx|abcdef\.0123456789abcdef|\.\.\.|\*\*\*|0000000"
)


class Form(NamedTuple):
    """A kind of secret: the texts one of which is in it, its pattern, and what else must hold for a match."""

    kind: str
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]


def _is_varied(match: str) -> bool:
    """Return whether somebody may have been given this, which nobody was given `ghp_xxxxxxxx`."""
    return len(set(match)) >= _FEW_CHARACTERS and not _DUMMY.search(match)


def _is_private_key(match: str) -> bool:
    """Return whether base64 hides a private key in PEM; a certificate looks the same from outside."""
    return b"PRIVATE KEY" in _decode(match[:64])


def _has_login(match: str) -> bool:
    """Return whether base64 hides the logins of a registry, or `user:password`."""
    text = _decode(match)
    return b'"auth"' in text or b'"password"' in text


def _is_pair(match: str) -> bool:
    value = match.rpartition(":")[2].strip(' "')
    return b":" in _decode(value)


def _is_literal(match: str) -> bool:
    """Return whether what stands there is no variable, template or hint of one."""
    return not re.search(r"[${}<>*]", match) and "%" not in match[:1]


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def _form(kind: str, needles: str, pattern: str, holds: Callable[[str], bool] = _is_varied) -> Form:
    return Form(kind, tuple(needles.split()), re.compile(pattern), holds)


# Each with the page that says what it looks like, or that shows one.
FORMS: Final = (
    # RFC 7468; RFC 4880 6.2; OpenSSH's PROTOCOL.key. In JSON (Google's service accounts) the line ends are `\n`.
    _form(
        "a private key (PEM)",
        "-----BEGIN",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|\s|>)*(?:[A-Za-z0-9+/=]{16,}|[A-Z][A-Za-z-]+: )",
    ),
    _form(
        "a private key (PEM in base64)",
        "LS0tLS1CRUdJTi",
        r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{16,}=*",
        _is_private_key,
    ),
    # https://github.com/C2SP/C2SP/blob/main/age.md
    _form("a key of age", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{40,}"),
    _form("a key of PuTTY", "PuTTY-User-Key-File-", r"PuTTY-User-Key-File-\d: \S+", _is_literal),
    # https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    _form("a token of GitHub", "gh", r"gh[pousr]_(?<![A-Za-z0-9]gh[pousr]_)[A-Za-z0-9]{30,}"),
    _form("a token of GitHub", "github_pat_", r"github_pat_[A-Za-z0-9_]{40,}"),
    # https://docs.gitlab.com/security/tokens/#token-prefixes
    _form(
        "a token of GitLab",
        "gl",
        r"gl(?<![A-Za-z0-9]gl)(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|oas)-[A-Za-z0-9_.-]{20,}",
    ),
    # https://api.slack.com/authentication/token-types, https://api.slack.com/messaging/webhooks
    _form("a token of Slack", "xox", r"xox[a-z]-[A-Za-z0-9-]{10,}"),
    _form(
        "a webhook of Slack",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{20,}",
    ),
    # https://discord.com/developers/docs/resources/webhook
    _form("a webhook of Discord", "/api/webhooks/", r"/api/webhooks/\d{10,}/[\w-]{30,}"),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    _form("an access key of AWS", "A", r"A[KS]IA(?<![A-Za-z0-9]A[KS]IA)[A-Z2-7]{16}\b"),
    # RFC 7519: header and payload are JSON objects, so both start with `eyJ`. Kubernetes' tokens are such.
    _form("a JSON Web Token", "eyJ", r"eyJ(?<!\weyJ)[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    # https://developer.1password.com/docs/service-accounts/
    _form("a token of 1Password", "ops_eyJ", r"ops_eyJ[\w+/=-]{40,}"),
    # https://tailscale.com/kb/1277/key-prefixes
    _form("a key of Tailscale", "tskey-", r"tskey-[a-z]+-[A-Za-z0-9]{6,}(?:-[A-Za-z0-9]{6,})?"),
    # https://developer.hashicorp.com/vault/docs/concepts/tokens
    _form("a token of Vault", "hv", r"hv[sbr]\.(?<!\whv[sbr]\.)[\w-]{20,}"),
    # https://docs.digitalocean.com/reference/api/create-personal-access-token/
    _form("a token of DigitalOcean", "_v1_", r"do[op]_v1_[a-f0-9]{60,}"),
    # https://cloud.google.com/docs/authentication/api-keys
    _form("a key of Google", "AIza", r"AIza[\w-]{35}\b"),
    # https://docs.k3s.io/cli/token
    _form("a token of k3s", "K10", r"K10(?<!\wK10)[0-9a-f]{64}::[^\s\"']{4,}"),
    # Six and sixteen: https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#token-format
    # machine.token, cluster.token and trustdinfo.token of Talos have it, too.
    _form(
        "a token by which nodes join",
        "oken",
        r"oken[\"']?\s*[:=]\s*[\"']?[a-z0-9]{6}\.[a-z0-9]{16}\b",
    ),
    # The key of Cilium's IPsec: https://docs.cilium.io/en/stable/security/network/encryption-ipsec/
    _form("a key of IPsec", "rfc4106(", r"rfc4106\(gcm\(aes\)\)\s+(?:0x)?[0-9a-fA-F]{32,}"),
    # RFC 3986 3.2.1: whoever reads the address has the password.
    _form("a password in an address", "://", r"://[^/\s:@\"'`<>|]*:[^/\s@\"'`<>|]+@[\w\[]", _is_literal),
    # FRR and vendors like it: https://docs.frrouting.org/en/latest/bgp.html#clicmd-neighbor-PEER-password-PASSWORD
    _form("a password of BGP", "neighbor ", r"neighbor \S+ password [^\s$<{]{4,}", _is_literal),
    # https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
    _form(
        "a login at a registry",
        "hdXRocyI ImF1dGhzI",
        r"\beyJhdXRocyI[A-Za-z0-9+/]{16,}=*|\bewo[A-Za-z0-9+/]{20,}=*",
        _has_login,
    ),
    _form("a login at a registry", '"auth"', r'"auth"\s*:\s*"[A-Za-z0-9+/=]{8,}"', _is_pair),
)


def find_forms(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, kind) of each secret in `text` that is known by its form."""
    for form in FORMS:
        if any(needle in text for needle in form.needles):
            for match in form.pattern.finditer(text):
                if form.holds(match[0]):
                    yield match.start(), form.kind


def hide_forms(text: str) -> str:
    """Return `text` with each such secret replaced."""
    for form in FORMS:
        if any(needle in text for needle in form.needles):
            text = form.pattern.sub("(not shown)", text)
    return text
