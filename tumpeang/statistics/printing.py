"""Numbers, dates and periods as words of a page, in English and in Khmer, each with its own digits and signs.

English: 12,345.6 and 1 January 2003. Khmer: ១២.៣៤៥,៦ and ១ មករា ២០០៣ (separators and months as in Unicode's CLDR).
Numbers are printed as they are: rounding is done before, once, where the figure is made.
"""

from datetime import date, timedelta
from decimal import Decimal

from babel.dates import format_date

KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
LANGUAGES = ("en", "km")


def number(value: Decimal | int, language: str = "en") -> str:
    """12345.60 as 12,345.60 or ១២.៣៤៥,៦០; trailing zeros stay: they say how exact the figure is."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    text = text.replace("-", "−")
    if _checked(language) == "km":
        return text.replace(",", " ").replace(".", ",").replace(" ", ".").translate(KHMER_DIGITS)
    return text


def day(value: date, language: str = "en") -> str:
    """1 January 2003, or ១ មករា ២០០៣."""
    text = format_date(value, format="d MMMM y", locale="en_GB" if _checked(language) == "en" else "km")
    return text.translate(KHMER_DIGITS) if language == "km" else text


def span(first: date | None, last: date | None, language: str = "en") -> str:
    """A period in words: 2015, 2003–2013, or its days; an open end says "until" or "since"."""
    since, until = ("since", "until") if _checked(language) == "en" else ("ចាប់ពី", "រហូតដល់")
    if first is None or last is None:
        known = first or last
        return f"{since if last is None else until} {day(known, language)}" if known else ""
    if (first.month, first.day) == (1, 1) and (last + timedelta(days=1)).timetuple()[1:3] == (1, 1):
        years = f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
        return years.translate(KHMER_DIGITS) if language == "km" else years
    if first == last:
        return day(first, language)
    return f"{day(first, language)} – {day(last, language)}"


def _checked(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"figures are printed in {' and '.join(LANGUAGES)}, not in {language!r}")
    return language
