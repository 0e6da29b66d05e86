"""How Flux reads this tree as an OCI artifact: which one, as whom, and whose signatures count.

Fed by the cluster; feeds the sync objects of bootstrap and the FluxInstance. `fabricgen push` publishes the artifact.
Source: CRD of OCIRepository in source-controller 1.5 to 1.9, and internal/builder/templates.go of flux-operator 0.58,
whose own `sync` has a tag, a Secret and a provider, and takes the rest as patches of what it makes.
"""

import json
from collections.abc import Iterator
from typing import Any

from fabricgen.cluster import FluxSource, Verification
from fabricgen.documents.document import Setting, setting

DOCS = "https://fluxcd.io/flux/components/source/ocirepositories"
CUSTOMIZATION = (
    "https://github.com/controlplaneio-fluxcd/flux-operator/blob/v0.58.1/docs/guides/instance/"
    "instance-customization.md"
)
_WHY = {
    "tag": "the tag that is deployed here; what is pushed under it comes here",
    "semver": "the newest tag in this range is deployed here",
    "digest": "this very artifact is deployed here, wherever tags are moved to",
}
_ANCHOR = {"tag": "tag-example", "semver": "semver-example", "digest": "digest-example"}
_NO_SYNC_FIELD = ("ref", "certSecretRef", "insecure", "verify")
"""What `sync` of a FluxInstance has no field for; a ref only if it is no tag."""


def artifact_settings(source: FluxSource) -> Iterator[Setting]:
    """Yield what an OCIRepository says of its artifact, below `spec`: everything but interval and address."""
    yield setting(
        f"ref.{source.follows}",
        source.ref,
        why=_WHY[source.follows],
        source=f"{DOCS}/#{_ANCHOR[source.follows]}",
    )
    if source.semver_filter is not None:
        why = "the tags that the range chooses from"
        yield setting(
            "ref.semverFilter", source.semver_filter, why=why, source=f"{DOCS}/#semverfilter-example"
        )
    if source.provider is not None:
        why = "Flux logs in with the identity that this cloud gives it"
        yield setting("provider", source.provider, why=why, source=f"{DOCS}/#provider")
    if source.secret is not None:
        why = "made by hand before this is applied; never in git"
        yield setting("secretRef.name", source.secret, why=why, source=f"{DOCS}/#secret-reference")
    yield from _trust(source)


def _trust(source: FluxSource) -> Iterator[Setting]:
    if source.certificates is not None:
        why = "the CA that the registry's certificate is from; made by hand"
        yield setting(
            "certSecretRef.name", source.certificates, why=why, source=f"{DOCS}/#mutual-tls-authentication"
        )
    if source.insecure:
        why = "plain HTTP: who is on the way can change what the cluster runs"
        yield setting("insecure", value=True, why=why, source=f"{DOCS}/#insecure")
    if source.verify is not None:
        why = "an artifact without such a signature is not taken"
        yield setting("verify", _verify(source.verify), why=why, source=f"{DOCS}/#verification")


def _verify(verify: Verification) -> dict[str, Any]:
    if verify.secret is not None:
        return {"provider": verify.provider, "secretRef": {"name": verify.secret}}
    identities = [{"issuer": issuer, "subject": subject} for issuer, subject in verify.identities]
    return {"provider": verify.provider, "matchOIDCIdentity": identities}


def instance_patches(source: FluxSource) -> Iterator[Setting]:
    """Yield the patches of the OCIRepository that flux-operator makes, below `spec`: what its `sync` has no field for."""
    whole: dict[str, Any] = {}
    for one in artifact_settings(source):
        first, *rest = one.path
        whole[str(first)] = {**whole.get(str(first), {}), str(rest[0]): one.value} if rest else one.value
    if source.follows == "tag":
        whole.pop("ref", None)
    operations = [
        {"op": "replace" if key == "ref" else "add", "path": f"/spec/{key}", "value": whole[key]}
        for key in _NO_SYNC_FIELD
        if key in whole
    ]
    if operations:
        patch = "".join(f"- {json.dumps(one)}\n" for one in operations)
        target = {"kind": "OCIRepository", "name": "flux-system"}
        why = "what the operator's sync has no field for; patched into the OCIRepository that it makes"
        yield setting(
            "kustomize.patches", [{"target": target, "patch": patch}], why=why, source=CUSTOMIZATION
        )
