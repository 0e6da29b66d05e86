"""All rows of all tables. Read by `judge`; the tables beside this module are the facts."""

from typing import Final

from fabricgen.impact import (
    cilium_chart,
    cilium_objects,
    cilium_values,
    files,
    flux_objects,
    k3s,
    kubernetes_objects,
    talos,
    talos_documents,
)
from fabricgen.impact.row import Row

ROWS: Final[tuple[Row, ...]] = (
    *cilium_chart.ROWS,
    *cilium_values.ROWS,
    *cilium_objects.ROWS,
    *kubernetes_objects.ROWS,
    *flux_objects.ROWS,
    *talos.ROWS,
    *talos_documents.ROWS,
    *k3s.ROWS,
    *files.ROWS,
)
