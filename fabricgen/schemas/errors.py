"""The error of everything that finds or fetches schemas; only the command line turns it into text."""

from typing import ClassVar

from fabricgen.errors import FabricgenError


class SchemaError(FabricgenError):
    """A schema is there and cannot be had or read. Its text holds every problem, one a line."""

    exit_code: ClassVar[int] = 2
