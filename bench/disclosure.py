"""Cells hidden and what it takes: `make bench NAME=disclosure` (docs/reference/bench.md)."""

from time import perf_counter

import numpy as np
from scipy.optimize import linprog

from bench.figures import say, show
from tumpeang.statistics.disclosure import (
    Dimension,
    LinkedTables,
    PrimaryRules,
    Suppressed,
    Table,
    controlled,
    conventional,
    primary,
    suppress,
)
from tumpeang.statistics.disclosure.greedy import plain
from tumpeang.statistics.disclosure.proof import intervals

RULES = PrimaryRules(threshold=5)
LARGE = (30, 20, 4)
BASE = 5
TABLES = 1000
SECONDS = 0.5  # for each of the thousand
EVERY = 100
NEARLY = 1e-6


def main() -> None:
    large()
    rounding()
    thousand()


def large() -> None:
    """A 30 x 20 x 4 table with its margins: seconds to a release and its proof, cells lost beside the plain rule."""
    linked = large_table()
    for allowed in (0.0, 20.0):
        say(f"suppression of {' x '.join(map(str, LARGE))}, {allowed:g} s to look for fewer cells")
        start = perf_counter()
        release = suppress(linked, RULES, seconds=allowed)
        hidden = perf_counter()
        if not release.proof.holds:
            raise SystemExit("the proof does not hold")
        greedy = plain(linked.equations, linked.values, release.primary.unsafe)
        show(
            f"suppression.30x20x4.{allowed:g}s",
            value=hidden - start, unit="s", proof_s=perf_counter() - hidden, cells=len(linked.cells),
            unsafe=int(release.primary.unsafe.sum()), lost=release.lost,
            plain_lost=int((greedy & ~release.primary.unsafe).sum()), plain_gives_away=given_away(linked, greedy),
        )  # fmt: skip


def rounding() -> None:
    """The same table rounded to fives with every total kept: seconds, and how far off beside rounding one by one."""
    say(f"rounding of {' x '.join(map(str, LARGE))}")
    linked = large_table()
    start = perf_counter()
    rounded = controlled(linked, BASE, seconds=60)
    show(
        "rounding.30x20x4", value=perf_counter() - start, unit="s", base=BASE, keeps_totals=rounded.keeps_totals,
        furthest=rounded.furthest, moved=rounded.moved, moved_one_by_one=conventional(linked, BASE).moved,
    )  # fmt: skip


def thousand() -> None:
    """Random two-way, three-way and linked tables; each hidden cell bounded by linear programs of this file's own."""
    lost = {"ours": 0, "plain": 0}
    broken = {"ours": 0, "plain": 0}
    methods: dict[str, int] = {}
    start = perf_counter()
    for seed in range(TABLES):
        linked = random_tables(seed)
        release = suppress(linked, RULES, seconds=SECONDS)
        greedy = plain(linked.equations, linked.values, release.primary.unsafe) & ~linked.unprinted
        lost["ours"] += release.lost
        lost["plain"] += int((greedy & ~release.primary.unsafe).sum())
        broken["ours"] += bool(bounded_within(release)) or not release.proof.holds
        broken["plain"] += bool(given_away(linked, greedy))
        methods[release.method] = methods.get(release.method, 0) + 1
        if (seed + 1) % EVERY == 0:
            say(f"{seed + 1} of {TABLES} tables, {perf_counter() - start:.0f} s")
    if broken["ours"]:
        raise SystemExit(f"{broken['ours']} of {TABLES} tables have a cell that can be bounded within its protection")
    show(
        "suppression.lost", value=lost["ours"], unit="cells", against=lost["plain"], tables=TABLES, **methods,
        tables_broken=broken["ours"], plain_tables_broken=broken["plain"], seconds=perf_counter() - start,
    )  # fmt: skip


def large_table() -> LinkedTables:
    chance = np.random.default_rng(0)
    counts = chance.poisson(chance.gamma(0.6, 25, size=LARGE))
    return LinkedTables.of(Table(tuple(map(axis, "abc", LARGE)), counts))


def axis(name: str, size: int) -> Dimension:
    return Dimension(name, tuple(f"{name}{number}" for number in range(size)))


def random_tables(seed: int) -> LinkedTables:
    """Two-way, three-way and linked tables in turn, of two to five values a dimension, many counts small."""
    chance = np.random.default_rng([2013, seed])
    axes = [axis(name, int(size)) for name, size in zip("abc", chance.integers(2, 6, 3), strict=True)]
    cube = chance.poisson(chance.gamma(0.7, 12, size=[len(one.values) for one in axes]))
    behind = Table(tuple(axes), cube)
    if seed % 3 == 0:
        return LinkedTables.of(Table(tuple(axes[:2]), cube.sum(axis=2)))
    if seed % 3 == 1:
        return LinkedTables.of(behind)
    margins = [Table(tuple(one for one in axes if one is not gone), cube.sum(axis=at)) for at, gone in enumerate(axes)]
    return LinkedTables.of(*margins, behind=behind)


def bounded_within(release: Suppressed) -> list[str]:
    """Hidden cells that linear programs over single combinations bound within their protection: a check of its own."""
    linked = release.linked
    axes = {one.name: one for table in linked.tables for one in table.dimensions}
    picks = np.array([_pick(dict(name), axes) for name in linked.cells])
    shown = ~release.hidden
    found = []
    for at in np.flatnonzero(release.hidden & ~linked.unprinted):
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * picks[at], A_eq=picks[shown], b_eq=linked.values[shown], method="highs")
            ends.append(sign * answer.fun if answer.status == 0 else np.inf)
        value, unsafe = linked.values[at], release.primary.unsafe[at]
        lower, upper = (release.primary.lower[at], release.primary.upper[at]) if unsafe else (0, 0)
        if ends[0] > value - lower + NEARLY or ends[1] < value + upper - NEARLY or ends[1] - ends[0] < NEARLY:
            found.append(str(sorted(linked.cells[at])))
    return found


def _pick(name: dict[str, str], axes: dict[str, Dimension]) -> np.ndarray:
    """1 for each combination of values that a cell counts."""
    picked = np.ones(1)
    for title, one in axes.items():
        picked = np.outer(picked, [name.get(title, value) == value for value in one.values]).ravel()
    return picked


def given_away(linked: LinkedTables, hidden: np.ndarray) -> int:
    """Unsafe cells that a reader bounds within their protection."""
    found = primary(linked, RULES)
    gone = hidden | linked.unprinted
    ends = intervals(linked.equations, np.where(gone, 0, linked.values).astype(float), gone)
    least, most = np.zeros(len(gone)), np.full(len(gone), np.inf)
    least[gone], most[gone] = ends[:, 0], ends[:, 1]
    narrow = (least > linked.values - found.lower + NEARLY) | (most < linked.values + found.upper - NEARLY)
    return int((narrow & found.unsafe).sum())


if __name__ == "__main__":
    main()
