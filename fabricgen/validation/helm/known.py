"""What is known of charts: our table of Cilium's keys, and the values.schema.json of charts that were pulled.

Fed by `schemas`; asked by `watch` for names alone, and by `releases` and `check` for what is wrong with values.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from fabricgen.schemas import ChartSchemas, Schemas, charts_among

if TYPE_CHECKING:
    from fabricgen.charts import ValuesProblem
    from fabricgen.charts.releases import Chart

_IN_OUR_TABLE: Final = "cilium"


class Charts:
    """The charts whose values can be checked. Nothing of `fabricgen.charts` is loaded before values are."""

    def __init__(self, schemas: Schemas) -> None:
        """Take the charts of pulled folders among `schemas`, and our own table."""
        self._places = charts_among(schemas)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all charts that something is known of, sorted."""
        pulled = {name for place in self._places for name, _ in place.chart_digests()}
        return tuple(sorted(pulled | {_IN_OUR_TABLE}))

    @cached_property
    def digest(self) -> str:
        """What names the content of all pulled schemas of charts; empty when there are none."""
        found = [(*pin, digest) for place in self._places for pin, digest in place.chart_digests().items()]
        return " ".join(" ".join(one) for one in sorted(found))

    def problems(self, values: Mapping[str, Any], chart: "Chart") -> tuple["ValuesProblem", ...]:
        """Return what is wrong with the values of a chart; () where nothing is known of it at its version.

        Raises:
            SchemaError: a pulled schema is missing or damaged.
        """
        from fabricgen.charts import judges, values_problems  # noqa: PLC0415 - as the class says

        if judges(chart.name, chart.version):
            return values_problems(values, chart=chart.name, version=chart.version)
        for place in self._places:
            if (version := _version(chart, place)) is not None:
                schema = place.chart_values_schema(chart.name, version) or {}
                return _schema_problems(values, schema, chart=f"{chart.name} {version}")
        return ()


def _version(chart: "Chart", place: ChartSchemas) -> str | None:
    """Return the pulled version that is asked for, or the newest that a range allows."""
    from fabricgen.charts.versions import pick  # noqa: PLC0415 - as `Charts` says

    return pick(chart.version, [version for name, version in place.chart_digests() if name == chart.name])


def _schema_problems(
    values: Mapping[str, Any], schema: Mapping[str, Any], *, chart: str
) -> tuple["ValuesProblem", ...]:
    from fabricgen.charts import ValuesProblem  # noqa: PLC0415 - as `Charts` says
    from fabricgen.charts.schema import schema_problems  # noqa: PLC0415 - the same

    try:
        return schema_problems(values, schema, chart=chart)
    except ValueError as error:  # that is upstream's fault, and no reason to refuse a release
        return (ValuesProblem(rule="HLM002", severity="warning", message=f"not checked: {error}"),)


def mentions(text: str, names: Iterable[str]) -> bool:
    """Tell whether one of `names` stands anywhere in `text`."""
    return any(name in text for name in names)
