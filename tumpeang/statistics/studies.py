"""Published studies as rows: what an organisation printed, laid out again as rows that give it (reference/studies/).

A study's file says its source, the counts as they follow from the print, what had to be chosen because the print
does not say it, the tables, and the printed figures that must come out. On them the workshop is tried and taught.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pyarrow as pa
import yaml

from tumpeang.statistics.reading import UNIT
from tumpeang.statistics.spec import TableSpec

STUDIES = ("offenders", "programme-2015", "outputs-2016", "court-outcomes")


@dataclass(frozen=True)
class Printed:
    """One printed figure: at which categories, and the count, or the share with its numerator and denominator."""

    where: Mapping[str, str]
    count: int | None = None
    share: str | None = None
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True)
class StudyTable:
    """A declared table, the name of the rows it counts, and what is printed of it."""

    spec: TableSpec
    of: str
    printed: tuple[Printed, ...]


@dataclass(frozen=True)
class Study:
    """`rows` are Arrow tables by name, `tables` the declared tables; `chosen` is what no figure may depend on."""

    name: str
    source: str
    chosen: str
    rows: Mapping[str, pa.Table]
    tables: Mapping[str, StudyTable]


def study(name: str) -> Study:
    """The study of that name (`STUDIES`)."""
    text = files("tumpeang.statistics").joinpath(f"reference/studies/{name}.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    rows = {rows_name: _rows(told) for rows_name, told in data["rows"].items()}
    tables = {table: _table(table, told, data["source"]) for table, told in data["tables"].items()}
    return Study(data["name"], data["source"], data["chosen"], rows, tables)


def _table(name: str, told: Mapping[str, Any], source: str) -> StudyTable:
    spec = TableSpec.from_dict({"name": name, "source": source, **told["table"]})
    printed = tuple(Printed(**entry) for entry in told["printed"])
    return StudyTable(spec, told["of"], printed)


def _rows(told: Mapping[str, Any]) -> pa.Table:
    """Rows from counts: `count` like ones each; a list makes a row for each of its entries, of one unit."""
    made: list[dict[str, Any]] = []
    units = list(_units(told["each"]))
    for number, unit in enumerate(units):
        known: dict[str, Any] = {told["id"]: f"{told['unit']}-{number + 1:05d}"}
        for column, (first, last) in told.get("spread", {}).items():
            known[column] = _spread(first, last, number, len(units))
        made += [known | row for row in _unfolded(unit)]
    table = pa.Table.from_pylist(made)
    return table.replace_schema_metadata({UNIT: told["unit"]})


def _units(each: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in each:
        shared = {column: value for column, value in entry.items() if column != "count"}
        for number in range(entry["count"]):
            yield {column: _value(value, number) for column, value in shared.items()}


def _value(value: Any, number: int) -> Any:
    """`{numbered: other-, of: 21}` gives other-01 to other-21, in turns."""
    return f"{value['numbered']}{number % value['of'] + 1:02d}" if isinstance(value, dict) else value


def _unfolded(unit: dict[str, Any]) -> list[dict[str, Any]]:
    listed = next((column for column, value in unit.items() if isinstance(value, list)), None)
    return [unit] if listed is None else [unit | {listed: value} for value in unit[listed]]


def _spread(first: date, last: date, number: int, of: int) -> date:
    return first + timedelta(days=(last - first).days * number // max(of - 1, 1))
