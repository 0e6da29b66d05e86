"""Rules about secrets anywhere in a description: it is committed to git, and so is all that is made of it."""

import re
from collections.abc import Iterator, Mapping

from fabricgen.description import Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.texts import texts_of

# Private keys as PEM, and tokens that say by their beginning what they are: of age, GitHub, GitLab, AWS, Slack, k3s.
_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1|\bgh[pousr]_\w{16}|\bgithub_pat_\w{16}|\bglpat-[\w-]{16}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bxox[abprs]-[\w-]{16}|\bK10[0-9a-f]{32}"
)
_PEM_IN_BASE64 = "LS0tLS1CRUdJTi"
# What stands before the @ of an address opens a door. Of ssh only a password does: its users prove by a key who they are.
_OPEN = re.compile(r"\b(?!ssh:)(?P<before>[a-z][a-z0-9+.-]*://)[^/\s@]+@(?P<rest>\S*)")
_SSH = re.compile(r"\b(?P<before>ssh://[^/\s@:]*):[^/\s@]*(?P<rest>@\S*)")
# Where the description names a Secret with the credentials of an address.
_SECRET_BESIDE: Mapping[Path, str] = {
    ("flux", "git", "url"): "flux.git.secret",
    ("flux", "oci", "url"): "flux.oci.secret",
}


def rule_nothing_holds_a_secret(description: Description) -> Iterator[Problem]:
    """Whoever can read the repository would have it. The value itself is not shown."""
    for path, text in texts_of(description):
        key = str(path[-1]).lower()
        if _SECRET.search(text) or (text.startswith(_PEM_IN_BASE64) and key.endswith("key")):
            yield Problem(
                message="this looks like a secret, and this file is committed to git",
                path=path,
                hint="put it in a Secret of the cluster, and name that here",
            )


def rule_addresses_hold_no_credentials(description: Description) -> Iterator[Problem]:
    """Whoever can read the repository could log in. Source of the form: RFC 3986, section 3.2.1."""
    for path, text in texts_of(description):
        if found := _OPEN.search(text) or _SSH.search(text):
            home = _SECRET_BESIDE.get(path)
            yield Problem(
                message="the address holds credentials, and this file is committed to git",
                path=path,
                hint=f"write {found['before']}{found['rest']}"
                + (f", and name their Secret in {home}" if home else ", and keep them out of git"),
            )
