"""Names for content: two texts with one name are the same text. Used by `schemas` and by the caches of `validation`."""

from hashlib import blake2b


def digest_of(data: bytes) -> str:
    """Return a name of `data` that no other data has."""
    return blake2b(data, digest_size=20).hexdigest()
