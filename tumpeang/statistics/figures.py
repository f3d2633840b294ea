"""A figure as a value: a number that cannot be parted from what it counts, of what, when, where, how and whence.

A bare 81.3 is a rumour. A `Figure` says: 81.3 percent, 234 of 288, of whom, in which period and place, by which
method, from which source. It is frozen, prints itself in English and Khmer, and refuses to be added to a figure of
another unit (`UnitsDiffer`), or where the sum would count somebody twice or mean nothing (`NotAddable`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import yaml

from tumpeang.statistics import adding, plain, printing, rounding
from tumpeang.statistics.errors import FigureError
from tumpeang.statistics.periods import Period
from tumpeang.statistics.units import unit as unit_named

Number = Decimal | int
# where a figure stands in its table: ((dimension, (categories...)), ...); only dimensions in which nothing stands twice
Cell = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Interval:
    """Two ends. `kind` is "confidence", with a `level` (0.95), or "bounds": certainly within, no level."""

    low: Number
    high: Number
    kind: str = "confidence"
    level: Decimal | None = Decimal("0.95")

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise FigureError(f"an interval cannot end ({self.high}) before it begins ({self.low})")
        if self.kind not in {"confidence", "bounds"} or (self.kind == "bounds") != (self.level is None):
            raise FigureError("an interval is 'confidence' with a level, or 'bounds' without one")

    def text(self, language: str = "en", unit: str = "") -> str:
        """10,000–13,000 (95 %), or 67–120 for certain bounds; with `unit`, 10,000–13,000 persons (95 %)."""
        ends = f"{printing.number(self.low, language)}–{printing.number(self.high, language)} {unit}".rstrip()
        if self.level is None:
            return ends
        level = (self.level * 100).normalize()
        return f"{ends} ({printing.number(level, language)} %)"


@dataclass(frozen=True)
class Figure:
    """One number with all that makes it one.

    `value` is None where there is none: a share of nothing, a cell withheld (`withheld` says why), or bounds alone
    (`interval`). `numerator` and `denominator` are counts of `counted`, the unit inside a share; for a count they are
    the count itself and None. `definition` is of whom or what; `cell` is where in its table the figure stands.
    """

    value: Number | None
    unit: str
    numerator: int | None = None
    denominator: int | None = None
    definition: str = ""
    period: Period | None = None
    place: str = ""
    method: str = ""
    source: str = ""
    counted: str = ""
    interval: Interval | None = None
    cell: Cell = ()
    withheld: str = ""
    rounding: str = field(default=rounding.HALF_UP)

    def __post_init__(self) -> None:
        unit_named(self.unit)
        if self.counted:
            unit_named(self.counted)
        if isinstance(self.value, float):
            raise FigureError("a figure's value is a Decimal or an int: a float cannot hold 81.3")
        if self.withheld and (self.value is not None or self.numerator is not None or self.interval is not None):
            raise FigureError("a withheld figure carries no number")
        if self.rounding not in rounding.MODES:
            raise FigureError(f"rounding is one of {', '.join(rounding.MODES)}, not {self.rounding!r}")

    # ---- making --------------------------------------------------------------------------------------------------

    @classmethod
    def count(cls, number: int, unit: str, **about: Any) -> "Figure":
        """A count of `unit`."""
        if not unit_named(unit).counted:
            raise FigureError(f"{unit!r} measures, it does not count")
        return cls(number, unit, numerator=number, counted=unit, **about)

    @classmethod
    def share(cls, numerator: int, denominator: int, counted: str, *, decimals: int = 1, **about: Any) -> "Figure":
        """The percentage `numerator` of `denominator`, counts of `counted`, half-up; of nothing, no value."""
        if not 0 <= numerator <= denominator:
            raise FigureError(f"{numerator} is no part of {denominator}")
        value = rounding.share(numerator, denominator, decimals)
        return cls(value, "percent", numerator, denominator, counted=counted, **about)

    # ---- adding --------------------------------------------------------------------------------------------------

    def __add__(self, other: object) -> "Figure":
        """The figure of both together, where that is one. Raises `UnitsDiffer` or `NotAddable`, saying why."""
        if not isinstance(other, Figure):
            return NotImplemented
        return adding.added(self, other)

    def __radd__(self, other: object) -> "Figure":
        """So that `sum(figures)` works: it begins with 0."""
        return self if other == 0 else NotImplemented

    # ---- printing ------------------------------------------------------------------------------------------------

    def text(self, language: str = "en") -> str:
        """The number with its unit: "81.3 %", "1,066 participants", "១.០៦៦ អ្នកចូលរួម"; "–" where there is none."""
        name = unit_named(self.unit).name(language, self.value)
        if self.value is not None:
            return f"{printing.number(self.value, language)} {name}".rstrip()
        return self.interval.text(language, name) if self.interval else "–"

    def sentence(self, language: str = "en") -> str:
        """The number with its base, its interval, its place and period: what must stand beside it in print."""
        parts = [self.text(language)]
        if self.denominator is not None and self.numerator is not None:
            parts.append(f"({self._of(language)})")
        if self.value is not None and self.interval:
            parts.append(f"[{self.interval.text(language)}]")
        where = ", ".join(part for part in (self.place, self.period.text(language) if self.period else "") if part)
        return " ".join(parts) + (f", {where}" if where else "")

    def _of(self, language: str) -> str:
        part, whole = (printing.number(n, language) for n in (self.numerator or 0, self.denominator or 0))
        name = unit_named(self.counted).name(language, self.denominator) if self.counted else ""
        return f"{part} of {whole} {name}".rstrip() if language == "en" else f"{part} ក្នុងចំណោម{name} {whole}"

    def __str__(self) -> str:
        return self.sentence()

    # ---- carrying ------------------------------------------------------------------------------------------------

    def with_(self, **changes: Any) -> "Figure":
        """The same figure with some fields changed."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON or YAML; decimals as text, so that no float comes between; empty fields left out."""
        data: dict[str, Any] = {
            "value": _plain(self.value), "unit": self.unit, "numerator": self.numerator,
            "denominator": self.denominator, "definition": self.definition,
            "period": self.period.to_dict() if self.period else None, "place": self.place,
            "method": self.method, "source": self.source, "counted": self.counted,
            "cell": {name: list(categories) for name, categories in self.cell}, "withheld": self.withheld,
            "rounding": self.rounding,
        }  # fmt: skip
        if self.interval:
            ends = {"low": _plain(self.interval.low), "high": _plain(self.interval.high)}
            data["interval"] = {**ends, "kind": self.interval.kind, "level": _plain(self.interval.level)}
        return {name: entry for name, entry in data.items() if entry not in (None, "", {})}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Figure":
        """The figure that `to_dict` wrote. Raises `FigureError` for a name that is no field."""
        known = dict(data)
        if unknown := set(known) - set(cls.__dataclass_fields__):
            raise FigureError(f"a figure has no {', '.join(sorted(unknown))}")
        if period := known.get("period"):
            known["period"] = Period.from_dict(period)
        if interval := known.get("interval"):
            level = interval.get("level")
            known["interval"] = Interval(
                _number(interval["low"]), _number(interval["high"]), interval["kind"], Decimal(level) if level else None
            )
        if "value" in known:
            known["value"] = _number(known["value"])
        known["cell"] = tuple((name, tuple(categories)) for name, categories in known.get("cell", {}).items())
        return cls(**{"value": None, **known})

    def to_yaml(self) -> str:
        return plain.to_yaml(self.to_dict())

    @classmethod
    def from_yaml(cls, text: str) -> "Figure":
        return cls.from_dict(yaml.safe_load(text))


def _plain(value: Number | None) -> int | str | None:
    return str(value) if isinstance(value, Decimal) else value


def _number(value: int | str) -> Number:
    try:
        return Decimal(value) if isinstance(value, str) else value
    except ArithmeticError:
        raise FigureError(f"{value!r} is no number") from None
