"""How many people are on no list: the figure, its interval, the way to it, and what it takes for granted.

Multiple-systems estimation over incomplete lists (docs/explanation/hidden-population.md). `estimate` gives the figure
with the interval of its model; `Hidden.bootstrap` repeats the choice of the model and is slower (seconds).
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tumpeang.statistics.figures import Figure, Interval
from tumpeang.statistics.hidden import fitting, ranges
from tumpeang.statistics.hidden.fitting import Fit
from tumpeang.statistics.hidden.lists import Lists
from tumpeang.statistics.hidden.models import MAIN, TRIPLE, named
from tumpeang.statistics.hidden.ranges import Range
from tumpeang.statistics.hidden.search import CRITERIA, SEARCHES, Found, Search, Step, behind, run
from tumpeang.statistics.intervals import LEVEL, checked_level
from tumpeang.statistics.wording import Refused, Said, number, said, say

WIDE = 3.0  # an upper bound this many times the lower says little
POOR = 0.01  # below this p the best model does not fit
MOST_TIMES_KNOWN = 100.0
ASSUMED = ("closed", "matched", "chance", "dependence", "unlisted")


@dataclass(frozen=True)
class Hidden:
    """An estimated population: `total` people, of whom `lists.known` are known. Numbers of people, not rounded."""

    lists: Lists
    found: Found
    how: str
    criterion: str
    order: int
    interval: Range  # over the chosen model and those nearly as good: the one to print
    of_model: Range  # of the chosen model alone
    main_effects: float  # the total if all lists were independent
    warnings: tuple[Said, ...]

    @property
    def unseen(self) -> float:
        """People on no list."""
        return self.found.chosen.unseen

    @property
    def total(self) -> float:
        return self.lists.known + self.unseen

    @property
    def path(self) -> tuple[Step, ...]:
        return self.found.path

    @property
    def model(self) -> tuple[str, ...]:
        """The dependences of the chosen model, by the names of their lists."""
        return named(self.lists, self.found.chosen.terms)

    def figure(self, *, unit: str = "person", bounds: Range | None = None, **about: Any) -> Figure:
        """As a figure with its interval, rounded to whole people: the one printed, or `bounds` from the bootstrap."""
        within = bounds or self.interval
        if np.isinf(within.high):
            raise Refused(said("hidden.near-unbounded"))
        ends = (round(within.low), round(within.high))
        terms = ", ".join(self.model) or "independent lists"
        method = f"multiple-systems estimation, {self.how} by {self.criterion}: {terms}; interval: {within.method}"
        interval = Interval(*ends, level=Decimal(str(within.level)))
        return Figure(round(self.total), unit, interval=interval, method=method, counted=unit, **about)

    @cached_property
    def expected(self) -> NDArray[np.float64]:
        """Expected numbers of the seen histories, in the order of `lists.cells()`."""
        return fitting.confirmed(len(self.lists.names), self.lists.column(), self.found.chosen)

    def bootstrap(self, *, kind: str = "nonparametric", times: int = 300, seed: int = 1, level: float = LEVEL) -> Range:
        """Bounds that know of the choice of the model: it is chosen again for each drawing ("all": among the best)."""
        return ranges.bootstrap(
            self.lists.column(),
            self.unseen,
            self.expected,
            self._again,
            kind=kind,
            times=times,
            level=checked_level(level),
            seed=seed,
        )

    def _again(self, counts: NDArray[np.float64]) -> float:
        search = Search(len(self.lists.names), counts, criterion=self.criterion, order=self.order)
        if self.how == "all":
            chosen = search.best(self.found.pool)
            if chosen is None:
                raise Refused(said("hidden.no-maximum"))
        else:
            chosen = run(search, self.how).chosen
        return float(counts.sum()) + chosen.unseen

    def words(self, language: str = "en") -> str:
        """The figure, its interval and model, what warns, and what it assumes: all that must be printed together."""
        lines = [self._figure(language), *self.told(language)]
        lines += [warning.words(language) for warning in self.warnings]
        lines.append(say("hidden.assumes", language))
        lines += [say(f"hidden.assumes.{what}", language) for what in ASSUMED]
        return "\n".join(lines)

    def _figure(self, language: str) -> str:
        return say(
            "hidden.figure",
            language,
            total=number(self.total, language),
            known=self.lists.known,
            lists=len(self.lists.names),
            low=number(self.interval.low, language),
            high=number(self.interval.high, language),
            level=number(self.interval.level * 100, language),
            main=number(self.main_effects, language),
        )

    def told(self, language: str = "en") -> list[str]:
        """The way to the model, a sentence a step."""
        lines = [say(f"hidden.search.{self.how}", language, criterion=self.criterion.upper().replace("AICC", "AICc"))]
        for step in self.path:
            lines.append(
                say(
                    f"hidden.step.{step.move}",
                    language,
                    term=" × ".join(self.lists.names[i] for i in step.term),
                    model=", ".join(named(self.lists, step.fit.terms)) or say("hidden.independent", language),
                    total=number(self.lists.known + step.fit.unseen, language),
                    information=number(step.information, language, 1),
                )
            )
        return lines


def estimate(
    lists: Lists, *, how: str = "stepwise", criterion: str = "bic", order: int = 2, level: float = LEVEL
) -> Hidden:
    """The population behind the lists. `how`: main, stepwise or all; `order`: 2 for pairs, 3 for triples too.

    Refused (`Refused`) where the lists cannot carry a figure; what merely weakens it stands in `warnings`.
    """
    if how not in SEARCHES or criterion not in CRITERIA or order not in {2, TRIPLE}:
        raise Refused(said("hidden.choices"))
    size, counts = len(lists.names), lists.column()
    search = Search(size, counts, criterion=criterion, order=order)
    found = run(search, how)
    chosen = found.chosen
    fitting.confirmed(size, counts, chosen)
    interval, of_model = ranges.over_models(size, counts, behind(search, found), level=checked_level(level))
    if np.isinf(of_model.high) or chosen.unseen > MOST_TIMES_KNOWN * lists.known:
        raise Refused(said("hidden.unbounded", model=", ".join(named(lists, chosen.terms)) or "-"))
    independent = fitting.fit(size, counts, [MAIN])[0]
    warnings = (*lists.notes, *_warnings(lists, found, interval, of_model))
    return Hidden(lists, found, how, criterion, order, interval, of_model, lists.known + independent.unseen, warnings)


def _warnings(lists: Lists, found: Found, interval: Range, of_model: Range) -> list[Said]:
    chosen, counts = found.chosen, lists.column()
    notes = []
    never = frozenset(term for term in chosen.terms if lists.on(*term) == 0)
    if never:
        notes.append(said("hidden.never", terms=", ".join(named(lists, never))))
    if set_aside := sum(found.set_aside.values()):
        notes.append(said("hidden.set-aside", count=set_aside))
    totals = [lists.known + one.unseen for one in found.near]
    if totals:
        low, high = min(totals), max(totals)
        key = "hidden.near" if low in of_model and high in of_model else "hidden.near-outside"
        notes.append(said(key, count=len(totals), low=(low, 0), high=(high, 0)))
    if np.isinf(interval.high):
        notes.append(said("hidden.near-unbounded"))
    elif interval.high > WIDE * interval.low:
        notes.append(said("hidden.wide", times=(interval.high / interval.low, 1)))
    if chosen.unseen < 1:
        notes.append(said("hidden.nobody"))
    if _misfit(counts, chosen) < POOR:
        pairs_only = len(lists.names) > TRIPLE and all(len(term) < TRIPLE for term in chosen.terms)
        notes.append(said("hidden.poor-pairs" if pairs_only else "hidden.poor"))
    return notes


def _misfit(counts: NDArray[np.float64], one: Fit) -> float:
    """p of the deviance against what the model leaves free; 1 where it leaves nothing."""
    df = len(counts) - one.effects
    return float(stats.chi2.sf(fitting.deviance(counts, one), df)) if df > 0 else 1.0
