"""Secrets that the tree refers to and never holds. Fed by the cluster; feeds the steps and both READMEs."""

from collections.abc import Iterator
from dataclasses import dataclass

from fabricgen.cluster import Cluster, Flux
from fabricgen.documents.bootstrap.step import CONTINUED, command, quoted
from fabricgen.documents.layers import FLUX


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A Secret that somebody makes by hand, since secrets are not in git; `make` is how, with files in $SECRETS."""

    namespace: str
    name: str
    purpose: str
    make: str

    @property
    def one_line(self) -> str:
        """Return how to make it, on one line."""
        return self.make.replace(CONTINUED, " ")


def credentials(cluster: Cluster) -> tuple[Credentials, ...]:
    """Return every Secret that this tree refers to and does not hold, sorted."""
    return tuple(sorted(_credentials(cluster), key=lambda one: (one.namespace, one.name)))


def _credentials(cluster: Cluster) -> Iterator[Credentials]:
    source = cluster.flux.source
    if source.secret is not None:
        purpose = f"Flux reads {source.url} with it"
        yield Credentials(
            namespace=FLUX,
            name=source.secret,
            purpose=purpose,
            make=_make_secret(cluster.flux, source.secret),
        )
    for peer in cluster.cilium.bgp.peers if cluster.cilium and cluster.cilium.bgp else ():
        if peer.password_secret is not None:
            make = _generic("kube-system", peer.password_secret, 'password="$SECRETS/bgp-password"')
            purpose = f"the password of the BGP session with {peer.name}"
            yield Credentials(namespace="kube-system", name=peer.password_secret, purpose=purpose, make=make)


def _make_secret(flux: Flux, name: str) -> str:
    if flux.source.kind == "OCIRepository":
        create = f"kubectl --namespace {FLUX} create secret docker-registry {quoted(name)}"
        return command(create, '--from-file=.dockerconfigjson="$SECRETS/registry.json"')
    if flux.source.url.startswith("ssh://"):
        return _generic(FLUX, name, 'identity="$SECRETS/deploy-key"', 'known_hosts="$SECRETS/known_hosts"')
    return _generic(FLUX, name, 'username="$SECRETS/git-username"', 'password="$SECRETS/git-token"')


def _generic(namespace: str, name: str, *files: str) -> str:
    create = f"kubectl --namespace {namespace} create secret generic {quoted(name)}"
    return command(create, *(f"--from-file={file}" for file in files))
