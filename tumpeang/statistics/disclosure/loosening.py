"""The least change that makes a publication safe: coarser rounding, or leaving a statement out; proved by auditing
again.

Each statement has a ladder: as printed, then coarser step by step, then left out; each rung has a price. Where a
cell can still be worked out, the statements it takes are found by leaving them out one by one (the **reason**); at
least one of a reason's statements must be loosened. The cheapest rungs that meet all reasons known so far are an
integer program; they are audited, a new reason is found, and so on until nothing can be worked out. (Implicit
hitting sets: Chandrasekaran, Karp, Moreno-Centeno and Vempala, SODA 2011.)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from tumpeang.statistics.disclosure.audit import (
    Audit,
    AuditRules,
    a_table,
    audit,
    margins,
    possible,
    stated,
)
from tumpeang.statistics.disclosure.cells import Cell, Counts, words
from tumpeang.statistics.disclosure.errors import CannotProtect, Contradiction
from tumpeang.statistics.disclosure.merging import joined
from tumpeang.statistics.disclosure.statements import Publication, Statement, printed_as

SHARE_STEPS = (Fraction(1, 10), Fraction(1), Fraction(5), Fraction(10))
COUNT_STEPS = (Fraction(5), Fraction(10), Fraction(50), Fraction(100))
MOST_ROUNDS = 300
JOINING = 2.0  # the price of joining categories
LEFT_OUT = 5.0  # the price of leaving a statement out; one coarser step costs 1
HALF = 0.5
IN_PASSING = 500  # branches of the solver for a question whose answer only shortens the search
TIMES = 3  # a reader is taken to know that there are no more than so many times as many people

Rungs = tuple[Statement | None, ...]


def kept_names(publication: Publication, keep: Iterable[str] | None) -> frozenset[str]:
    """Names of the statements that stay."""
    if keep is not None:
        return frozenset(keep)
    return frozenset(one.name for one in publication.statements if one.kind == "count" and not one.where and not one.of)


@dataclass(frozen=True)
class Change:
    """One statement as it was and as it should be; `after` None: leave it out."""

    before: Statement
    after: Statement | None

    def __str__(self) -> str:
        if self.after is None:
            return f"leave out: {self.before.text or self.before.name}"
        was = self.before.printed if self.before.printed is not None else self.before.least
        return f"{self.before.name}: print {self.after.printed} (to the nearest {self.after.step}) for {was}"


@dataclass(frozen=True)
class Proposal:
    """What to change, what it costs, and the audit of the changed publication."""

    changes: tuple[Change, ...]
    cost: float
    publication: Publication
    audit: Audit
    joins: tuple[str, ...] = ()  # values of one dimension that become one

    def __str__(self) -> str:
        told = [f"join: {', '.join(self.joins)}"] if self.joins else []
        return "\n".join([*told, *map(str, self.changes)]) or "nothing has to change"


def ladder(publication: Publication, statement: Statement, truth: Counts) -> Rungs:
    """As printed, coarser and coarser, left out. Coarser prints are those of the table `truth`."""
    part = int((publication.picks(statement.where) * publication.picks(statement.of)) @ truth)
    rungs: list[Statement | None] = [statement]
    if statement.kind == "share":
        value = Fraction(100 * part, int(publication.picks(statement.of) @ truth))
        rungs += [printed_as(statement, value, step) for step in SHARE_STEPS if step > statement.step]
    elif statement.kind == "count" and (statement.printed is not None or statement.least == statement.most):
        step_now = statement.step if statement.printed is not None else Fraction(1)
        rungs += [printed_as(statement, Fraction(part), step) for step in COUNT_STEPS if step_now < step <= 2 * part]
    return (*rungs, None)


def propose(
    publication: Publication,
    rules: AuditRules | None = None,
    *,
    protect: Iterable[Cell] | None = None,
    truth: Counts | None = None,
    keep: Iterable[str] | None = None,
    prices: Mapping[str, float] | None = None,
    joins: Iterable[tuple[str, tuple[str, ...]]] = (),
) -> Proposal:
    """The cheapest change after which none of the cells in `protect` is derived or too close.

    `protect`: by default every cell of two-way margins whose number no statement prints. `truth`: the real counts of
    combinations, from which coarser prints are made; by default a table that fits the print. `keep`: names of
    statements that stay; by default the number of everybody. `prices`: for leaving a statement out, by name. `joins`:
    categories that may become one, such as ("nationality", ("FRA", "GBR")), each tried by itself. Raises
    CannotProtect when nothing of this is enough.
    """
    rules = rules or AuditRules()
    every = margins(publication) if protect is None else protect
    asked = [name for name in every if protect is not None or not stated(publication, name)]
    table = a_table(publication) if truth is None else truth
    found = [_by_loosening(publication, rules, asked, table, keep, prices or {})]
    for dimension, values in joins:
        coarse = joined(publication, dimension, values, table)
        other = _by_loosening(coarse, rules, asked, table, keep, prices or {})
        found.append(replace(other, cost=other.cost + JOINING, joins=values))
    return min(found, key=lambda proposal: proposal.cost)


def _by_loosening(
    publication: Publication,
    rules: AuditRules,
    asked: list[Cell],
    truth: Counts,
    keep: Iterable[str] | None,
    prices: Mapping[str, float],
) -> Proposal:
    search = _Search(publication, rules, list(asked), truth, kept_names(publication, keep), prices)
    rungs = search.run()
    told = search.at(rungs)
    after = publication.with_statements(one for one in told if one is not None)
    changes = tuple(Change(was, now) for was, now in zip(publication.statements, told, strict=True) if was is not now)
    return Proposal(changes, search.price(rungs), after, audit(after, rules, cells=asked))


class _Search:
    def __init__(
        self,
        publication: Publication,
        rules: AuditRules,
        asked: list[Cell],
        truth: Counts,
        keep: frozenset[str],
        prices: Mapping[str, float],
    ) -> None:
        self.publication, self.rules, self.cells = publication, rules, asked
        told = publication.statements
        self.most = TIMES * int(truth.sum())
        self.ladders = [(one,) if one.name in keep else ladder(publication, one, truth) for one in told]
        self.prices = [
            [*(float(rung) for rung in range(len(rungs) - 1)), max(prices.get(one.name, LEFT_OUT), len(rungs) - 1.0)]
            if len(rungs) > 1
            else [0.0]
            for one, rungs in zip(told, self.ladders, strict=True)
        ]
        self.reasons: list[dict[int, int]] = []  # statement -> the loosest rung at which the reason still holds

    def at(self, rungs: Sequence[int]) -> list[Statement | None]:
        return [ladder[rung] for ladder, rung in zip(self.ladders, rungs, strict=True)]

    def price(self, rungs: Sequence[int]) -> float:
        return sum(prices[rung] for prices, rung in zip(self.prices, rungs, strict=True))

    def run(self) -> list[int]:
        for _ in range(MOST_ROUNDS):
            rungs = self._cheapest()
            cell = self._worked_out(rungs)
            if cell is None:
                return rungs
            self.reasons.append(self._reason(rungs, cell))
        raise CannotProtect("no safe change was found in time: protect fewer cells, or join categories")

    def _worked_out(self, rungs: Sequence[int]) -> Cell | None:
        asked = possible(self.publication, [kept for kept in self.at(rungs) if kept is not None], self.most)
        for at, cell in enumerate(self.cells):
            pick = self.publication.pick(cell)
            if not asked.spread(pick, self.rules.width):
                self.cells.insert(0, self.cells.pop(at))  # what was hard once is asked first the next time
                return cell
        return None

    def _reason(self, rungs: Sequence[int], cell: Cell) -> dict[int, int]:
        """Statements, each at its loosest rung, that together still let the cell be worked out."""
        pick = self.publication.pick(cell)
        now = list(rungs)
        for number, ladder in enumerate(self.ladders):
            for rung in [len(ladder) - 1, *range(len(ladder) - 2, now[number], -1)]:
                trial = [*now[:number], rung, *now[number + 1 :]]
                kept = [one for one in self.at(trial) if one is not None]
                if rung > now[number] and close(self.publication, kept, pick, self.rules.width, self.most):
                    now = trial
                    break
        reason = {number: rung for number, rung in enumerate(now) if rung < len(self.ladders[number]) - 1}
        if not reason:
            raise CannotProtect(f"{words(cell)} can be worked out whatever else is left out")
        return reason

    def _cheapest(self) -> list[int]:
        """The cheapest rungs by which every reason has one statement looser than it needs."""
        places = {(number, rung): 0 for number, ladder in enumerate(self.ladders) for rung in range(1, len(ladder))}
        places = {key: at for at, key in enumerate(places)}
        if not self.reasons:
            return [0] * len(self.ladders)
        cost = np.array([self.prices[number][rung] - self.prices[number][rung - 1] for number, rung in places])
        rows = [[places[number, rung + 1] for number, rung in reason.items()] for reason in self.reasons]
        matrix = np.zeros((len(rows), len(places)))
        for at, row in enumerate(rows):
            matrix[at, row] = 1.0
        steps = [(places[number, rung - 1], at) for (number, rung), at in places.items() if rung > 1]
        order = np.zeros((len(steps), len(places)))
        for at, (lower, upper) in enumerate(steps):  # a rung is reached by way of those below it
            order[at, lower], order[at, upper] = 1.0, -1.0
        held = [LinearConstraint(matrix, 1, np.inf), *([LinearConstraint(order, 0, np.inf)] if steps else [])]
        answer = milp(cost, constraints=held, bounds=Bounds(0, 1), integrality=np.ones(len(places)))
        if answer.x is None:
            raise CannotProtect("a cell can be worked out from what must stay: let more change, or join categories")
        chosen = answer.x > HALF
        return [
            sum(bool(chosen[places[number, rung]]) for rung in range(1, len(ladder)))
            for number, ladder in enumerate(self.ladders)
        ]


def reason(publication: Publication, cell: Cell, rules: AuditRules | None = None) -> tuple[str, ...]:
    """Names of the statements that together let the cell be worked out, none needless; empty if it cannot be."""
    width = (rules or AuditRules()).width
    told = list(publication.statements)
    pick = publication.pick(cell)
    if not close(publication, told, pick, width):
        return ()
    for statement in publication.statements:
        rest = [one for one in told if one is not statement]
        if close(publication, rest, pick, width):
            told = rest
    return tuple(statement.name for statement in told)


def close(
    publication: Publication, told: Iterable[Statement], pick: Counts, width: int, most: int | None = None
) -> bool:
    """Whether these statements leave fewer than `width` possible values."""
    asked = possible(publication, told, most, IN_PASSING)
    try:
        return asked.spread(pick, width) is False
    except Contradiction:  # prints of two tables beside one another fit none
        return True
