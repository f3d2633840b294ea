"""Values as people type them into YAML, which takes 2013 for a number, yes for a truth and "1,066" for a text.

Names of values become words; counts become whole numbers. Whatever cannot is refused in words.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from tumpeang.statistics.disclosure.errors import DisclosureError


def mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DisclosureError(f"names with values are needed, such as {{sex: male}}, not {value!r}")
    return value


def word(value: object) -> str:
    """A name of a value as it was typed: YAML reads yes and no as true and false."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, list | tuple | set | Mapping):
        raise DisclosureError(f"{value!r} is no name of a value: put it in quotes if it is one")
    return str(value)


def values(name: object, listed: object) -> tuple[str, ...]:
    """The values of a dimension, each once."""
    if not isinstance(listed, list | tuple) or not listed:
        raise DisclosureError(f"{name}: its values are a list, such as [male, female]")
    read = tuple(word(value) for value in listed)
    if len(set(read)) < len(read):
        raise DisclosureError(f"{name} has a value twice")
    return read


def where(value: object) -> dict[str, str | Sequence[str]]:
    """Of whom a statement tells; nothing is everybody."""
    return {
        word(name): tuple(word(one) for one in chosen) if isinstance(chosen, list | tuple | set) else word(chosen)
        for name, chosen in (mapping(value) if value is not None else {}).items()
    }


def ends(given: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """(least, most) from `is`, `least`, `most` and `below`."""
    read = {name: whole(given[name]) for name in ("is", "least", "most", "below") if name in given}
    if "is" in read:
        if len(read) > 1:
            raise DisclosureError("`is` is the number itself: say no least, most or below with it")
        return read["is"], read["is"]
    if "below" in read:
        if "most" in read:
            raise DisclosureError("say `most` or `below`, not both")
        return read.get("least"), read["below"] - 1
    return read.get("least"), read.get("most")


def whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise DisclosureError(f"{value!r} is no whole number: write it in digits, without quotes or commas (1066)")
    return value


def step(value: object) -> Fraction:
    """What a print is rounded to."""
    try:
        read = Fraction(str(value))
    except (ValueError, ZeroDivisionError) as wrong:
        raise DisclosureError(f"`to` is a number above 0, not {value!r}") from wrong
    if read <= 0:
        raise DisclosureError(f"`to` is a number above 0, not {value!r}")
    return read


def as_printed(value: object) -> str:
    """The text as printed; a bare number in YAML has lost its decimals already."""
    if not isinstance(value, str):
        raise DisclosureError(f'put what was printed in quotes ("{value}"), its decimals count')
    try:
        finite = Decimal(value).is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        raise DisclosureError(f"{value} is no number: digits and a point only")
    return value
