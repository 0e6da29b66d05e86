"""Names as the description takes them: DNS labels."""

import re
from typing import Final

_LONGEST: Final = 63


def as_name(text: str, *, longest: int = _LONGEST) -> str:
    """Return the DNS label nearest to a text; `unnamed` if nothing of it can be one."""
    plain = re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-")
    return plain[:longest].strip("-") or "unnamed"
