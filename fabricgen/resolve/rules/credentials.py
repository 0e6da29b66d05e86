"""Rules about secrets anywhere in a description: it is committed to git, and so is all that is made of it."""

import re
from collections.abc import Iterator, Mapping

from fabricgen.description import Description
from fabricgen.errors import Path, Problem
from fabricgen.resolve.rules.k3s import SECRET_KEYS
from fabricgen.resolve.rules.texts import texts_of
from fabricgen.secrets import NAMED_RULE, find_in_value

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
    by_name = all(one.rule != NAMED_RULE for one in description.ignore)
    told = {problem.path for problem in rule_addresses_hold_no_credentials(description)}
    written = description.model_dump(by_alias=True, exclude_unset=True)
    for found in find_in_value(written, by_name=by_name):
        if found.path not in told and not _is_k3s_secret(found.path):
            message = f"{found.message}, and this file is committed to git"
            hint = "put it in a Secret of the cluster, and name that here"
            yield Problem(message=message, path=found.path, hint=hint)


def _is_k3s_secret(path: Path) -> bool:
    """Return whether the rule about keys of k3s tells it."""
    return path[:2] == ("distribution", "k3s") and str(path[-1]).removesuffix("+") in SECRET_KEYS


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
