"""How long things take, with the unfinished counted in (docs/explanation/durations.md).

A mean over closed cases alone is too short: the long ones are still open. Here an open case counts as far as it is
known: at least this long. Days are whole days; day 0 is the day of the beginning. On lifelines; what it leaves to us
(ties between ways out, the error of the restricted mean) is done here and said so.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import restricted_mean_survival_time
from numpy.typing import NDArray
from scipy import stats

from tumpeang.statistics.intervals import LEVEL, checked_level
from tumpeang.statistics.significance import Condition, Result
from tumpeang.statistics.wording import Refused, number, said, say

ENDED = "ended"  # the way out where none is named
FEW_AT_RISK = 10  # a curve over fewer is drawn, but says little
CROSSING = 0.05  # curves cross when each lies this far above the other somewhere
_ROUND = 1e-9
_TIE = 1e-6  # days: sets apart what ends on one day, in a fixed order
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Durations:
    """Days from beginning to end or, while open, to today; and the way out of each, None while open. Equal lengths."""

    days: tuple[int, ...]
    exits: tuple[str | None, ...]

    def __post_init__(self) -> None:
        if not self.days or len(self.days) != len(self.exits):
            raise Refused(said("durations.none"))
        if any(not isinstance(day, int | np.integer) or isinstance(day, bool) for day in self.days):
            raise Refused(said("durations.whole-days"))
        if min(self.days) < 0:
            raise Refused(said("durations.negative"))

    @property
    def n(self) -> int:
        return len(self.days)

    @property
    def open(self) -> int:
        """How many have not ended."""
        return sum(way is None for way in self.exits)

    @property
    def ended(self) -> NDArray[np.bool_]:
        return np.array([way is not None for way in self.exits])


@dataclass(frozen=True)
class Curve:
    """A share over days: of those still open (`what` "open") or of those that left by one way. Shares between 0 and 1.

    `days` begins with 0 and holds every day on which something ended; between them the share stays as it was.
    """

    what: str
    days: Floats
    share: Floats
    low: Floats
    high: Floats
    at_risk: NDArray[np.int64]
    n: int
    still_open: int
    level: float

    def at(self, day: float) -> float:
        """The share on that day. Refused beyond the longest duration seen, of which the curve knows nothing."""
        if not 0 <= day <= self.days[-1]:
            raise Refused(said("durations.beyond", day=(float(self.days[-1]), 0)))
        return float(self.share[np.searchsorted(self.days, day, side="right") - 1])

    @property
    def thin_from(self) -> float | None:
        """The first day on which fewer than ten are left to be seen."""
        thin = np.flatnonzero(self.at_risk < FEW_AT_RISK)
        return float(self.days[thin[0]]) if len(thin) else None


@dataclass(frozen=True)
class Typical:
    """A number of days with its bounds; None where it is not reached within what was seen. `kind`: median, mean."""

    kind: str
    days: float | None
    low: float | None
    high: float | None
    level: float
    n: int
    still_open: int
    until: float | None = None  # the day to which a restricted mean counts

    def words(self, language: str = "en") -> str:
        def shown(value: float | None) -> str:
            return say("durations.not-reached", language) if value is None else number(value, language)

        return say(
            f"durations.{self.kind}" if self.days is not None else "durations.median-open",
            language,
            days=shown(self.days),
            low=shown(self.low),
            high=shown(self.high),
            level=number(self.level * 100, language),
            n=self.n,
            open=self.still_open,
            until=shown(self.until),
        )


def from_dates(spells: Iterable[tuple[date, date | None, str | None]], *, until: date) -> Durations:
    """Durations from (began, ended or None, way out or None), looked at on the day `until`.

    What has no end is open and counts to `until`. Refused: an end before its beginning, anything after `until`, and a
    way out without a day, and what is no date (of a time, say first on which day it was there: `moment.date()`).
    """
    spells = list(spells)
    if any(not _is_day(day) for began, ended, _ in spells for day in (began, until if ended is None else ended, until)):
        raise Refused(said("durations.dates"))
    days, exits = [], []
    for began, ended, way in spells:
        if ended is None and way is not None:
            raise Refused(said("durations.exit-without-day"))
        last = ended or until
        if began > until or last > until:
            raise Refused(said("durations.future"))
        if last < began:
            raise Refused(said("durations.negative"))
        days.append((last - began).days)
        exits.append(None if ended is None else way or ENDED)
    return Durations(tuple(days), tuple(exits))


def _is_day(day: object) -> bool:
    return isinstance(day, date) and not isinstance(day, datetime)


def still_open(durations: Durations, *, level: float = LEVEL) -> Curve:
    """Share not yet ended by any way (Kaplan & Meier 1958), with log-log bounds (Greenwood's variance).

    One way out alone cannot be asked for here: taking the others as open would overstate it. Use `exits`.
    """
    fitted = _kaplan_meier(durations, level)
    bounds = fitted.confidence_interval_.to_numpy()
    return _curve("open", fitted, fitted.survival_function_.to_numpy()[:, 0], bounds, durations, level)


def _kaplan_meier(durations: Durations, level: float) -> KaplanMeierFitter:
    fitter = KaplanMeierFitter(alpha=1 - checked_level(level))
    return fitter.fit(np.array(durations.days, dtype=float), durations.ended)


def _curve(
    what: str, fitted: KaplanMeierFitter, share: Floats, bounds: Floats, durations: Durations, level: float
) -> Curve:
    table = fitted.event_table
    days = fitted.survival_function_.index.to_numpy(dtype=float)
    risk = table["at_risk"].reindex(days).to_numpy(dtype=np.int64)
    low, high = bounds[:, 0].astype(float), bounds[:, 1].astype(float)
    return Curve(what, days, share.astype(float), low, high, risk, durations.n, durations.open, level)


def median(durations: Durations, *, level: float = LEVEL) -> Typical:
    """The first day by which half have ended, with bounds from those of the curve (Brookmeyer & Crowley 1982)."""
    curve = still_open(durations, level=level)
    days, low, high = (_half(curve.days, share) for share in (curve.share, curve.low, curve.high))
    return Typical("median", days, low, high, level, durations.n, durations.open)


def _half(days: Floats, share: Floats) -> float | None:
    """The first day on which the share is a half or less; what floats make of a half counts as one."""
    below = np.flatnonzero(share <= 0.5 + _ROUND)
    return float(days[below[0]]) if len(below) else None


def restricted_mean(durations: Durations, *, until: int, level: float = LEVEL) -> Typical:
    """Mean days spent until day `until` at most: the area under the curve, from lifelines.

    Its standard error is Klein & Moeschberger's (2003, formula 4.5.2): each ending weighs with the square of the area
    that is left after it. Refused where `until` lies beyond what was seen.
    """
    fitted = _kaplan_meier(durations, level)
    if not 0 < until <= max(durations.days):
        raise Refused(said("durations.beyond", day=max(durations.days)))
    mean = float(restricted_mean_survival_time(fitted, t=until))
    half = float(stats.norm.ppf((1 + checked_level(level)) / 2)) * _error_of_mean(fitted, until)
    low, high = max(0.0, mean - half), min(float(until), mean + half)
    return Typical("mean", mean, low, high, level, durations.n, durations.open, float(until))


def _error_of_mean(fitted: KaplanMeierFitter, until: float) -> float:
    days = fitted.survival_function_.index.to_numpy(dtype=float)
    share = fitted.survival_function_.to_numpy()[:, 0]
    ends = np.append(days[1:], np.inf).clip(max=until)
    pieces = share * np.clip(ends - days, 0, None)
    after = np.cumsum(pieces[::-1])[::-1]  # area from each day to `until`
    table = fitted.event_table.reindex(days)
    died, risk = table["observed"].to_numpy(dtype=float), table["at_risk"].to_numpy(dtype=float)
    counts = (died > 0) & (risk > died) & (days <= until)
    weights = died[counts] / (risk[counts] * (risk[counts] - died[counts]))
    return float(np.sqrt((after[counts] ** 2 * weights).sum()))


def exits(durations: Durations, *, level: float = LEVEL) -> dict[str, Curve]:
    """For each way out the share that has left by it (Aalen & Johansen 1978): together with the open they make 1.

    What ends on one day is set apart by a millionth of a day in a fixed order, endings before those still open:
    the estimate is the same in any order, and lifelines would draw one by chance.
    """
    ways = sorted({way for way in durations.exits if way is not None})
    order = np.lexsort((np.arange(durations.n), ~durations.ended, np.array(durations.days)))
    times = np.array(durations.days, dtype=float)
    times[order] += min(_TIE, 0.4 / durations.n) * np.arange(1, durations.n + 1)
    codes = np.array([0 if way is None else ways.index(way) + 1 for way in durations.exits])
    whole = _kaplan_meier(durations, level)
    days = whole.survival_function_.index.to_numpy(dtype=float)
    found = {}
    for code, way in enumerate(ways, start=1):
        fitter = AalenJohansenFitter(alpha=1 - checked_level(level)).fit(times, codes, event_of_interest=code)
        places = np.searchsorted(fitter.cumulative_density_.index.to_numpy(), days + 0.5) - 1
        share = np.clip(fitter.cumulative_density_.to_numpy()[places, 0], 0.0, 1.0)
        bounds = _bounds_of_exit(fitter.confidence_interval_.ffill().to_numpy()[places], share)
        found[way] = _curve(way, whole, share, bounds, durations, level)
    return found


def _bounds_of_exit(both: Floats, share: Floats) -> Floats:
    """Lower and upper bound beside a share: lifelines names them the wrong way round, and gives none where one is left.

    Where there is none, the last that was known is kept; before the first there is nothing to bound but nothing.
    """
    known = np.where(np.isnan(both), share[:, None], both)
    found: Floats = np.stack([np.minimum(known.min(axis=1), share), np.maximum(known.max(axis=1), share)], axis=1)
    return found


def log_rank(groups: Sequence[Hashable], durations: Durations) -> Result:
    """Whether groups end at different speeds (log-rank, unweighted). n counts all, the open too.

    Curves that cross cancel each other out in this test: where two do, the result says so.
    """
    names = sorted(set(groups), key=str)
    if len(groups) != durations.n or len(names) < 2:  # noqa: PLR2004
        raise Refused(said("durations.groups"))
    parts = [_of_group(durations, groups, name) for name in names]
    if any(part.n == part.open for part in parts):
        raise Refused(said("durations.group-without-end"), instead="still_open")
    found = multivariate_logrank_test(np.array(durations.days), [names.index(g) for g in groups], durations.ended)
    conditions: tuple[Condition, ...] = ()
    if len(parts) == 2:  # noqa: PLR2004
        conditions = (Condition(said("durations.crossing"), not _cross(*parts)),)
    return Result(
        "log-rank",
        "unweighted",
        float(found.p_value),
        durations.n,
        float(found.test_statistic),
        len(names) - 1,
        conditions=conditions,
    )


def _of_group(durations: Durations, groups: Sequence[Hashable], name: Hashable) -> Durations:
    places = [i for i, group in enumerate(groups) if group == name]
    return Durations(tuple(durations.days[i] for i in places), tuple(durations.exits[i] for i in places))


def _cross(one: Durations, two: Durations) -> bool:
    first, second = still_open(one), still_open(two)
    last = min(first.days[-1], second.days[-1])
    days = [day for day in sorted({*first.days, *second.days}) if day <= last]
    apart = np.array([first.at(day) - second.at(day) for day in days])
    return bool(apart.max() > CROSSING and apart.min() < -CROSSING)
