"""A million records made ready at once: names read once for each distinct part, all else reckoned on whole columns.

For files of one name of two parts a row, as registers have them. What it lays out for `bulk` is what `bulk` itself
would lay out of the same records, but that a part of a name has at most `MOST_KEYS` keys of a kind, and a name as many;
so weights are the same (tested).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tumpeang.linkage import keys
from tumpeang.linkage.bulk import Bulk
from tumpeang.linkage.model import Field, Level, Model, Test, columns_named
from tumpeang.linkage.names import script_of
from tumpeang.linkage.records import BYTES
from tumpeang.linkage.scoring import rare_columns
from tumpeang.linkage.sql import Layout

Numbers = NDArray[np.uint64]
Ints = NDArray[np.int64]
Columns = dict[str, Any]  # Numbers, a row a person; and under `_text_0` an array of pyarrow
Parts: TypeAlias = Any  # pyarrow.DictionaryArray of texts

MOST_KEYS = 4  # of a part, and of a name, of one kind; 13 in 1,000 names have more
MOST_NEAR = 8
_ODD = np.uint64(0x9E3779B97F4A7C15)


# The blocks for files of a hundred thousand records and more, where a sound and a year are shared by too many. Column
# names as in `model.yaml`; two in one string are one's and the other's.
MANY = (
    ("name_near", "birth_dates"),
    ("birth_dates", "district"),
    ("name_strict", "birth_days"),
    ("name_sounds", "birth_years", "district"),
    ("name_strict", "birth_years_alone:birth_years"),
    ("name_strict", "birth_years:birth_years_alone"),
    ("name_strict", "commune"),
    ("name_sounds", "relations"),
    ("relations", "birth_years", "district"),
    ("phones",),
)
# the same for files that were encoded, of which no part of a name may leave, nor a sound of it alone
MANY_ENCODED = (
    ("name_sounds_date",),
    ("birth_dates", "district"),
    ("name_strict_day",),
    ("name_sounds_year", "district"),
    ("name_strict_year_alone:name_strict_year",),
    ("name_strict_year:name_strict_year_alone",),
    ("name_strict_commune",),
    ("relations", "birth_years", "district"),
    ("phones",),
)
TOGETHER = {
    "name_strict_year": ("name_strict", "birth_years"),
    "name_strict_year_alone": ("name_strict", "birth_years_alone"),
    "name_strict_day": ("name_strict", "birth_days"),
    "name_strict_commune": ("name_strict", "commune"),
    "name_sounds_year": ("name_sounds", "birth_years"),
    "name_sounds_date": ("name_sounds", "birth_dates"),
}
_COLUMNS = """name_letters name_strict name_sounds name_near name_parts name_khmer name_latin name_filter birth_days
    birth_days_crossed birth_day_parts birth_dates birth_years birth_years_possible birth_years_around birth_years_alone
    province district commune sex phones relations name_strict_year name_strict_year_alone name_sounds_year
    name_strict_day name_strict_commune name_sounds_date"""
HELD = frozenset(_COLUMNS.split())


@dataclass(frozen=True)
class Flat:
    """One array a field, a row a person. 0, or null in parts of names, is unknown.

    `place`: province, district, commune, two digits each. `mother_first` and `mother_second`: her name's parts.
    """

    first: Parts
    second: Parts
    year: Ints
    month: Ints
    day: Ints
    sex: Ints
    place: Ints
    phone: Ints
    mother_first: Parts
    mother_second: Parts

    def __len__(self) -> int:
        return len(self.year)


def for_many(model: Model, blocks: tuple[tuple[str, ...], ...] = MANY) -> Model:
    """The same model for flat files: what is left of a name of two parts is the whole of it, what no row has is left
    out, and blocks stay small among a million."""
    fields = tuple(_field(field) for field in model.fields if set(field.known) <= HELD)
    household = model.household and replace(model.household, related=(), unless=_unless(model, fields))
    rows = tuple(tuple(_both_sides(columns) for columns in row) for row in blocks)
    return replace(model, fields=fields, household=household, blocks=rows)


def _field(field: Field) -> Field:
    named = [
        replace(level, rarity=_whole(level.rarity), tests=tuple(map(_test, level.tests))) for level in field.levels
    ]
    return replace(field, levels=tuple(level for level in named if _held(level)))


def _test(test: Test) -> Test:
    return replace(test, columns=(_whole(test.columns[0]), _whole(test.columns[1])))


def _held(level: Level) -> bool:
    return all(column in HELD for test in level.tests for column in test.columns)


def _whole(column: str) -> str:
    return column.removesuffix("_some")


def _both_sides(columns: str) -> tuple[str, str]:
    one, _, other = columns.partition(":")
    return one, other or one


def _unless(model: Model, fields: tuple[Field, ...]) -> tuple[tuple[str, str], ...]:
    """The household's limits; a level that was left out stands for the one above it."""
    found = []
    for name, worst in model.household.unless if model.household else ():
        kept = {level.name for field in fields if field.name == name for level in field.levels}
        above = [level.name for level in model.field(name).levels[: model.field(name).place(worst) + 1]]
        found.append((name, next(level for level in reversed(above) if level in kept)))
    return tuple(found)


def load(bulk: Bulk, one: Flat, other: Flat) -> None:
    """Lay two files out for a `Bulk` whose model is `for_many`."""
    laid_out = [slots(people, columns_named(bulk.model)) for people in (one, other)]
    put(bulk, laid_out[0], laid_out[1], [len(one), len(other)])


def one_to_one(bulk: Bulk, least: float = 0.0) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Rows of both sides and bits: the heaviest pair, then the heaviest of those left; nobody twice."""
    wanted = f"SELECT l, r, weight FROM compared WHERE weight >= {least} ORDER BY weight DESC, l, r"  # noqa: S608
    found = bulk.connection.execute(wanted).fetchnumpy()
    sizes = bulk.sizes()
    taken, also_taken = bytearray(sizes[0]), bytearray(sizes[1])
    kept = []
    for at, (mine, theirs) in enumerate(zip(found["l"].tolist(), found["r"].tolist(), strict=True)):
        if not (taken[mine] or also_taken[theirs]):
            taken[mine] = also_taken[theirs] = 1
            kept.append(at)
    return found["l"][kept], found["r"][kept], found["weight"][kept]


def put(bulk: Bulk, one: Columns, other: Columns, sizes: list[int]) -> None:
    """Hand over columns of numbers, `slots` or what was made of them; a column that is not there is unknown."""
    sides = (one, other)
    widths = {column: max([1, *(side[column].shape[1] for side in sides if column in side)]) for column in bulk.uses}
    borne = {column: _counted([side[column] for side in sides]) for column in rare_columns(bulk.model) if column in one}
    for name, side, size in zip(("one", "other"), sides, sizes, strict=True):
        table: dict[str, pa.Array] = {"row": pa.array(np.arange(size, dtype=np.int32))}
        for column in bulk.uses:
            found = side.get(column, np.zeros((size, 1), np.uint64))
            for slot in range(widths[column]):
                values = found[:, slot] if slot < found.shape[1] else np.zeros(size, np.uint64)
                table[f"{column}_{slot}"] = pa.array(values, mask=values == 0)
                if name == "one" and column in borne:
                    table[f"{column}_borne_{slot}"] = pa.array(_looked_up(borne[column], values), mask=values == 0)
        bulk.take(name, pa.table(table | _extra(side, bulk.uses)), size)
    bulk.layout = Layout(widths)


def _extra(side: Columns, uses: dict[str, set[str]]) -> dict[str, pa.Array]:
    """Letters and bits, which stand under names of their own."""
    found = {}
    for column, wanted in uses.items():
        for name in [f"{column}_text_0"] if "text" in wanted else []:
            found[name] = side[name]
        if "bits" in wanted:
            found |= {f"{column}_bits_{at}": pa.array(side[f"{column}_bits"][:, at]) for at in range(4)}
            found[f"{column}_set"] = pa.array(np.bitwise_count(side[f"{column}_bits"]).sum(axis=1, dtype=np.int32))
    return found


# ---- columns of numbers --------------------------------------------------------------------------------------------


def slots(people: Flat, wanted: set[str]) -> Columns:
    """The columns of `records.COLUMNS` that a flat file has, each member a number, one row a person; 0 is none."""
    tokens = Tokens(people.first), Tokens(people.second)
    mothers = Tokens(people.mother_first), Tokens(people.mother_second)
    strict = partial(_composed, tokens, "strict", MOST_KEYS)
    sounds = partial(_composed, tokens, "sounds", MOST_KEYS)
    year, month, day = (_one(values) for values in (people.year, people.month, people.day))
    date = np.where(day > 0, (year * _n(100) + month) * _n(100) + day, _n(0))
    on_day, crossed = (np.where(day > 0, a * _n(100) + b, _n(0)) for a, b in ((month, day), (day, month)))
    around = np.where(year > 0, np.hstack([year, year - _n(1), year + _n(1)]), _n(0))
    places = {name: _one(people.place // by) for name, by in (("province", 10_000), ("district", 100), ("commune", 1))}
    makers: dict[str, Callable[[], Numbers]] = {
        "name_letters": lambda: _composed(tokens, "letters", 1),
        "name_strict": strict,
        "name_sounds": sounds,
        "name_near": lambda: _near(tokens),
        "name_parts": lambda: _row_by_row([each.of("sounds") for each in tokens], _side_by_side, 2 * MOST_KEYS),
        "birth_days": lambda: on_day,
        "birth_days_crossed": lambda: crossed,
        "birth_day_parts": lambda: np.where(day > 0, np.hstack([month, day + _n(100)]), _n(0)),
        "birth_dates": lambda: date,
        "birth_years": lambda: year,
        "birth_years_possible": lambda: year,
        "birth_years_alone": lambda: np.where(day > 0, _n(0), year),
        "birth_years_around": lambda: around,
        "sex": lambda: _one(people.sex),
        "phones": lambda: _one(people.phone),
        "relations": lambda: _composed(mothers, "strict", MOST_KEYS),
        **{name: partial(lambda values: values, values) for name, values in places.items()},
    }
    found = {column: makers[column]() for column in sorted(wanted & set(makers))}
    for column in sorted(wanted & set(TOGETHER)):
        one, other = (makers[each]() for each in TOGETHER[column])
        found[column] = joined(one, other, MOST_KEYS)
    for script in {"name_khmer", "name_latin"} & wanted:
        found |= _written(tokens, script.removeprefix("name_"))
    return found


class Tokens:
    """The distinct parts that stand in one column, and what is read of each."""

    def __init__(self, parts: Parts) -> None:
        where = np.asarray(parts.indices.fill_null(0))
        self.known = np.asarray(parts.is_valid())
        used = np.unique(where)
        places = np.zeros(int(used.max()) + 1, np.int64)
        places[used] = np.arange(len(used))
        self.rows = places[where]
        self.words = [keys.exact_key(word) for word in parts.dictionary.take(pa.array(used)).to_pylist()]

        self._tables: dict[str, Numbers] = {}

    def of(self, kind: str) -> Numbers:
        """Numbers of the keys of each row's part, 0 where there is none."""
        if kind not in self._tables:
            self._tables[kind] = _numbers([_read(kind, word) for word in self.words])
        return np.where(self.known[:, None], self._tables[kind][self.rows], _n(0))


_READ: dict[str, Callable[[str], frozenset[str]]] = {
    "sounds": keys.part_keys,
    "strict": keys.strict_keys,
    "letters": lambda word: frozenset([keys.exact_key(word)]),
    "slipped": lambda word: keys.near(sounds := keys.part_keys(word)) - sounds,
}


@cache
def _read(kind: str, word: str) -> tuple[int, ...]:
    """The keys of one part as numbers. Both files have mostly the same parts."""
    found = sorted(_READ[kind](word))
    coded = (hashlib.blake2b(key.encode(), digest_size=8).digest() for key in found[:MOST_KEYS])
    return tuple(int.from_bytes(code, "big") | 1 for code in coded)


def _numbers(members: list[tuple[int, ...]]) -> Numbers:
    table = np.zeros((len(members), max(1, *map(len, members))), np.uint64)
    for row, each in enumerate(members):
        table[row, : len(each)] = each
    return table


def _composed(tokens: tuple[Tokens, Tokens], kind: str, most: int) -> Numbers:
    return _row_by_row([each.of(kind) for each in tokens], lambda row: _once(_products(*row)), most)


def _near(tokens: tuple[Tokens, Tokens]) -> Numbers:
    """Both parts' sounds, and each with one of them slipped."""

    def near(row: list[Numbers]) -> list[Numbers]:
        first, second, slipped, other_slipped = row
        return _products(first, second) + _products(slipped, second) + _products(first, other_slipped)

    return _row_by_row([each.of(kind) for kind in ("sounds", "slipped") for each in tokens], near, MOST_NEAR)


def _row_by_row(columns: list[Numbers], make: Callable[[list[Numbers]], list[Numbers]], most: int) -> Numbers:
    """What `make` makes of the members of each row: rows with as many members in each column together."""
    counts = [np.count_nonzero(column, axis=1) for column in columns]
    kinds = np.zeros(len(counts[0]), np.int64)
    for each in counts:
        kinds = kinds * 64 + each
    order = np.argsort(kinds, kind="stable")
    found = np.zeros((len(kinds), most), np.uint64)
    for rows in np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1):
        members = [column[rows, : each[rows[0]]] for column, each in zip(columns, counts, strict=True)]
        for at, values in enumerate(make(members)[:most]):
            found[rows, at] = values
    used = int(found.any(axis=0).sum())
    return found[:, : max(1, used)]


def _products(one: Numbers, other: Numbers) -> list[Numbers]:
    """A number for every member of one with every member of the other, whichever comes first."""
    return [(a * b + _ODD * (a + b)) | _n(1) for a in one.T for b in other.T]


def _once(values: list[Numbers]) -> list[Numbers]:
    """Each row's numbers once: of a name with the same part twice, some come out twice."""
    for at, value in enumerate(values):
        for before in values[:at]:
            value[value == before] = 0
    return values


def _side_by_side(row: list[Numbers]) -> list[Numbers]:
    return _once([values.copy() for column in row for values in column.T])


def joined(one: Numbers, other: Numbers, most: int) -> Numbers:
    """A number for every member of one column with every member of another."""

    def pairs(row: list[Numbers]) -> list[Numbers]:
        return [((a ^ (a >> _n(29))) * _ODD + b) | _n(1) for a in row[0].T for b in row[1].T]

    return _row_by_row([one, other], pairs, most)


def _written(tokens: tuple[Tokens, Tokens], script: str) -> dict[str, Any]:
    """The letters of names in one script, as `records` writes them: as text, and a number that says that there are."""
    own = [np.array([script_of(word) == script for word in each.words])[each.rows] for each in tokens]
    both = own[0] & own[1]
    order = {word: at for at, word in enumerate(sorted({word for each in tokens for word in each.words}))}
    ranks = [np.array([order[word] for word in each.words])[each.rows] for each in tokens]
    letters = [pa.array([word.translate(BYTES) for word in each.words]).take(pa.array(each.rows)) for each in tokens]
    ahead = pa.array(ranks[0] <= ranks[1])
    text = pc.if_else(
        ahead,
        pc.binary_join_element_wise(letters[0], letters[1], ""),
        pc.binary_join_element_wise(letters[1], letters[0], ""),
    )
    known = pc.if_else(pa.array(both), text, pa.scalar(None, pa.string()))
    return {f"name_{script}": _one(both), f"name_{script}_text_0": known}


def _counted(columns: list[Numbers]) -> tuple[Numbers, Ints]:
    values, counts = np.unique(np.concatenate([column.ravel() for column in columns]), return_counts=True)
    return values, counts


def _looked_up(borne: tuple[Numbers, Ints], values: Numbers) -> Ints:
    return borne[1][np.searchsorted(borne[0], values)]


def _one(values: Ints) -> Numbers:
    return values.astype(np.uint64)[:, None]


def _n(value: int) -> np.uint64:
    return np.uint64(value)
