"""All against all, on DuckDB in memory: the same declared model, written as SQL. Nothing is stored, nor spilt to disk.

    bulk = Bulk(model)
    bulk.load("one", [(id, record.columns), ...])
    bulk.load("other", ...)          # leave it out, and the first is compared with itself
    bulk.compare()
    bulk.pairs(least=0.0)            -> [(id, id, bits), ...] the heaviest first
    bulk.one_to_one(least=0.0)       -> the same, nobody twice

Only records that meet in one of the model's `blocks` are compared. For more than one machine has room for,
`splink.settings` makes settings for Splink of the same model.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa

from tumpeang.linkage import sql
from tumpeang.linkage.model import BadModel, Model, columns_named
from tumpeang.linkage.records import Columns
from tumpeang.linkage.scoring import rare_columns
from tumpeang.linkage.sql import WORDS, Layout, Tables

BATCH = 50_000  # records that are handed over at a time
SIDES = ("one", "other")
# What does not fit is refused: by itself the engine would write it to a file, in clear.
IN_MEMORY = ("SET temp_directory = ''", "SET enable_external_access = false")
_SHIFT = 1 << 32  # a pair is one number: the first row times this, plus the second

Pair = tuple[str, str, float]


class Bulk:
    """`rarities`: whether rare values weigh more; how often they are met is counted in what was loaded."""

    def __init__(self, model: Model, *, rarities: bool = True, threads: int | None = None) -> None:
        self.model = model
        self.rarities = rarities
        self.uses = columns_of(model)
        self.connection = duckdb.connect(config={"threads": threads} if threads else {})
        for setting in IN_MEMORY:
            self._do(setting)
        self.layout: Layout | None = None

    def load(self, side: str, records: Iterable[tuple[str, Columns]]) -> None:
        """Hand over the records of one side. `columns` as `Record.columns`; those that the model names are read."""
        fields = [(column, pa.list_(pa.string())) for column in self.uses]
        schema = pa.schema([("id", pa.string()), *fields])
        named = ", ".join(f"{column} VARCHAR[]" for column in self.uses)
        self.connection.execute(f"CREATE TABLE {side}_told (row INTEGER, id VARCHAR, {named})")
        start = 0
        for batch in _batches(records):
            told = {"id": [id for id, _ in batch]} | {
                column: [sorted(columns[column]) or None for _, columns in batch] for column in self.uses
            }
            self.connection.register("handed", pa.table(told, schema=schema))
            self._do(f"INSERT INTO {side}_told SELECT row_number() OVER () - 1 + {start}, * FROM handed")
            self.connection.unregister("handed")
            start += len(batch)

    def take(self, side: str, table: pa.Table, records: int) -> None:
        """A side that was laid out elsewhere (`columnar`), instead of `load`; its ids are the numbers of its rows."""
        self.connection.register("handed", table)
        self._do(f"CREATE TABLE {side} AS SELECT * FROM handed")
        self._do(
            f"CREATE TABLE {side}_told AS SELECT range::INTEGER AS row, range::VARCHAR AS id FROM range({records})"
        )
        self.connection.unregister("handed")

    # ---- comparing -------------------------------------------------------------------------------------------------

    def compare(self, *, largest: int | None = None, least: float | None = None) -> int:
        """Compare whoever meets in a block; how many pairs that were.

        `largest`: blocks with more pairs than that are left out. `least`: bits below which a pair is not kept.
        """
        self.lay_out()
        self._candidates(largest)
        self._weigh("compared", "candidates", least)
        return self._count("candidates")

    def weigh_random(self, pairs: int, seed: int) -> None:
        """Compare so many pairs taken at random, into the table `random_pairs`: hardly any of them is one person."""
        self.lay_out()
        many, others = self.sizes()
        self.connection.execute(f"SELECT setseed({(seed % 1000) / 1000})")
        self.connection.execute(
            "CREATE OR REPLACE TABLE drawn AS SELECT DISTINCT l, r FROM (SELECT (random() * "
            f"{many - 1})::INTEGER l, (random() * {others - 1})::INTEGER r FROM range({pairs})) "
            + ("WHERE l <> r" if self.alone else "")
        )
        self._weigh("random_pairs", "drawn", None)

    def weigh_block(self, number: int, largest: int | None = None) -> None:
        """Compare whoever meets in one block, into the table `blocked`."""
        self.lay_out()
        self.connection.execute(f"CREATE OR REPLACE TABLE met AS {self._distinct([self._block(number, largest)])}")
        self._weigh("blocked", "met", None)

    def patterns(self, table: str) -> list[tuple[tuple[int, ...], int]]:
        """How many pairs of a table reached which levels, all fields together."""
        levels = ", ".join(f"level_{field.name}" for field in self.model.fields)
        rows = self._all(f"SELECT {levels}, count(*) FROM {table} GROUP BY ALL")
        return [(tuple(row[:-1]), row[-1]) for row in rows]

    def pairs(self, least: float = 0.0) -> list[Pair]:
        """Ids and bits, the heaviest first."""
        return self._all(
            f"SELECT l.id, r.id, weight FROM compared JOIN one_told l ON l.row = compared.l "
            f"JOIN {self.right}_told r ON r.row = compared.r WHERE weight >= {least} ORDER BY weight DESC, 1, 2"
        )

    def one_to_one(self, least: float = 0.0) -> list[Pair]:
        """The heaviest pair, then the heaviest of those left, and so on: nobody twice."""
        return list(one_to_one(self.pairs(least)))

    @property
    def alone(self) -> bool:
        """Whether the records are compared with themselves."""
        return self.right == "one"

    @property
    def right(self) -> str:
        return "other" if self._has("other_told") else "one"

    def sizes(self) -> tuple[int, int]:
        return self._count("one_told"), self._count(f"{self.right}_told")

    # ---- tables ----------------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Numbers instead of words: each member as its hash, in a column of its own where there are few."""
        if self.layout:
            return
        sides = SIDES[:1] if self.alone else SIDES
        widest = ", ".join(f"max(len({column}))" for column in self.uses)
        found = [self._all(f"SELECT {widest} FROM {side}_told")[0] for side in sides]
        widths = {column: max([1, *(row[at] or 0 for row in found)]) for at, column in enumerate(self.uses)}
        self.layout = Layout(widths)
        rare = rare_columns(self.model) if self.rarities else []
        for column in rare:
            told = " UNION ALL ".join(f"SELECT unnest({column}) member FROM {side}_told" for side in sides)
            self._do(
                f"CREATE TABLE borne_{column} AS SELECT hash(member) member, count(*) borne FROM ({told}) GROUP BY 1"
            )
        for side in sides:
            wanted = ", ".join(["row", *(each for column in self.uses for each in self._columns(column, self.layout))])
            self._do(f"CREATE TABLE {side} AS SELECT {wanted} FROM {side}_told ORDER BY row")
        for column in rare:
            self._count_members(column, self.layout)

    def _columns(self, column: str, layout: Layout) -> Iterator[str]:
        """What stands in a laid-out table for one column: hashes, and letters or bits where a test wants them."""
        members = [f"{column}[{slot + 1}]" for slot in range(layout.widths[column])]
        in_slots = bool(layout.slots(column, "l"))
        if in_slots:
            yield from (f"if({each} IS NULL, NULL, hash({each})) AS {column}_{at}" for at, each in enumerate(members))
        else:
            yield f"list_transform({column}, lambda x: hash(x)) AS {column}"
        if "text" in self.uses[column]:
            texts = (f"{each} AS {column}_text_{at}" for at, each in enumerate(members))
            yield from texts if in_slots else [f"{column} AS {column}_text"]
        if "bits" in self.uses[column]:
            if len(members) > 1:
                raise BadModel(f"{column}: one filter a record")
            words = [f"('0x' || {column}[1][{16 * at + 1}:{16 * at + 16}])::UBIGINT" for at in range(WORDS)]
            yield from (f"{word} AS {column}_bits_{at}" for at, word in enumerate(words))
            yield f"{' + '.join(f'bit_count({word})::INTEGER' for word in words)} AS {column}_set"

    def _count_members(self, column: str, layout: Layout) -> None:
        """Beside each member of the left table, how many records bear it."""
        slots = layout.slots(column, "t")
        if slots:
            joins = " ".join(
                f"LEFT JOIN borne_{column} b{at} ON b{at}.member = {slot}" for at, slot in enumerate(slots)
            )
            counts = ", ".join(f"b{at}.borne AS {column}_borne_{at}" for at in range(len(slots)))
            counted = f"SELECT t.*, {counts} FROM one t {joins}"
        else:
            each = f"SELECT row, unnest({column}) member, generate_subscripts({column}, 1) place FROM one"
            borne = f"SELECT row, place, borne FROM ({each}) JOIN borne_{column} USING (member)"
            lists = f"SELECT row, list(borne ORDER BY place) borne FROM ({borne}) GROUP BY row"
            counted = f"SELECT t.*, c.borne AS {column}_borne FROM one t LEFT JOIN ({lists}) c USING (row)"
        self._do(f"CREATE OR REPLACE TABLE one AS SELECT * FROM ({counted}) ORDER BY row")

    # ---- candidates ------------------------------------------------------------------------------------------------

    def _candidates(self, largest: int | None) -> None:
        if not self.model.blocks:
            raise BadModel("all against all needs blocks")
        blocks = [self._block(number, largest) for number in range(len(self.model.blocks))]
        self._do(f"CREATE OR REPLACE TABLE candidates AS {self._distinct(blocks)}")

    def _distinct(self, blocks: list[str]) -> str:
        pairs = f"SELECT DISTINCT l::BIGINT * {_SHIFT} + r AS pair FROM ({' UNION ALL '.join(blocks)})"
        return f"SELECT (pair // {_SHIFT})::INTEGER AS l, (pair % {_SHIFT})::INTEGER AS r FROM ({pairs})"

    def _block(self, number: int, largest: int | None) -> str:
        """The pairs of rows that share a member in each column of a block."""
        columns = self.model.blocks[number]
        left = self._keys([one for one, _ in columns], "one")
        right = self._keys([other for _, other in columns], self.right)
        order = "WHERE a.row < b.row" if self.alone else ""
        joined = "JOIN b USING (key)"
        if largest:
            mine, theirs = (f"(SELECT key, count(*) n FROM {table} GROUP BY key)" for table in "ab")
            few = f"SELECT x.key FROM {mine} x JOIN {theirs} y USING (key) WHERE x.n * y.n <= {largest}"
            joined += f" SEMI JOIN ({few}) USING (key)"
        return f"(WITH a AS ({left}), b AS ({right}) SELECT a.row AS l, b.row AS r FROM a {joined} {order})"

    def _keys(self, columns: list[str], side: str) -> str:
        layout = self.layout or Layout({})
        inner, names = ["row"], []
        for at, column in enumerate(columns):
            slots = layout.slots(column, "t")
            members = f"[{', '.join(slots)}]" if slots else f"t.{column}"
            member = slots[0] if len(slots) == 1 else f"unnest({members})"
            inner.append(f"{member} AS k{at}")
            names.append(f"k{at}")
        known = " AND ".join(f"{name} IS NOT NULL" for name in names)
        return (
            f"SELECT row, hash({', '.join(names)}) AS key FROM (SELECT {', '.join(inner)} FROM {side} t) WHERE {known}"
        )

    # ---- weights ---------------------------------------------------------------------------------------------------

    def _weigh(self, table: str, pairs: str, least: float | None) -> None:
        kept = f"WHERE weight >= {least}" if least is not None else ""
        self._do(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM ({self._weighed(pairs)}) {kept}")

    def _weighed(self, pairs: str) -> str:
        tables = Tables(self.layout or Layout({}))
        records = sum(self.sizes()) if not self.alone else self.sizes()[0]
        counted = records if self.rarities else None
        inner = [f"{sql.level_case(field, tables)} AS level_{field.name}" for field in self.model.fields]
        outer: list[str] = []
        for field in self.model.fields:
            by_rarity = counted is not None and any(level.rarity for level in field.levels)
            weight = f"{sql.weight_of(field, tables, counted)} AS weight_{field.name}"
            (inner if by_rarity else outer).append(weight)
        household = self.model.household
        if household and household.related:
            inner.append(f"coalesce({sql.related_met(household, tables)}, FALSE) AS related")
        joined = f"{pairs} p JOIN one l ON l.row = p.l JOIN {self.right} r ON r.row = p.r"
        levels = f"SELECT p.l, p.r, {', '.join(inner)} FROM {joined}"
        weights = f"SELECT *, {', '.join(outer)} FROM ({levels})" if outer else levels
        bits = " + ".join([sql.double(self.model.start), *(self._capped(field.name) for field in self.model.fields)])
        return f"SELECT l, r, COLUMNS('level_.*'), {bits} AS weight FROM ({weights})"

    def _capped(self, field: str) -> str:
        """A field's weight, at most nought where it is somebody else of the household."""
        household = self.model.household
        met = []
        if household and household.related:
            met.append("related")
        if household and field in household.fields:
            met.append(sql.household_met(self.model, household))
        return f"if({' OR '.join(met)}, least(weight_{field}, 0::DOUBLE), weight_{field})" if met else f"weight_{field}"

    # ---- the connection --------------------------------------------------------------------------------------------

    def _do(self, statement: str) -> None:
        self.connection.execute(statement)

    def _all(self, statement: str) -> list[Any]:
        return self.connection.execute(statement).fetchall()

    def _count(self, table: str) -> int:
        return int(self._all(f"SELECT count(*) FROM {table}")[0][0])

    def _has(self, table: str) -> bool:
        return bool(self._all(f"SELECT 1 FROM duckdb_tables() WHERE table_name = '{table}'"))


def one_to_one(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Of pairs, the heaviest first: nobody twice."""
    ones: set[str] = set()
    others: set[str] = set()
    for one, other, weight in pairs:
        if one not in ones and other not in others:
            ones.add(one)
            others.add(other)
            yield one, other, weight


def columns_of(model: Model) -> dict[str, set[str]]:
    """The columns that a model reads, and what of each: always its hash, `text` or `bits` where a test wants them."""
    uses: dict[str, set[str]] = {column: set() for column in sorted(columns_named(model))}
    wants = {"similar": "text", "edits": "text", "dice": "bits"}
    for field in model.fields:
        for test in (test for level in field.levels for test in level.tests if test.kind in wants):
            for column in test.columns:
                uses[column].add(wants[test.kind])
    return uses


def _batches(records: Iterable[tuple[str, Columns]]) -> Iterator[list[tuple[str, Columns]]]:
    rows = iter(records)
    while batch := list(islice(rows, BATCH)):
        yield batch
