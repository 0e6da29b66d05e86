"""SOPS with age: the rules by which sops encrypts files of this tree, and how Flux reads them.

Fed by the cluster; gives `.sops.yaml`, and a setting for each of Flux' layers. Only public halves of keys stand in it.
Sources: https://fluxcd.io/flux/guides/mozilla-sops/ ; for where sops looks for its rules LookupConfigFile(".") in
cmd/sops/main.go, for what a path is compared with parseCreationRuleForFile in config/config.go of
https://github.com/getsops/sops .
"""

from collections.abc import Iterator
from typing import Final

from fabricgen.cluster import Cluster, Flux
from fabricgen.documents.document import Draft, Part, Setting, setting

PATH: Final = ".sops.yaml"
GUIDE: Final = "https://fluxcd.io/flux/guides/mozilla-sops/"
CONFIG: Final = "https://getsops.io/docs/usage/identities/config-file/"
_HEADER: Final = (
    "Rendered by fabricgen from the description of {name}: sops reads this where it is run from this folder, or with\n"
    "--config. It names who can read what is encrypted, by the public halves of their keys; no secret is here."
)


def drafts(cluster: Cluster) -> Iterator[Draft]:
    """Yield .sops.yaml, where the description says who can read."""
    sops = cluster.flux.sops
    if sops is None:
        return
    rule = {"path_regex": r"\.ya?ml$", "encrypted_regex": "^(data|stringData)$", "age": ",".join(sops.age)}
    why = (
        "of a Secret only what it holds is encrypted, so that Flux and reviewers see its name; for these keys"
    )
    one = setting("creation_rules", [rule], why=why, source=CONFIG)
    header = _HEADER.format(name=cluster.name)
    yield Draft(path=PATH, template="sops.yaml.j2", parts=(Part(base={}, settings=(one,)),), header=header)


def decryption(flux: Flux) -> Iterator[Setting]:
    """Yield how a layer reads what is encrypted in it; nothing where the description does not say."""
    if flux.sops is not None:
        why = "Secrets in git are encrypted; the key to them is in this Secret, made by hand and never in git"
        value = {"provider": "sops", "secretRef": {"name": flux.sops.secret}}
        yield setting("decryption", value, why=why, source=GUIDE)
