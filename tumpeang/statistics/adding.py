"""When two figures may be added: the same unit, and a sum that counts nobody twice and means something.

Two ways lead there. Parts of one table: same definition, period, place and source, and along exactly one dimension
their categories differ (males and females; not males here and perpetrators there). Or the same count of events over two
periods that touch. Persons, victims and cases are not added over periods: one may stand in both (see unique.py).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tumpeang.statistics import rounding
from tumpeang.statistics.errors import NotAddable, UnitsDiffer
from tumpeang.statistics.units import unit as unit_named

if TYPE_CHECKING:
    from tumpeang.statistics.figures import Cell, Figure

SAME = ("definition", "place", "source")


def added(one: Figure, other: Figure) -> Figure:
    """Their sum. Raises `UnitsDiffer` with both units, or `NotAddable` with the reason."""
    _check_units(one, other)
    _check_numbers(one, other)
    for name in SAME:
        if getattr(one, name) != getattr(other, name):
            raise NotAddable(
                f"two figures of {name} {getattr(one, name)!r} and {getattr(other, name)!r} may overlap: "
                "count both in one table, or bound their union with unique_in_lists"
            )
    if one.period != other.period:
        return _over_time(one, other)
    return _summed(one, other, cell=_joined_cell(one.cell, other.cell))


def _check_units(one: Figure, other: Figure) -> None:
    if (one.unit, one.counted) != (other.unit, other.counted):
        first, second = (f"{f.counted} ({f.unit})" if f.counted not in ("", f.unit) else f.unit for f in (one, other))
        raise UnitsDiffer(f"{first} and {second} cannot be added: they are not one thing")
    if not unit_named(one.unit).counted and one.unit != "percent":
        raise NotAddable(f"figures in {one.unit} are measured, not counted: their sum is no figure")


def _check_numbers(one: Figure, other: Figure) -> None:
    if one.value is None or other.value is None:
        raise NotAddable("one of the two has no value, so neither has the sum")
    if one.interval or other.interval:
        raise NotAddable("estimates are not added: the interval of a sum is not the sum of intervals")
    if one.unit == "percent" and (one.denominator is None or one.denominator != other.denominator):
        raise NotAddable(f"percentages of {one.denominator} and of {other.denominator} have no common base")


def _over_time(one: Figure, other: Figure) -> Figure:
    if one.unit == "percent" or one.cell != other.cell:
        raise NotAddable("figures of two periods that differ in more than the period")
    if unit_named(one.unit).kind != "events":
        raise NotAddable(
            f"the same {one.unit} may be counted in both periods: count them over the whole period, or bound them "
            "with unique_in_lists"
        )
    period = one.period.joined(other.period) if one.period and other.period else None
    if period is None:
        raise NotAddable("the two periods overlap, or leave days between them")
    return _summed(one, other, period=period)


def _joined_cell(one: Cell, other: Cell) -> Cell:
    """The cell of both together. Raises `NotAddable` unless they differ along one dimension, and there wholly."""
    first, second = dict(one), dict(other)
    different = [name for name in first | second if first.get(name) != second.get(name)]
    if len(different) != 1 or first.keys() != second.keys():
        said = "nothing" if not different else ", ".join(different)
        raise NotAddable(f"parts of one table differ along one dimension; these differ in {said}")
    (name,) = different
    if common := set(first[name]) & set(second[name]):
        raise NotAddable(f"both count {', '.join(sorted(common))} ({name})")
    return tuple((key, (*values, *second[key]) if key == name else values) for key, values in first.items())


def _summed(one: Figure, other: Figure, **changes: object) -> Figure:
    """Shares are added in their counts and rounded anew: rounded figures do not sum to the rounded sum."""
    if one.unit != "percent":
        total = (one.value or 0) + (other.value or 0)
        numerator = one.numerator + other.numerator if None not in (one.numerator, other.numerator) else None  # type: ignore[operator]
        return replace(one, value=total, numerator=numerator, **changes)  # type: ignore[arg-type]
    numerator = (one.numerator or 0) + (other.numerator or 0)
    decimals = max(_decimals(one.value), _decimals(other.value))
    value = rounding.share(numerator, one.denominator or 0, decimals)
    return replace(one, value=value, numerator=numerator, rounding=rounding.HALF_UP, **changes)  # type: ignore[arg-type]


def _decimals(value: Decimal | int | None) -> int:
    return -int(value.as_tuple().exponent) if isinstance(value, Decimal) else 0
