"""Install disks as CEL expressions, which the documents of Talos 1.14 use instead of `disk` and `diskSelector`.

Read by `kubernetes_documents`. The expressions are those that Talos makes of an older `diskSelector` itself, see
DiskMatchExpression in
https://github.com/siderolabs/talos/blob/v1.13.9/pkg/machinery/config/types/v1alpha1/v1alpha1_provider.go
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from fabricgen.cluster import DiskSelector

_SIZE = re.compile(r"(==|>=|<=|>|<)? *(\d+(?:\.\d+)?) *([kmgtp]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_TYPES = {
    "nvme": 'disk.transport == "nvme"',
    "sd": 'disk.transport == "mmc"',
    "hdd": "disk.rotational",
    "ssd": "!disk.rotational",
}


def disk_expression(disk: str | DiskSelector) -> str:
    """Return the expression that holds for the disk. Raises ValueError for a size that Talos could not read."""
    if isinstance(disk, DiskSelector):
        return " && ".join(_conditions(disk))
    # /dev/disk/by-id/… and the like are links to the device.
    return (
        f"{_text(disk)} in disk.symlinks"
        if disk.startswith("/dev/disk/")
        else f"disk.dev_path == {_text(disk)}"
    )


def _conditions(selector: DiskSelector) -> Iterator[str]:
    if selector.size is not None:
        yield _size(selector.size)
    for name in ("wwid", "model", "serial"):
        if (pattern := getattr(selector, name)) is not None:
            yield f"glob({_text(pattern)}, disk.{name})"
    yield 'disk.transport != ""'
    if selector.type is not None:
        yield _TYPES[selector.type]
    yield "!disk.readonly"
    yield "!disk.cdrom"


def _size(size: str) -> str:
    """Return the comparison with the size in bytes; without a sign it must be exactly that size."""
    match = _SIZE.fullmatch(size.strip())
    if match is None:
        raise ValueError(f"{size!r} is not a size such as 500GB or >= 100GiB")
    sign, number, unit, binary = match.groups()
    count = Decimal(number) * (1024 if binary else 1000) ** _POWERS[unit.lower()]
    return f"disk.size {sign or '=='} {int(count)}u"


def _text(value: str) -> str:
    return json.dumps(value)
