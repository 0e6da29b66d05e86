"""Writes renovate/descriptions.json, the Renovate preset, from fabricgen/upgrade/renovate.py."""

import json
import sys
from pathlib import Path
from typing import Final

from fabricgen.upgrade.renovate import preset

PRESET: Final = Path(__file__).resolve().parent.parent / "renovate" / "descriptions.json"


def main() -> int:
    """Write the preset; return 0."""
    PRESET.parent.mkdir(exist_ok=True)
    PRESET.write_text(json.dumps(preset(), indent=2) + "\n", encoding="utf-8")
    print(PRESET, file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
