"""Where an artifact goes, as people write it: oci://registry/repository:tag. Fed by the command; feeds `registry`.

Source of the grammar: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md, "Pulling manifests".
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from fabricgen.errors import Problem, PublishError

SCHEME = "oci://"
_NAME = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_NAME}(?:/{_NAME})*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_HOST = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]{1,5})?")
_EXAMPLE = "write it as oci://ghcr.io/owner/cluster:latest"
# Docker Hub is known by one name, and serves by another.
# Source: https://github.com/google/go-containerregistry, pkg/name/registry.go, which Flux uses.
_SERVED_BY = {"docker.io": "index.docker.io"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A repository in a registry, and the tags that are to name the artifact there."""

    registry: str  # host, with the port if there is one
    repository: str
    tags: tuple[str, ...]

    def __str__(self) -> str:
        """Return the address without a tag, as an OCIRepository has it."""
        return f"{SCHEME}{self.registry}/{self.repository}"

    @property
    def served_by(self) -> str:
        """Return the host, with its port, that requests go to."""
        return _SERVED_BY.get(self.registry, self.registry)

    @property
    def is_loopback(self) -> bool:
        """Return whether the registry is on this machine, so that nothing travels over a network."""
        host = urlsplit(f"//{self.registry}").hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def parse_reference(text: str, *, tags: tuple[str, ...] = ()) -> Reference:
    """Return what the text names, with further tags. Raises PublishError with everything that is wrong with it."""
    rest = text.removeprefix(SCHEME)
    host, slash, path = rest.partition("/")
    repository, _, tag = path.partition(":")
    problems = []
    if not text.startswith(SCHEME):
        problems.append(f"does not begin with {SCHEME}")
    if "@" in rest:
        problems.append("has an @; a digest comes out of the content, and credentials go elsewhere")
    elif not slash or not _HOST.fullmatch(host):
        problems.append(f"names no registry: {host!r} is no host")
    elif not _REPOSITORY.fullmatch(repository):
        problems.append(
            f"names no repository: {repository!r} must be of small letters, digits, and . _ - / between"
        )
    named = tuple(dict.fromkeys((*((tag,) if ":" in path else ()), *tags)))
    problems += [f"has the tag {one!r}, which no registry takes" for one in named if not _TAG.fullmatch(one)]
    if not named:
        problems.append("names no tag, and neither does --tag")
    if problems:
        raise PublishError(Problem(file=_shown(text), message=one, hint=_EXAMPLE) for one in problems)
    return Reference(registry=host, repository=repository, tags=named)


def _shown(text: str) -> str:
    """Return the text without what could be a password in it."""
    return re.sub(r"(://)[^/]*@", r"\1…@", text)
