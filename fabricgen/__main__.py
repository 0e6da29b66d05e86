"""`python -m fabricgen`: the same as the `fabricgen` command."""

from fabricgen.cli import run

run()
