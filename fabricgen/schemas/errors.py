"""What goes wrong with schemas: a place that cannot be reached, a file that is no schema, a version not covered."""

from typing import ClassVar

from fabricgen.errors import FabricgenError


class SchemaError(FabricgenError):
    """A schema cannot be had or read: where, what happened, and what to do.

    Attributes:
        place: the file, folder or address; empty when there is none.
        hint: what to do, as a whole sentence; empty when nothing better is known.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, place: str = "", hint: str = "") -> None:
        self.place = place
        self.hint = hint
        super().__init__((f"{place}: " if place else "") + message + (f"; {hint}" if hint else ""))
