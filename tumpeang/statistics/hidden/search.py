"""Which dependences between lists the counts ask for: the way there is part of the figure.

Three searches. "main": the lists are taken as independent. "stepwise": from there, one term at a time is added or
taken out as long as the criterion improves. "all": every hierarchical model is fitted and the best taken.
A model whose fit means nothing for these counts (`fitting.trouble`) is never chosen, and it is told how many were so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tumpeang.statistics.hidden import fitting
from tumpeang.statistics.hidden.fitting import Fit
from tumpeang.statistics.hidden.models import MAIN, PAIR, Term, Terms, allowed, every
from tumpeang.statistics.wording import Refused, said

SEARCHES = ("main", "stepwise", "all")
CRITERIA = ("bic", "aic", "aicc")
MOST_STEPS = 60
NEAR = 3.84  # models whose criterion is within this of the best still speak in the interval (chi-square, 95 %)
TOLD = 10  # models told of a search over all
POOL = 50  # models of a search over all that each drawing of a bootstrap chooses from (Silverman, Chan & Vincent 2022)
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """One step of the way: what was done, to which term, and what the model then says."""

    move: str  # start, add, drop, ranked
    term: Term
    fit: Fit
    information: float
    deviance: float
    df: int


@dataclass(frozen=True)
class Found:
    """What a search came to: the model, the way, models nearly as good, and how many were set aside and why."""

    chosen: Fit
    path: tuple[Step, ...]
    near: tuple[Fit, ...]
    set_aside: dict[str, int]
    pool: tuple[Terms, ...] = ()  # of a search over all: the models among which a drawing chooses again


class Search:
    """One search over one set of counts. `counts` are those of the 2**lists - 1 seen histories, in order."""

    def __init__(self, lists: int, counts: Array, *, criterion: str, order: int, check: bool = True) -> None:
        self.lists, self.counts, self.criterion, self.check = lists, counts, criterion, check
        self.known = float(counts.sum())
        self.terms = allowed(lists, order)
        self.order = order
        self.set_aside: dict[str, int] = {}
        self._trouble: dict[Terms, str | None] = {}

    def information(self, one: Fit) -> float:
        return one.information(self.criterion, self.known)

    def sound(self, one: Fit) -> bool:
        """Whether the fit means something; what does not is counted under its reason."""
        if not self.check:
            return one.converged
        if one.terms not in self._trouble:
            reason: str | None = "no-maximum"
            if one.converged:
                reason = fitting.trouble(self.lists, self.counts, one.terms, least=one.least)
            self._trouble[one.terms] = reason
            if reason:
                self.set_aside[reason] = self.set_aside.get(reason, 0) + 1
        return self._trouble[one.terms] is None

    def best(self, models: Iterable[Terms]) -> Fit | None:
        """The best sound model of these."""
        fits = fitting.fit(self.lists, self.counts, list(models))
        return next((one for one in sorted(fits, key=self.information) if self.sound(one)), None)

    def step(self, move: str, term: Term, one: Fit) -> Step:
        df = len(self.counts) - one.effects
        return Step(move, term, one, self.information(one), fitting.deviance(self.counts, one), df)


def main(search: Search) -> Found:
    """The lists taken as independent."""
    chosen = search.best([MAIN])
    if chosen is None:
        raise Refused(said("hidden.no-maximum"))
    return Found(chosen, (search.step("start", (), chosen),), (), search.set_aside)


def neighbours(lists: Iterable[Term], terms: Terms) -> dict[Terms, tuple[str, Term]]:
    """Every hierarchical model one term larger or smaller, with the move that leads to it."""
    found: dict[Terms, tuple[str, Term]] = {}
    for term in lists:
        if term in terms:
            if not any(set(term) < set(other) for other in terms):
                found[terms - {term}] = ("drop", term)
        elif len(term) == PAIR or terms.issuperset(combinations(term, PAIR)):
            found[terms | {term}] = ("add", term)
    return found


def stepwise(search: Search, start: Terms = MAIN) -> Found:
    """One term at a time, from the independent lists, as long as the criterion improves."""
    first = fitting.fit(search.lists, search.counts, [start])[0]
    now = first if search.sound(first) else None
    path = [search.step("start", (), first)] if now else []
    terms = start
    for _ in range(MOST_STEPS):
        moves = neighbours(search.terms, terms)
        better = search.best(moves)
        if better is None or (now is not None and search.information(better) >= search.information(now) - 1e-9):
            break
        path.append(search.step(*moves[better.terms], better))
        now, terms = better, better.terms
    if now is None:
        raise Refused(said("hidden.no-maximum"))
    around = fitting.fit(search.lists, search.counts, list(neighbours(search.terms, terms)))
    passed = [step.fit for step in path[:-1]]
    unique = {one.terms: one for one in (*around, *passed) if one.terms != now.terms}
    return Found(now, tuple(path), _near(search, now, unique.values()), search.set_aside)


def over_all(search: Search) -> Found:
    """Every hierarchical model; refused where there are too many to fit."""
    ranked = sorted(fitting.fit(search.lists, search.counts, every(search.lists, search.order)), key=search.information)
    sound: list[Fit] = []
    for one in ranked:
        if len(sound) >= TOLD:
            break
        if search.sound(one):
            sound.append(one)
    if not sound:
        raise Refused(said("hidden.no-maximum"))
    path = tuple(search.step("ranked", (), one) for one in sound)
    pool = tuple(one.terms for one in ranked[:POOL])
    return Found(sound[0], path, _near(search, sound[0], sound[1:]), search.set_aside, pool)


def _near(search: Search, best: Fit, others: Iterable[Fit]) -> tuple[Fit, ...]:
    bound = search.information(best) + NEAR
    close = [one for one in others if search.information(one) <= bound and search.sound(one)]
    return tuple(sorted(close, key=search.information))


def behind(search: Search, found: Found) -> dict[Terms, float]:
    """How far the criterion of the chosen model and of each near one lies behind the best."""
    best = search.information(found.chosen)
    return {one.terms: max(0.0, search.information(one) - best) for one in (found.chosen, *found.near)}


def run(search: Search, how: str) -> Found:
    """The search of that name."""
    return {"main": main, "stepwise": stepwise, "all": over_all}[how](search)
