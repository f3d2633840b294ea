"""Tables of a million rows, declared and by hand: `make bench NAME=statistics` (docs/reference/bench.md)."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from bench import disclosure
from bench.figures import say, show
from tumpeang.statistics import Denominator, Dimension, Table, TableSpec, tabulate
from tumpeang.statistics.disclosure import small

ROWS = 1_000_000
ROUNDS = 15
THRESHOLD = 5
COLUMNS = ("province", "year", "sex", "form", "role")
BASE = Denominator("cases of the province", within=("province",))
FIVE_WAYS = TableSpec(
    "five-ways",
    "case",
    "invented cases",
    rows=tuple(Dimension(name) for name in COLUMNS[:3]),
    columns=tuple(Dimension(name) for name in COLUMNS[3:]),
    denominator=BASE,
)
MANY_ROWS = TableSpec(  # the same where several rows may be one case
    "five-ways-distinct",
    "case",
    "invented cases",
    FIVE_WAYS.rows,
    FIVE_WAYS.columns,
    unit_id="case_id",
    denominator=BASE,
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tumpeang-bench-") as scratch:
        path = Path(scratch) / "rows.parquet"
        say(f"writing {ROWS:,} invented rows")
        pq.write_table(invented(ROWS), path)
        crosstab("crosstab.1m", FIVE_WAYS, path, "COUNT(*)", pl.len())
        crosstab("crosstab.1m.distinct", MANY_ROWS, path, "COUNT(DISTINCT case_id)", pl.col("case_id").n_unique())
        memory(path)
    disclosure.large()


def crosstab(figure: str, spec: TableSpec, path: Path, counted: str, polars: pl.Expr) -> None:
    """Seconds from Parquet to shares with small cells withheld, beside the bare counts by hand on both engines."""
    connection = duckdb.connect()
    query = f"SELECT {', '.join(COLUMNS)}, {counted} AS n FROM read_parquet('{path}') GROUP BY ALL"
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: protected(spec, path),
        "duckdb": lambda: connection.sql(query).to_arrow_table(),
        "polars": lambda: pl.scan_parquet(path).group_by(COLUMNS).agg(polars.alias("n")).collect(),
    }
    for way in ways.values():
        way()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        say(f"{figure}: round {number + 1} of {ROUNDS}")
        turn = list(ways)[number % 3 :] + list(ways)[: number % 3]  # none always follows the same other
        for name in turn:
            taken[name].append(timed(ways[name]))
    ours, by_hand, in_polars = (median(taken[name]) for name in ways)
    table = protected(spec, path)
    show(
        figure, value=ours, unit="s", against=by_hand, ratio_to_polars=ours / in_polars, polars_s=in_polars,
        rows=ROWS, cells=table.counts.size, filled=int((table.counts > 0).sum()),
        withheld=int(table.withheld.sum()) if table.withheld is not None else 0,
    )  # fmt: skip


def protected(spec: TableSpec, path: Path) -> Table:
    table = tabulate(spec, path)
    held = table.withhold(small(table.counts, THRESHOLD))
    held.shares()
    return held


def timed(way: Callable[[], object]) -> float:
    start = perf_counter()
    way()
    return perf_counter() - start


def memory(path: Path) -> None:
    """The most memory that a process takes to make the table, beside one that runs the query by hand and no more."""
    ours = peak(f"from bench.statistics import *; protected(FIVE_WAYS, {str(path)!r})")
    query = f"SELECT {', '.join(COLUMNS)}, COUNT(*) FROM read_parquet('{path}') GROUP BY ALL"
    by_hand = peak(f"import duckdb; duckdb.connect().sql({query!r}).to_arrow_table()")
    show("crosstab.1m.memory", value=ours, unit="MiB", against=by_hand, rows=ROWS)


def peak(program: str) -> float:
    """MiB at the most of a fresh interpreter that runs `program`, its imports included."""
    told = "\nprint(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    done = subprocess.run([sys.executable, "-c", program + told], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def invented(rows: int) -> pa.Table:
    """Cases of nobody: provinces and forms uneven, as in life; a sex in fifty unknown, another not written down."""
    chance = np.random.default_rng(2016)

    def column(name: str, kinds: int) -> pa.Array:
        weights = 1 / np.arange(1, kinds + 1)
        chosen = chance.choice(kinds, rows, p=weights / weights.sum())
        return pa.array([f"{name}-{kind:02d}" for kind in range(kinds)]).take(pa.array(chosen))

    sex = chance.choice(4, rows, p=[0.58, 0.38, 0.02, 0.02])
    return pa.table(
        {
            "case_id": np.arange(rows),
            "province": column("province", 25),
            "year": (2005 + chance.integers(0, 12, rows)).astype("int32"),
            "sex": pa.array(["female", "male", "unknown", None]).take(pa.array(sex)),
            "form": column("form", 8),
            "role": column("role", 4),
        }
    )
