"""The reconstruction audit: what a reader can work out from everything printed so far.

Every count of a combination is an unknown whole number; every statement holds it by sums (`statements.py`). For each
cell of every margin the least and the most that it can be are integer programs. A cell with one possible value is
**derived**; one with fewer possible values than `width` is **too close**. Each possible table that the solver finds
is checked in exact whole numbers, and each bound is the solver's proven one, so a cell is never called derived while
another table would fit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise, product
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from tumpeang.statistics.disclosure.cells import TOTAL, Cell, Counts, words
from tumpeang.statistics.disclosure.errors import Contradiction, DisclosureError
from tumpeang.statistics.disclosure.statements import Line, Publication, Statement, lines

MOST_PEOPLE = 10_000  # looked for in one combination at least, more where the print asks for more
BEYOND = 1e-6  # a direction in which a sum grows by less does not count
NEARLY = 1e-4
NODES = 20_000
OPTIMAL, INFEASIBLE = 0, 2  # anything else: not decided


@dataclass(frozen=True)
class AuditRules:
    """`width`: of how many counts a reader must have to think at least. `threshold`: below it a count is small."""

    width: int = 3
    threshold: int = 5

    def __post_init__(self) -> None:
        if self.width <= 1:
            raise DisclosureError("a width below 2 lets everything be derived")


@dataclass(frozen=True)
class Range:
    """What one cell can be. `most` None: nothing holds it from above. `stated`: its very number is printed, so
    that nothing is left to derive. `values`: how many counts are possible, counted up to the width that was asked
    (None: as many as lie between the ends).
    """

    cell: Cell
    least: int
    most: int | None
    stated: bool = False
    values: int | None = None

    @property
    def derived(self) -> bool:
        return self.least == self.most

    def closer_than(self, width: int) -> bool:
        if self.most is None:
            return False
        return self.most - self.least + 1 < width or (self.values is not None and self.values < width)

    @property
    def lies(self) -> str:
        if self.values is None or self.most is None or self.values > self.most - self.least:
            return f"lies between {self.least} and {self.most}"
        return f"is one of {self.values} numbers from {self.least} to {self.most}"

    def says(self, threshold: int) -> str:
        """What knowing it would tell: nobody, a small number, or a number."""
        if self.most == 0:
            return "nobody"
        return "a small number" if self.most is not None and self.most < threshold else "a number"


@dataclass(frozen=True)
class Audit:
    """What can be worked out. `table` is one possible table (shape: combinations), the only one if all is derived."""

    publication: Publication
    rules: AuditRules
    ranges: tuple[Range, ...]
    table: Counts

    @cached_property
    def by_cell(self) -> dict[Cell, Range]:
        return {found.cell: found for found in self.ranges}

    @property
    def derived(self) -> tuple[Range, ...]:
        """Cells with one possible value that no statement prints as a number."""
        return tuple(found for found in self.ranges if found.derived and not found.stated)

    @property
    def too_close(self) -> tuple[Range, ...]:
        return tuple(
            found
            for found in self.ranges
            if found.closer_than(self.rules.width) and not found.derived and not found.stated
        )

    @property
    def safe(self) -> bool:
        return not self.derived and not self.too_close

    def to_data(self) -> list[dict[str, Any]]:
        """Every cell's range as plain data, to be kept with the release."""
        return [
            {"cell": words(found.cell), "least": found.least, "most": found.most, "stated": found.stated}
            for found in self.ranges
        ]

    def report(self) -> str:
        """The findings in words, a line each."""
        told = [
            f"{words(found.cell)} = {found.least} can be derived ({found.says(self.rules.threshold)})"
            for found in self.derived
        ]
        told += [f"{words(found.cell)} {found.lies}" for found in self.too_close]
        return "\n".join(told) or "nothing can be worked out"


@dataclass
class Possible:
    """All tables that agree with some lines, asked for the least and the most of a sum.

    `most_people` in one combination is where a search ends. None: as many as the lines may need, and a sum has no
    most exactly where the lines hold it by nothing.
    """

    rows: Sequence[Line]
    size: int
    most_people: int | None = None
    nodes: int = NODES  # how long to look: branches of the solver, so that every machine gives the same answer
    tables: list[Counts] = field(default_factory=list)  # found on the way, each exactly right

    def __post_init__(self) -> None:
        weights = np.array([line.weights for line in self.rows]).reshape(len(self.rows), self.size)
        self._whole = weights.astype(object)
        least = [-np.inf if line.least is None else line.least for line in self.rows]
        most = [np.inf if line.most is None else line.most for line in self.rows]
        matrix = sparse.csr_matrix(weights.astype(float))
        self._constraints = [LinearConstraint(matrix, least, most)] if self.rows else []
        self.open, self.all_held = self.most_people is None, False
        self.room = self._room() if self.most_people is None else self.most_people

    def _room(self) -> int:
        """How many people in one combination are looked for: more than any table needs, if that has an end."""
        everybody = np.ones(self.size, dtype=np.int64)
        printed = max((abs(end) for line in self.rows for end in (line.least, line.most) if end is not None), default=0)
        self.all_held = self.held(everybody)
        most = self._relaxed(-everybody) if self.all_held else 2 * self._relaxed(everybody)
        return max(MOST_PEOPLE, printed + 1, most + 1)

    def held(self, pick: Counts) -> bool:
        """Whether the lines hold a sum from above: no direction that keeps to all of them makes it grow."""
        if not self.rows:
            return False
        least = [-np.inf if line.least is None else 0 for line in self.rows]
        most = [np.inf if line.most is None else 0 for line in self.rows]
        answer = milp(
            -pick.astype(float),
            constraints=LinearConstraint(self._constraints[0].A, least, most),
            bounds=Bounds(0, 1),
        )
        return bool(answer.status == OPTIMAL and -answer.fun < BEYOND)

    def _relaxed(self, goal: Counts) -> int:
        """The largest count of a table of fractions that has the least of `goal`, and that least; 0 where none was
        found.
        """
        answer = milp(goal.astype(float), constraints=self._constraints, bounds=Bounds(0, np.inf))
        return int(np.ceil(max(answer.x.max(), abs(answer.fun)))) if answer.x is not None else 0

    def fits(self, table: Counts) -> bool:
        """Whether a table agrees with every line, in exact whole numbers."""
        sums = self._whole @ table.astype(object) if len(self.rows) else []
        return all(
            (line.least is None or value >= line.least) and (line.most is None or value <= line.most)
            for line, value in zip(self.rows, sums, strict=True)
        )

    def least(self, pick: Counts) -> int:
        """The least that `pick @ table` can be (a proven bound)."""
        if any(int(pick @ table) == 0 for table in self.tables) and (pick >= 0).all():
            return 0
        return max(self._bound(pick), 0) if (pick >= 0).all() else self._bound(pick)

    def most(self, pick: Counts) -> int | None:
        if self.open and not self.all_held:
            if not self.held(pick):
                return None
            self.room = max(self.room, self._relaxed(-pick) + 1)
        bound = -self._bound(-pick)
        return None if bound >= self.room else bound

    def _bound(self, goal: Counts) -> int:
        answer = self._solved(goal, [])
        if answer.status == INFEASIBLE:
            raise Contradiction("no table agrees with everything that was printed")
        if answer.status == OPTIMAL and self.tables and np.array_equal(np.rint(answer.x), self.tables[-1]):
            return int(goal @ self.tables[-1])
        proven = answer.mip_dual_bound
        return -self.room if proven is None or not np.isfinite(proven) else int(np.ceil(proven - NEARLY))

    def spread(self, pick: Counts, width: int) -> bool | None:
        """Whether the sum can have `width` values or more; None if neither was found in time."""
        values, sure = self.values(pick, width)
        if not values and sure:
            raise Contradiction("no table agrees with everything that was printed")
        return True if len(values) >= width else (False if sure else None)

    def values(self, pick: Counts, width: int) -> tuple[list[int], bool]:
        """Up to `width` values that the sum has in tables that were found, and whether these are surely all if fewer.

        Asked is above, below and between the values known so far: what lies between two possible counts need not
        be possible.
        """
        nowhere: set[tuple[int, int]] = set()
        sure = True
        while True:
            known = sorted({int(pick @ table) for table in self.tables})
            gap = next((one for one in self._gaps(known) if one not in nowhere), None)
            if len(known) >= width or gap is None:
                return known, sure
            low, high = gap
            before = len(self.tables)
            answer = self._solved(np.zeros(self.size, dtype=np.int64), [(pick, low), (-pick, -high)])
            if not any(low <= int(pick @ table) <= high for table in self.tables[before:]):
                nowhere.add(gap)
                sure = sure and answer.status == INFEASIBLE

    def _gaps(self, known: list[int]) -> list[tuple[int, int]]:
        """Where no value is known: above, below, between."""
        end = self.room * self.size
        if not known:
            return [(-end, end)]
        between = [(low + 1, high - 1) for low, high in pairwise(known) if high - low > 1]
        return [(known[-1] + 1, end), (-end, known[0] - 1), *between]

    def other_than(self, pick: Counts, value: int) -> bool:
        """Whether a table with another value turns up when the solver is asked for one, on either side."""
        for sign in (1, -1):
            self._solved(np.zeros(self.size, dtype=np.int64), [(sign * pick, sign * value + 1)])
        return any(int(pick @ table) != value for table in self.tables)

    def _solved(self, goal: Counts, beyond: list[tuple[Counts, int]]) -> OptimizeResult:
        """Solve for the least of `goal`; a table that is found and exactly right goes into `tables`."""
        more = [LinearConstraint(pick.astype(float)[None, :], least, np.inf) for pick, least in beyond]
        answer = milp(
            goal.astype(float),
            constraints=[*self._constraints, *more],
            bounds=Bounds(0, self.room),
            integrality=np.ones(self.size),
            options={"node_limit": self.nodes, "mip_rel_gap": 0.0},
        )
        if answer.x is not None:
            table = np.rint(answer.x).astype(np.int64)
            if self.fits(table):
                self.tables.append(table)
        return answer


def possible(
    publication: Publication,
    statements: Iterable[Statement] | None = None,
    most: int | None = None,
    nodes: int = NODES,
) -> Possible:
    told = publication.statements if statements is None else statements
    rows = [line for statement in told for line in lines(publication, statement)]
    return Possible(rows, len(publication.combinations), most, nodes)


def margins(publication: Publication, order: int = 2) -> list[Cell]:
    """The cells of every table of up to `order` dimensions, the total first."""
    found = [TOTAL]
    for count in range(1, min(order, len(publication.dimensions)) + 1):
        for names in combinations(publication.dimensions, count):
            found += [
                frozenset(zip(names, values, strict=True))
                for values in product(*(publication.dimensions[n] for n in names))
            ]
    return found


def stated(publication: Publication, name: Cell) -> bool:
    """Whether a statement prints this very number: then it is published, not derived.

    Exact counts do, and a sentence of all or none prints a nought. A percentage, a rounded count and a range leave
    the number open; whoever works it out from them has derived it.
    """
    pick = publication.pick(name)
    for statement in publication.statements:
        part, whole = publication.picks(statement.where), publication.picks(statement.of)
        exact = statement.printed is None and statement.least is not None and statement.least == statement.most
        if statement.kind == "none" or (statement.kind == "count" and exact):
            told = part * whole
        elif statement.kind == "all":
            told = whole * (1 - part)
        else:
            continue
        if np.array_equal(pick, told):
            return True
    return False


def a_table(publication: Publication) -> Counts:
    """A table that agrees with everything printed, of as few people as that takes. Raises Contradiction if there is
    none.
    """
    asked = possible(publication)
    asked.least(publication.pick(TOTAL))
    if not asked.tables:
        raise DisclosureError("no table was found in time: join values that no statement tells apart")
    return asked.tables[-1]


def audit(publication: Publication, rules: AuditRules | None = None, *, cells: Iterable[Cell] | None = None) -> Audit:
    """The range of every cell of every two-way margin, or of `cells`. Raises Contradiction when nothing fits the
    print.
    """
    rules = rules or AuditRules()
    asked = possible(publication)
    asked.tables.append(a_table(publication))
    ranges = []
    for name in margins(publication) if cells is None else cells:
        pick = publication.pick(name)
        least, most = asked.least(pick), asked.most(pick)
        told = stated(publication, name)
        if least == most and not told and asked.other_than(pick, least):
            raise DisclosureError(f"the solver contradicts itself about {words(name)}: no word on it can be trusted")
        wide = most is not None and most - least + 1 >= rules.width
        values = len(asked.values(pick, rules.width)[0]) if wide and not told else None
        ranges.append(Range(name, least, most, told, values))
    return Audit(publication, rules, tuple(ranges), asked.tables[0])
