"""What disclosure control refuses, each in a sentence that says what to do instead."""

from tumpeang.statistics.errors import StatisticsError


class DisclosureError(StatisticsError):
    """Bad input, or something that cannot be done safely."""


class TablesDisagree(DisclosureError):
    """Two tables print one cell with two values, or name one dimension in two ways."""


class CannotProtect(DisclosureError):
    """No set of suppressed cells protects what must be protected, given what has to stay printed."""


class CannotRound(DisclosureError):
    """No rounding to adjacent multiples keeps every total."""


class Contradiction(DisclosureError):
    """No table at all agrees with everything that was printed: a statement is wrong or misread."""


class TooLarge(DisclosureError):
    """More unknown cells than a search would end on."""
