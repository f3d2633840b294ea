"""What this workshop refuses, one tree: every refusal says what was found and what to do instead."""

from typing import Any, Self


class StatisticsError(Exception):
    """The root: whoever calls the workshop may catch this one. `words("km")` says it to a reader of Khmer."""

    reason: Any = None  # a sentence (wording.Said), where it is said in both languages

    @classmethod
    def of(cls, key: str, /, **values: Any) -> Self:
        """The refusal that says the sentence `key` of reference/said/refusals.yaml."""
        from tumpeang.statistics.wording import said

        reason = said(key, **values)
        made = cls(reason.words("en"))
        made.reason = reason
        return made

    def words(self, language: str = "en") -> str:
        """The sentence in "en" or "km"; what is said to who writes declarations is English alone."""
        return str(self.reason.words(language)) if self.reason else str(self)


class FigureError(StatisticsError):
    """A figure that cannot be made, or two that cannot be joined."""


class UnknownUnit(FigureError):
    """A unit that reference/units.yaml does not know."""


class UnitsDiffer(FigureError):
    """Figures of different units were to be added: victims, cases and accused are not one thing."""


class NotAddable(FigureError):
    """One unit, but the sum would be of nothing: the populations overlap, or differ, or a part is not known."""


class SpecError(StatisticsError):
    """A declaration that cannot be read, or that says two things at once."""


class RowsError(StatisticsError):
    """Rows that are not what the declaration says they are."""


class MissingColumn(RowsError):
    """A declared column is not among the rows' columns."""


class UnexpectedValue(RowsError):
    """A value that the declaration does not name: a slip of the keyboard must not become a category."""


class RowsWithoutUnit(RowsError):
    """Rows that name no unit: a distinct count would lose them without a word."""


class WrongUnit(RowsError):
    """The rows say of themselves that they are rows of another unit."""


class TotalsDisagree(RowsError):
    """The parts do not sum to the total."""


class TooManyCells(SpecError):
    """A table of more cells than anybody can read or protect."""


class EngineMissing(StatisticsError):
    """The engine asked for is not installed here."""
