"""The key to what is encrypted in git: from a file outside of every repository into the cluster, once.

Fed by the cluster; gives one step before Flux starts. Source: https://fluxcd.io/flux/guides/mozilla-sops/ , which wants
the key in the Secret to end in .agekey.
"""

from typing import Final

from fabricgen.cluster import Sops
from fabricgen.documents.bootstrap.step import Check, Step, command, quoted
from fabricgen.documents.flux import FLUX

_FILE: Final = '"$SECRETS/age.agekey"'


def key_step(sops: Sops) -> Step:
    """Return the step that makes the Secret; it stops where the key is none that the tree is encrypted for."""
    known = " ".join(f"-e {one}" for one in sops.age)
    get = f"kubectl --namespace {FLUX} get secret {quoted(sops.secret)}"
    create = f"kubectl --namespace {FLUX} create secret generic {quoted(sops.secret)} --from-file=age.agekey={_FILE}"
    return Step(
        name="make-sops-key",
        title="Give Flux the key to what is encrypted",
        what="The private key lies in $SECRETS/age.agekey, as `age-keygen -o` writes it, and nowhere in git; the first line "
        "stops where it opens nothing of this tree.",
        commands=(
            command(f"age-keygen -y {_FILE} |", f"grep --fixed-strings --line-regexp {known}"),
            command(f"{get} ||", create),
        ),
        tools=("age-keygen", "kubectl"),
        says="The public half of the key; then that the Secret was not found and is created, or that it is there.",
        checks=(Check(command=get, expect="one Secret with one entry"),),
    )
