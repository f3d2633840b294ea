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
from tumpeang.statistics.units import Unit
from tumpeang.statistics.units import unit as unit_named
from tumpeang.statistics.wording import Said, said

if TYPE_CHECKING:
    from tumpeang.statistics.figures import Cell, Figure

SAME = ("definition", "place", "source")


def added(one: Figure, other: Figure) -> Figure:
    """Their sum. Raises `UnitsDiffer` with both units, or `NotAddable` with the reason."""
    _check_units(one, other)
    _check_numbers(one, other)
    for name in SAME:
        if getattr(one, name) != getattr(other, name):
            raise NotAddable.of(f"adding.{name}")
    if one.period != other.period:
        return _over_time(one, other)
    return _summed(one, other, cell=_joined_cell(one.cell, other.cell))


def _check_units(one: Figure, other: Figure) -> None:
    if (one.unit, one.counted) != (other.unit, other.counted):
        raise UnitsDiffer.of("adding.units", one=_thing(one), other=_thing(other))
    if not unit_named(one.unit).counted and one.unit != "percent":
        raise NotAddable.of("adding.measured", unit=unit_named(one.unit))


def _thing(figure: Figure) -> Unit | Said:
    """What it is, for a refusal: a count's unit, or "% of victims"."""
    unit = unit_named(figure.unit)
    if figure.counted in ("", figure.unit):
        return unit
    return said("adding.share", unit=unit, counted=unit_named(figure.counted))


def _check_numbers(one: Figure, other: Figure) -> None:
    if one.value is None or other.value is None:
        raise NotAddable.of("adding.no-value")
    if one.interval or other.interval:
        raise NotAddable.of("adding.estimates")
    if one.unit == "percent" and (one.denominator is None or one.denominator != other.denominator):
        raise NotAddable.of("adding.bases", one=one.denominator, other=other.denominator)


def _over_time(one: Figure, other: Figure) -> Figure:
    if one.unit == "percent" or one.cell != other.cell:
        raise NotAddable.of("adding.two-ways")
    if unit_named(one.unit).kind != "events":
        raise NotAddable.of("adding.beings", unit=unit_named(one.unit))
    period = one.period.joined(other.period) if one.period and other.period else None
    if period is None:
        raise NotAddable.of("adding.periods")
    return _summed(one, other, period=period)


def _joined_cell(one: Cell, other: Cell) -> Cell:
    """The cell of both together. Raises `NotAddable` unless they differ along one dimension, and there wholly."""
    first, second = dict(one), dict(other)
    different = [name for name in first | second if first.get(name) != second.get(name)]
    if len(different) != 1 or first.keys() != second.keys():
        if not different:
            raise NotAddable.of("adding.same")
        raise NotAddable.of("adding.dimensions", names=", ".join(different))
    (name,) = different
    if common := set(first[name]) & set(second[name]):
        raise NotAddable.of("adding.both", categories=", ".join(sorted(common)), name=name)
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
