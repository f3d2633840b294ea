"""When somebody was born, as far as it is known: a day, a month, a year, or what an age on a day allows. Pure.

Typed in either language's digits, the day before the month: 3/5/2012, 5/2012, 2012, ៣ ឧសភា ២០១២, 12, 10-12 years.
Whatever is known becomes a first and a last possible day, so that an age on any day is a matter of counting.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from tumpeang.people.states import Precision

OLDEST = 120  # years
_FIRST_YEAR = 1850
_MONTHS = {
    "មករា": 1, "កុម្ភៈ": 2, "កុម្ភះ": 2, "មីនា": 3, "មេសា": 4, "ឧសភា": 5, "មិថុនា": 6, "កក្កដា": 7, "សីហា": 8,
    "កញ្ញា": 9, "តុលា": 10, "វិច្ឆិកា": 11, "ធ្នូ": 12,
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
_MONTH_WORD = re.compile("|".join(f"{name}[a-z]*" for name in _MONTHS))
_BESIDE = re.compile(r"ថ្ងៃទី|ថ្ងៃ|ទី|ខែ|ឆ្នាំ|អាយុ|born|aged?|years?|old|about|around|ប្រហែល|កើត|\bin\b|\bon\b|[,.។]")
_AGES = re.compile(r"(\d{1,3})(?:\s*(?:-|–|to|or|ដល់|ឬ)\s*(\d{1,3}))?")
_PARTS = 3


class Unclear(ValueError):
    """What was typed is no birth date and no age. Carries nothing of it."""


@dataclass(frozen=True)
class Birth:
    """Between which days somebody was born, both included."""

    first: date
    last: date
    precision: Precision

    @property
    def kept(self) -> str:
        """As it is stored: ISO, as much as is known."""
        if self.precision == Precision.ESTIMATED:
            return f"{self.first.isoformat()}/{self.last.isoformat()}"
        length = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}[self.precision]
        return self.first.isoformat()[:length]


def kept(text: str) -> Birth:
    """What `Birth.kept` wrote."""
    first, slash, last = text.partition("/")
    if slash:
        return Birth(date.fromisoformat(first), date.fromisoformat(last), Precision.ESTIMATED)
    return _of(*(int(part) for part in text.split("-")))


def read(typed: str, *, today: date) -> Birth:
    """What was typed, a date or an age today. Raises Unclear."""
    text = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed).strip().lower()
    bare = " ".join(_BESIDE.sub(" ", re.sub(r"(?<=\d)\.(?=\d)", "/", text)).split())
    ages = _AGES.fullmatch(bare)
    birth = from_age(*_low_high(ages), on=today) if ages else _date(bare)
    if birth.first > today or birth.first.year < today.year - OLDEST - 1:
        raise Unclear
    return birth


def from_age(low: int, high: int, *, on: date) -> Birth:
    """When somebody was born who is between `low` and `high` years old on a day."""
    if not 0 <= low <= high <= OLDEST:
        raise Unclear
    return Birth(_years_before(on, high + 1) + timedelta(days=1), _years_before(on, low), Precision.ESTIMATED)


def age_on(birth: Birth, day: date) -> tuple[int, int]:
    """The least and the greatest age in whole years that somebody can have on a day. Never below nought."""
    return max(0, _age(birth.last, day)), max(0, _age(birth.first, day))


def _low_high(ages: re.Match[str]) -> tuple[int, int]:
    low = int(ages[1])
    return low, int(ages[2] or low)


def _date(text: str) -> Birth:
    numbered = _MONTH_WORD.sub(lambda match: f" {_month(match.group())} ", text)
    parts = [int(part) for part in re.split(r"[\s/-]+", numbered.strip()) if part.isdecimal()]
    if not parts or len(parts) > _PARTS or re.sub(r"[\d\s/-]", "", numbered):
        raise Unclear
    if len(str(parts[0])) != 4:  # noqa: PLR2004  the year stands first or last
        parts.reverse()
    try:
        return _of(*parts)
    except (ValueError, OverflowError):
        raise Unclear from None


def _month(word: str) -> int:
    return next(number for name, number in _MONTHS.items() if word.startswith(name))


def _of(year: int, month: int | None = None, day: int | None = None) -> Birth:
    if year < _FIRST_YEAR:
        raise Unclear
    if month is None:
        return Birth(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)
    if day is None:
        return Birth(date(year, month, 1), date(year, month, monthrange(year, month)[1]), Precision.MONTH)
    return Birth(date(year, month, day), date(year, month, day), Precision.DAY)


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _years_before(day: date, years: int) -> date:
    """The same day that many years before; the 28th where that year had no 29 February."""
    year = day.year - years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
