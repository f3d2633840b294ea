"""A period of days, both ends within it; an open end is None."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tumpeang.statistics import printing
from tumpeang.statistics.errors import SpecError


@dataclass(frozen=True)
class Period:
    """`Period(date(2015, 1, 1), date(2015, 12, 31))` is the year 2015.

    Raises `SpecError` where it ends before it begins.
    """

    first: date | None
    last: date | None

    def __post_init__(self) -> None:
        if self.first and self.last and self.first > self.last:
            raise SpecError(f"a period cannot end ({self.last}) before it begins ({self.first})")

    @classmethod
    def of_year(cls, year: int, last_year: int | None = None) -> "Period":
        return cls(date(year, 1, 1), date(last_year or year, 12, 31))

    def text(self, language: str = "en") -> str:
        return printing.span(self.first, self.last, language)

    def joined(self, other: "Period") -> "Period | None":
        """The one period that two make when the later begins on the day after the earlier's last; else None."""
        for early, late in ((self, other), (other, self)):
            if early.last and late.first and early.last + timedelta(days=1) == late.first:
                return Period(early.first, late.last)
        return None

    def to_dict(self) -> dict[str, str | None]:
        return {end: value.isoformat() if value else None for end, value in (("from", self.first), ("to", self.last))}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Period":
        """Reads ISO dates, or dates as YAML makes them."""
        return cls(_date(data.get("from")), _date(data.get("to")))


def _date(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
