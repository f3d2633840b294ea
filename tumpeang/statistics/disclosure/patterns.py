"""Secondary suppression for large tables: one cheapest pattern of moves after another, then taking back what turned
out needless.

For each unsafe cell and side that no witness protects yet, a linear program finds the difference that moves the cell
far enough at the least cost, where a cell already hidden costs almost nothing; the cells it moves are hidden. It is
the linear heuristic of Kelly, Golden and Assad (Networks 22, 1992), for any linked tables, with whole-number
witnesses. Not optimal; `bench/disclosure.py` says how far.
"""

import time

import highspy
import numpy as np
from scipy import sparse

from tumpeang.statistics.disclosure.cells import Cell, Counts, LinkedTables, words
from tumpeang.statistics.disclosure.corners import Boxes
from tumpeang.statistics.disclosure.errors import CannotProtect
from tumpeang.statistics.disclosure.primary import Primary
from tumpeang.statistics.disclosure.reader import Floats, model, quiet_solver
from tumpeang.statistics.disclosure.witnesses import Mask, Witnesses, whole_witness

NEARLY_FREE = 1e-3  # a unit of a hidden cell, beside 1 and more for a printed one
MOVED = 1e-7
FAR = 1e5  # further than any cell has to move
ORDERS, ORDER = 12, 7  # how many orders are tried, and the seed of the chance ones


class Patterns:
    """The cheapest moves of one cell, over the cells that may move."""

    def __init__(self, linked: LinkedTables, may_move: Mask) -> None:
        self._places = np.flatnonzero(may_move)
        self._size, self._all = len(self._places), len(may_move)
        self._within = {int(place): at for at, place in enumerate(self._places)}
        part = linked.equations[:, self._places].tocsr()
        part = part[np.diff(part.indptr) > 0]
        both = sparse.hstack([part, -part]).tocsr()
        self._most = np.concatenate([np.full(self._size, FAR), linked.values[self._places].astype(float)])
        self._solver = quiet_solver()
        self._solver.passModel(model(both, np.zeros(both.shape[0]), np.zeros(2 * self._size), self._most))
        self._priced: Floats = np.zeros(self._size)

    def close(self, place: int) -> None:
        """Let a cell move no more."""
        self._bound(self._within[place], 0.0)

    def open(self, place: int) -> None:
        self._bound(self._within[place], None)

    def _bound(self, at: int, most: float | None) -> None:
        for column in (at, at + self._size):
            self._solver.changeColBounds(column, 0.0, float(self._most[column]) if most is None else most)

    def _price(self, cost: Floats) -> None:
        prices = np.where(np.isfinite(cost), cost, 1.0)[self._places]
        changed = np.flatnonzero(prices != self._priced)
        columns = np.concatenate([changed, changed + self._size]).astype(np.int32)
        self._solver.changeColsCost(len(columns), columns, np.concatenate([prices[changed]] * 2))
        self._priced = prices

    def cheapest(self, place: int, need: int, cost: Floats) -> Floats | None:
        """Moves of every cell, `place` by `need` (signed), at the least `cost` a unit; None if nothing moves it so
        far.
        """
        at = self._within.get(place)
        if at is None:
            return None
        self._price(cost)
        forth, back = (at, at + self._size) if need > 0 else (at + self._size, at)
        self._solver.changeColBounds(forth, abs(need), abs(need))
        self._solver.changeColBounds(back, 0.0, 0.0)
        self._solver.run()
        found = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        moves = np.asarray(self._solver.getSolution().col_value) if found else None
        self._bound(at, None)
        if moves is None:
            return None
        answer = np.zeros(self._all)
        answer[self._places] = moves[: self._size] - moves[self._size :]
        return answer


def targets(primary: Primary) -> list[tuple[int, int]]:
    """(cell, signed need): every side on which an unsafe cell must be uncertain, the largest needs first."""
    sides = [(int(place), int(primary.upper[place])) for place in np.flatnonzero(primary.upper)]
    sides += [(int(place), -int(primary.lower[place])) for place in np.flatnonzero(primary.lower)]
    return sorted(sides, key=lambda side: (-abs(side[1]), side[0]))


class Search:
    """One search: hidden cells, what hiding costs, and the witnesses found so far."""

    def __init__(self, linked: LinkedTables, primary: Primary, weights: Floats, kept: Mask) -> None:
        self.linked, self.primary, self.weights, self.kept = linked, primary, weights, kept
        self.sides = targets(primary)
        self.boxes = [Boxes(linked, number) for number, table in enumerate(linked.tables) if table.plain]
        self.begin()

    def begin(self) -> None:
        self.hidden = self.primary.unsafe | self.linked.unprinted
        self.cost = np.where(self.kept, np.inf, np.where(self.hidden, NEARLY_FREE, self.weights))
        self.pool = Witnesses(self.linked.equations, self.linked.values)
        self._patterns: Patterns | None = None

    def run(self, sides: list[tuple[int, int]]) -> None:
        """Hide until every side is shown. Raises CannotProtect, naming a cell."""
        for side in sides:
            if not self.pool.shows(*side):
                moves = self.boxed(side, self.cost)
                if moves is None:
                    moves = self._pattern(side)
                new = np.flatnonzero((np.abs(moves) > MOVED) & ~self.hidden)
                self.hidden[new] = True
                self.cost[new] = NEARLY_FREE

    def boxed(self, side: tuple[int, int], cost: Floats) -> Floats | None:
        """Moves of the cheapest box of any table, if there is one that leaves every sum of all tables as it is."""
        found = [box for box in (table.cheapest(*side, cost) for table in self.boxes) if box]
        for _, cells, moves in sorted(found, key=lambda box: box[0]):
            difference = np.zeros(len(cost))
            difference[cells] = moves
            if self.pool.take(difference):
                return difference
        return None

    def _pattern(self, side: tuple[int, int]) -> Floats:
        """Moves of the cheapest pattern of any shape."""
        self._patterns = self._patterns or Patterns(self.linked, ~self.kept)
        moves = self._patterns.cheapest(*side, self.cost)
        if moves is None or self.pool.take(moves):
            return _there(moves, self.linked.cells[side[0]])
        whole = whole_witness(self.linked, ~self.kept, *side, self.cost)
        self.pool.take(_there(whole, self.linked.cells[side[0]]))
        return _there(whole, self.linked.cells[side[0]])


def _there(moves: Floats | Counts | None, name: Cell) -> Floats:
    if moves is None:
        raise CannotProtect(
            f"nothing hides {words(name)}: let more cells be hidden, join categories, or round the table"
        )
    return moves.astype(float)


def protect(
    linked: LinkedTables, primary: Primary, weights: Floats, kept: Mask, seconds: float
) -> tuple[Mask, Witnesses]:
    """Hidden cells and the witnesses that show each unsafe cell protected, the best of several orders within
    `seconds`.
    """
    search = Search(linked, primary, weights, kept)
    until, chance = time.monotonic() + seconds / 2, np.random.default_rng(ORDER)
    search.run(search.sides)
    best = (float(weights[search.hidden].sum()), search.hidden, search.pool)
    for _ in range(ORDERS - 1):
        if time.monotonic() > until or not search.sides:
            break
        search.begin()
        search.run([search.sides[at] for at in chance.permutation(len(search.sides))])
        best = min(best, (float(weights[search.hidden].sum()), search.hidden, search.pool), key=lambda entry: entry[0])
    _, search.hidden, search.pool = best
    _take_back(search, time.monotonic() + seconds / 2)
    return search.hidden, search.pool


def _take_back(search: Search, until: float) -> None:
    """Print again each secondary cell without which all is still protected, the dearest first, as time allows."""
    extra = np.flatnonzero(search.hidden & ~search.primary.unsafe & ~search.linked.unprinted)
    patterns = Patterns(search.linked, search.hidden)
    for place in extra[np.lexsort((-search.linked.values[extra], -search.weights[extra]))]:
        if time.monotonic() > until:
            break
        before, search.pool = search.pool, search.pool.without(int(place))
        search.hidden[place] = False
        patterns.close(int(place))
        if not _still(search, patterns, until):
            search.hidden[place], search.pool = True, before
            patterns.open(int(place))


def _still(search: Search, patterns: Patterns, until: float) -> bool:
    """Whether every side is shown by hidden cells alone: by a witness, by a box, or by the smallest moves if they
    are whole.
    """
    cost = np.where(search.hidden, 1.0, np.inf)
    for side in search.sides:
        if not search.pool.shows(*side) and search.boxed(side, cost) is None:
            moves = patterns.cheapest(*side, cost) if time.monotonic() < until else None
            if moves is None or not search.pool.take(moves):
                search.sides.remove(side)
                search.sides.insert(0, side)  # asked first the next time: what fails once fails often
                return False
    return True


def shown_by(linked: LinkedTables, primary: Primary, hidden: Mask) -> Witnesses | None:
    """Witnesses that these hidden cells protect every unsafe one, whole numbers and all; None if they do not."""
    pool, patterns, cost = Witnesses(linked.equations, linked.values), Patterns(linked, hidden), np.ones(len(hidden))
    for side in targets(primary):
        if not pool.shows(*side):
            moves = patterns.cheapest(*side, cost)
            if moves is None:
                return None
            if not pool.take(moves):
                whole = whole_witness(linked, hidden, *side, cost)
                if whole is None or not pool.take(whole):
                    return None
    return pool
