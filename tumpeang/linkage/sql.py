"""A declared model as SQL: the level that a pair of rows reaches in each field, and what that weighs in bits.

It says what `scoring` says, for tables instead of two records (a test holds both beside each other). Two dialects:
DuckDB over tables that `bulk` lays out, and whatever Splink runs on, over columns that hold lists.
"""

from dataclasses import dataclass
from itertools import product
from typing import Protocol

from tumpeang.linkage.model import Field, Household, Level, Model, Test
from tumpeang.linkage.scoring import PATIENCE

UNREACHED = -1  # the level of a field that is unknown
WORDS = 4  # a filter is so many numbers of 64 bits
MOST_SLOTS = 8  # members for which a table has columns of their own; beyond, a list


def double(value: float) -> str:
    """A number of 64 bits; else some engines reckon with decimals of few digits."""
    return f"{value!r}::DOUBLE"


class Dialect(Protocol):
    """How one engine says that two rows, `l` and `r`, meet."""

    def known(self, column: str, side: str) -> str: ...
    def shares(self, one: str, other: str) -> str: ...
    def similar(self, one: str, other: str, limit: float) -> str: ...
    def edits(self, one: str, other: str, limit: float) -> str: ...
    def dice(self, one: str, other: str, limit: float) -> str: ...


def condition(test: Test, dialect: Dialect) -> str:
    """Whether two rows meet one test. May be null where a column is empty: then it is not met."""
    mine, theirs = test.columns
    ways = [(mine, theirs)] if mine == theirs else [(mine, theirs), (theirs, mine)]
    return "(" + " OR ".join(_met(test.kind, *way, test.limit, dialect) for way in ways) + ")"


def _met(kind: str, one: str, other: str, limit: float, dialect: Dialect) -> str:
    if kind == "shares":
        return dialect.shares(one, other)
    if kind == "edits":
        empty = f"NOT ({dialect.known(one, 'l')} AND {dialect.known(other, 'r')})"
        return f"({empty} OR {dialect.edits(one, other, limit)})"
    return dialect.similar(one, other, limit) if kind == "similar" else dialect.dice(one, other, limit)


def reached(level: Level, dialect: Dialect) -> str:
    return " AND ".join(condition(test, dialect) for test in level.tests) or "TRUE"


def unknown(field: Field, dialect: Dialect) -> str:
    return "NOT (" + " AND ".join(dialect.known(column, side) for column in field.known for side in "lr") + ")"


def level_case(field: Field, dialect: Dialect) -> str:
    """The place of the level that two rows reach; `UNREACHED` where the field is unknown."""
    whens = [f"WHEN {unknown(field, dialect)} THEN {UNREACHED}"]
    whens += [f"WHEN {reached(level, dialect)} THEN {place}" for place, level in enumerate(field.levels[:-1])]
    return f"CASE {' '.join(whens)} ELSE {len(field.levels) - 1} END"


def household_met(model: Model, household: Household) -> str:
    """Over columns `level_<field>`: whether a field says that it is somebody else of the household."""
    return " OR ".join(f"level_{name} > {model.field(name).place(worst)}" for name, worst in household.unless)


def related_met(household: Household, dialect: Dialect) -> str:
    return condition(Test("shares", (household.related[0], household.related[1])), dialect)


# ---- DuckDB ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layout:
    """How many members of each column a row has at most. Up to `MOST_SLOTS` stand in columns of their own."""

    widths: dict[str, int]

    def slots(self, column: str, side: str, suffix: str = "") -> list[str]:
        """The SQL of each member; [] where they stand in a list."""
        width = self.widths.get(column, 1)
        return [f"{side}.{column}{suffix}_{slot}" for slot in range(width)] if width <= MOST_SLOTS else []


class Tables:
    """The dialect of DuckDB over the tables of `bulk`."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def known(self, column: str, side: str) -> str:
        slots = self.layout.slots(column, side)
        return f"{slots[0] if slots else f'{side}.{column}'} IS NOT NULL"

    def shares(self, one: str, other: str) -> str:
        left, right = self.layout.slots(one, "l"), self.layout.slots(other, "r")
        if left and right:
            return "(" + " OR ".join(f"{mine} = {theirs}" for mine, theirs in product(left, right)) + ")"
        mine = f"[{', '.join(left)}]" if left else f"l.{one}"
        theirs = f"[{', '.join(right)}]" if right else f"r.{other}"
        return f"list_has_any({mine}, {theirs})"

    def similar(self, one: str, other: str, limit: float) -> str:
        return self._any(one, other, f"jaro_winkler_similarity({{}}, {{}}) >= {double(limit)}")

    def edits(self, one: str, other: str, limit: float) -> str:
        return self._any(one, other, f"levenshtein({{}}, {{}}) <= {int(limit)}")

    def _any(self, one: str, other: str, said: str) -> str:
        left, right = self.layout.slots(one, "l", "_text"), self.layout.slots(other, "r", "_text")
        if left and right:
            return "(" + " OR ".join(said.format(*pair) for pair in product(left, right)) + ")"
        mine = f"list_filter([{', '.join(left)}], lambda x: x IS NOT NULL)" if left else f"l.{one}_text"
        theirs = f"[{', '.join(right)}]" if right else f"r.{other}_text"
        return (
            f"len(list_filter({mine}, lambda x: len(list_filter({theirs}, lambda y: {said.format('x', 'y')})) > 0)) > 0"
        )

    def dice(self, one: str, other: str, limit: float) -> str:
        common = " + ".join(f"bit_count(l.{one}_bits_{at} & r.{other}_bits_{at})::INTEGER" for at in range(WORDS))
        return f"2 * ({common}) >= {double(limit)} * (l.{one}_set + r.{other}_set)"

    def share(self, level: Level, records: int) -> str:
        """The share of records that bear the rarest member that two rows share."""
        column = level.rarity
        left, right = self.layout.slots(column, "l"), self.layout.slots(column, "r")
        if left and right:
            counts = self.layout.slots(column, "l", "_borne")
            met = [
                f"CASE WHEN {' OR '.join(f'{mine} = {theirs}' for theirs in right)} THEN {count} END"
                for mine, count in zip(left, counts, strict=True)
            ]
            rarest = f"least({', '.join(met)})" if len(met) > 1 else met[0]
        else:
            both = f"list_zip(l.{column}, l.{column}_borne)"
            shared = f"list_filter({both}, lambda x: list_contains(r.{column}, x[1]))"
            rarest = f"list_min(list_transform({shared}, lambda x: x[2]))"
        return f"coalesce(({rarest} + {double(PATIENCE * level.u)}) / {records + PATIENCE}, {double(level.u)})"


def weight_of(field: Field, tables: Tables, records: int | None) -> str:
    """Bits; over `level_<field>`, unless rarities count. `records`: of how many they were counted, or None."""
    if records is None or not any(level.rarity for level in field.levels):
        whens = " ".join(f"WHEN {place} THEN {double(level.weight)}" for place, level in enumerate(field.levels))
        return f"CASE level_{field.name} {whens} ELSE 0::DOUBLE END"
    adjusted = [_adjusted(level, tables, records) for level in field.levels]
    met = [f"CASE WHEN {reached(level, tables)} THEN {weight} END"
           for level, weight in zip(field.levels[:-1], adjusted[:-1], strict=True)]  # fmt: skip
    return f"CASE WHEN {unknown(field, tables)} THEN 0::DOUBLE ELSE greatest({', '.join([*met, adjusted[-1]])}) END"


def _adjusted(level: Level, tables: Tables, records: int) -> str:
    if not level.rarity:
        return double(level.weight)
    return f"({double(level.weight)} + log2({double(level.u)} / {tables.share(level, records)}))"
