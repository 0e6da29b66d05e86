"""Who can read what is encrypted in git, as people write it: public halves of keys, never a private one."""

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

from fabricgen.description.fields import Model, Name

# The form of age's X25519 recipients: https://github.com/C2SP/C2SP/blob/main/age.md#the-x25519-recipient-type
RECIPIENT: Final = r"^age1[02-9ac-hj-np-z]{58}$"


def _read_recipient(value: Any) -> Any:  # noqa: ANN401 - whatever somebody wrote
    """Return a recipient. Raises ValueError with a sentence in which no key stands, as it may be a private one."""
    if not isinstance(value, str):
        return value
    if "AGE-SECRET-KEY" in value.upper():
        raise ValueError(
            "is a private key (not shown): everyone who reads this file can read every secret with it; make a new key "
            "with age-keygen, keep it out of the repository, and write its public half, age1…"
        )
    if re.fullmatch(RECIPIENT, value) is None:
        raise ValueError(
            "is not the public half of an age key, which is age1 and 58 small letters and digits; age-keygen -y FILE "
            "prints it"
        )
    return value


Recipient = Annotated[
    str, BeforeValidator(_read_recipient), WithJsonSchema({"type": "string", "pattern": RECIPIENT})
]


class Sops(Model):
    """SOPS with age: Secrets are encrypted in git, and Flux reads them with a key that never is."""

    age: tuple[Recipient, ...] = Field(
        min_length=1,
        description="Public halves of the keys that can read what is encrypted: the cluster's, and those of people. One that is "
        "missing here cannot read files that are encrypted from now on.",
    )
    secret: Name = Field(
        default="sops-age",
        description="Secret in flux-system with the cluster's private key, made by hand and never in git. Flux decrypts nothing "
        "without it.",
    )
