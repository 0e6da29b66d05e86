"""Secrets that the tree refers to and never holds. Fed by the cluster; feeds the steps and both READMEs."""

from collections.abc import Iterator
from dataclasses import dataclass

from fabricgen.cluster import Cluster, Flux, GatewayApi
from fabricgen.documents.bootstrap.step import CONTINUED, command, quoted
from fabricgen.documents.layers import FLUX
from fabricgen.documents.markdown import prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A Secret that is made by hand, since secrets are not in git.

    `make` is how, from files in $SECRETS; `early` says that bootstrap needs it, others can come later.
    """

    namespace: str
    name: str
    purpose: str
    make: str
    early: bool = True

    @property
    def told(self) -> str:
        """Return what it is for as Markdown."""
        return prose(self.purpose)

    @property
    def one_line(self) -> str:
        """Return how to make it, on one line."""
        return self.make.replace(CONTINUED, " ")


def credentials(cluster: Cluster) -> tuple[Credentials, ...]:
    """Return every Secret that this tree refers to and does not hold, sorted; one that is used twice comes once."""
    found = {(one.namespace, one.name): one for one in _credentials(cluster)}
    return tuple(found[key] for key in sorted(found))


def _credentials(cluster: Cluster) -> Iterator[Credentials]:
    flux, cilium = cluster.flux, cluster.cilium
    if (name := flux.source.secret) is not None:
        purpose = f"Flux reads {flux.source.url} with it"
        yield Credentials(namespace=FLUX, name=name, purpose=purpose, make=_make_secret(flux, name))
    yield from _of_artifact(flux)
    for peer in cilium.bgp.peers if cilium and cilium.bgp else ():
        if (name := peer.password_secret) is not None:
            make = _generic("kube-system", name, _literal("password", "bgp-password"))
            purpose = f"the password of the BGP session with {peer.name}"
            yield Credentials(namespace="kube-system", name=name, purpose=purpose, make=make)
    if cilium is not None and cilium.gateway_api is not None:
        yield from _certificates(cilium.gateway_api)


def _of_artifact(flux: Flux) -> Iterator[Credentials]:
    """Yield the CA of a registry, and the keys that must have signed what comes from there."""
    if (name := flux.source.certificates) is not None:
        make = _generic(FLUX, name, '--from-file=ca.crt="$SECRETS/registry-ca.crt"')
        purpose = f"Flux trusts {flux.source.url} by it"
        yield Credentials(namespace=FLUX, name=name, purpose=purpose, make=make)
    if (verify := flux.source.verify) is not None and verify.secret is not None:
        keys = _KEY_FILES[verify.provider]
        make = _generic(FLUX, verify.secret, *(f'--from-file={one}="$SECRETS/{one}"' for one in keys))
        purpose = f"an artifact of {flux.source.url} must be signed by one of its keys"
        yield Credentials(namespace=FLUX, name=verify.secret, purpose=purpose, make=make)


# Source: https://fluxcd.io/flux/components/source/ocirepositories/#verification
_KEY_FILES = {"cosign": ("cosign.pub",), "notation": ("ca.crt", "trustpolicy.json")}


def _certificates(api: GatewayApi) -> Iterator[Credentials]:
    for gateway in api.gateways:
        for listener in gateway.listeners:
            if listener.certificate is not None:
                create = f"kubectl --namespace {gateway.namespace} create secret tls {quoted(listener.certificate)}"
                yield Credentials(
                    namespace=gateway.namespace,
                    name=listener.certificate,
                    purpose=f"the certificate of {listener.hostname or listener.name} at the Gateway {gateway.name}; "
                    "cert-manager can make it as well",
                    make=command(create, '--cert="$SECRETS/tls.crt" --key="$SECRETS/tls.key"'),
                    early=False,
                )


def _make_secret(flux: Flux, name: str) -> str:
    if flux.source.kind == "OCIRepository":
        create = f"kubectl --namespace {FLUX} create secret docker-registry {quoted(name)}"
        return command(create, '--from-file=.dockerconfigjson="$SECRETS/registry.json"')
    if flux.source.url.startswith("ssh://"):
        files = (f'--from-file={key}="$SECRETS/{file}"' for key, file in _SSH_FILES.items())
        return _generic(FLUX, name, *files)
    return _generic(FLUX, name, _literal("username", "git-username"), _literal("password", "git-token"))


_SSH_FILES = {"identity": "deploy-key", "known_hosts": "known_hosts"}


def _literal(key: str, file: str) -> str:
    """Return the flag for the content of a file without its last line end, which would be part of a password."""
    return f'--from-literal={key}="$(cat "$SECRETS/{file}")"'


def _generic(namespace: str, name: str, *flags: str) -> str:
    return command(f"kubectl --namespace {namespace} create secret generic {quoted(name)}", *flags)
