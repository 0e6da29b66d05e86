"""All rows of all tables. Read by `judge`; the tables beside this module are the facts."""

from typing import Final

from fabricgen.impact import cilium_values, files, flux_objects, k3s, network_objects, talos
from fabricgen.impact.row import Row

ROWS: Final[tuple[Row, ...]] = (
    *cilium_values.ROWS,
    *network_objects.ROWS,
    *flux_objects.ROWS,
    *talos.ROWS,
    *k3s.ROWS,
    *files.ROWS,
)
