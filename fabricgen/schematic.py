"""The image factory's schematic of a node, and its ID, computed offline.

Fed by `resolve` with a node's overlay, extensions and kernel arguments; feeds `Node.schematic`.
The factory names a schematic by the SHA-256 of the YAML that its Go program writes, so that text is written
here byte for byte. Source: https://github.com/siderolabs/image-factory/blob/main/pkg/schematic/schematic.go
"""

import hashlib
import re
from collections.abc import Iterator, Sequence

from fabricgen.cluster import Schematic
from fabricgen.hardware import Overlay

# Text that all releases of the factory's YAML writer leave without quotes. Which quotes it would use changed
# between two of them (go.yaml.in/yaml/v4 rc.4 writes "on", rc.6 writes 'on'), and with them the ID changes.
_PLAIN = re.compile(r"(-?[A-Za-z_/]|[0-9][^\s=]*=)([!-~]|(?<!:) (?![ #]))*(?<![ :])")
_WORDS_THAT_ARE_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def schematic_of(
    *, name: str, overlay: Overlay | None, extensions: Sequence[str], kernel_args: Sequence[str]
) -> Schematic:
    """Return the schematic with its text and ID; lists keep their order, since another order is another ID.

    Raises ValueError for text that YAML has to quote: its ID would depend on the factory's release.
    """
    text = "".join(f"{line}\n" for line in _lines(overlay, extensions, kernel_args))
    return Schematic(id=hashlib.sha256(text.encode()).hexdigest(), text=text, name=name)


def _lines(overlay: Overlay | None, extensions: Sequence[str], kernel_args: Sequence[str]) -> Iterator[str]:
    if overlay is not None:
        yield "overlay:"
        yield f"    image: {_plain(overlay.image)}"
        yield f"    name: {_plain(overlay.name)}"
    if not (extensions or kernel_args):
        yield "customization: {}"
        return
    yield "customization:"
    if kernel_args:
        yield "    extraKernelArgs:"
        yield from (f"        - {_plain(one)}" for one in kernel_args)
    if extensions:
        yield "    systemExtensions:"
        yield "        officialExtensions:"
        yield from (f"            - {_plain(one)}" for one in extensions)


def is_plain(text: str) -> bool:
    """Tell whether every release of the factory writes this text without quotes."""
    return _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS_THAT_ARE_NOT_TEXT


def _plain(text: str) -> str:
    if not is_plain(text):
        raise ValueError(f"{text!r} needs quotes in YAML, so the schematic's ID cannot be known here")
    return text
