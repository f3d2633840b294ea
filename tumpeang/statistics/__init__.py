"""Figures that can be trusted, and published safely: plain Python over typed rows, usable and testable alone.

One begins with rows (Arrow, Parquet, DuckDB, pandas, Polars or Spark), declares a table as data (`TableSpec`), counts
it (`tabulate`), and gets figures back, each of which knows its numerator, its denominator and where it comes from
(`Figure`). This file is the whole public face; docs/explanation/statistics.md teaches it in an hour. It knows no Django
and no other room. Each name is loaded when it is first asked for: whoever prints a figure needs no engine.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tumpeang.statistics.engine import tabulate as tabulate
    from tumpeang.statistics.errors import StatisticsError as StatisticsError
    from tumpeang.statistics.figures import Figure as Figure
    from tumpeang.statistics.figures import Interval as Interval
    from tumpeang.statistics.layout import lay_out as lay_out
    from tumpeang.statistics.periods import Period as Period
    from tumpeang.statistics.protecting import protect as protect
    from tumpeang.statistics.spec import Denominator as Denominator
    from tumpeang.statistics.spec import Dimension as Dimension
    from tumpeang.statistics.spec import Filter as Filter
    from tumpeang.statistics.spec import TableSpec as TableSpec
    from tumpeang.statistics.tables import Table as Table
    from tumpeang.statistics.unique import unique_in_lists as unique_in_lists
    from tumpeang.statistics.unique import unique_in_rows as unique_in_rows

# the public face: a name and its module, as above for whoever checks types; docs/explanation/statistics.md tells each
FACE = {
    "Denominator": "spec",
    "Dimension": "spec",
    "Figure": "figures",
    "Filter": "spec",
    "Interval": "figures",
    "Period": "periods",
    "StatisticsError": "errors",
    "Table": "tables",
    "TableSpec": "spec",
    "lay_out": "layout",
    "protect": "protecting",
    "tabulate": "engine",
    "unique_in_lists": "unique",
    "unique_in_rows": "unique",
}
__all__ = [*FACE]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in FACE:
        raise AttributeError(f"tumpeang.statistics has no {name}")
    return getattr(import_module(f"tumpeang.statistics.{FACE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(FACE)
