"""Figures that can be trusted, and published safely: plain Python over typed rows, usable and testable alone.

One begins with rows (Arrow, Parquet, DuckDB, pandas, Polars or Spark), declares a table as data (`TableSpec`), and gets
figures back, each of which knows its numerator, its denominator and where it comes from (`Figure`). This file is the
whole public face; docs/explanation/statistics.md teaches it in an hour. It knows no Django and no other room.
"""

from tumpeang.statistics.figures import Figure, Interval
from tumpeang.statistics.periods import Period

__all__ = ["Figure", "Interval", "Period"]
