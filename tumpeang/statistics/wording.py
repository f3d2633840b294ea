"""What a result says, in Khmer and in English, from sentences kept as data (`reference/said/*.yaml`).

Plain string templates: this workshop knows no Django. A sentence names its values; numbers are put into the reader's
digits here and nowhere else, so that a translator changes one YAML and never a program.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tumpeang.statistics import printing
from tumpeang.statistics.errors import StatisticsError
from tumpeang.statistics.rounding import half_up
from tumpeang.statistics.units import Unit

LANGUAGES = ("km", "en")
_SAID = Path(__file__).parent / "reference" / "said"
_LEAST_P = 0.001  # below this a p value is printed as "< 0.001"
_SMALL_P = 0.01  # below this with four digits, so that 0.0099 is not printed as 0.010


@cache
def _sentences() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in sorted(_SAID.glob("*.yaml")):
        for key, both in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if set(both) != set(LANGUAGES) or key in found:
                raise ValueError(f"{path.name}: {key} wants one sentence in each of {LANGUAGES}")
            found[key] = both
    return found


def number(value: float | int, language: str = "en", decimals: int = 0) -> str:
    """A number as text, rounded half-up, in the reader's digits: 1,234.5 in English, ១.២៣៤,៥ in Khmer."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return printing.number(half_up(Decimal(str(value)), decimals), language)


def percent(share: float, language: str = "en", decimals: int = 1) -> str:
    """A share between 0 and 1 as per cent: 0.8125 gives 81.3 %."""
    return printing.number(half_up(Decimal(str(share)) * 100, decimals), language) + " %"


def p_value(p: float, language: str = "en") -> str:
    """ "p = 0.017", or "p < 0.001": never "p = 0.000"."""
    if p < _LEAST_P:
        return "p < " + number(_LEAST_P, language, 3)
    return "p = " + number(p, language, 3 if p >= _SMALL_P else 4)


def say(key: str, language: str = "en", /, **values: Any) -> str:
    """The sentence of that key with its values filled in. Whole numbers are grouped; format others with `number`."""
    shown = {
        name: number(value, language) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }
    return _sentences()[key][language].format(**shown)


def has(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in _sentences()


@dataclass(frozen=True)
class Said:
    """A sentence not yet put into a language: its key and its values, numbers as (value, decimals)."""

    key: str
    values: tuple[tuple[str, Any], ...] = ()

    def words(self, language: str = "en") -> str:
        shown = {}
        for name, value in self.values:
            if isinstance(value, Said | Unit):
                shown[name] = value.words(language)
            elif isinstance(value, tuple):
                shown[name] = number(value[0], language, value[1])
            else:
                shown[name] = value
        return say(self.key, language, **shown)


def said(key: str, **values: Any) -> Said:
    """A sentence to be said later. A float is given as (value, decimals)."""
    return Said(key, tuple(values.items()))


class Refused(StatisticsError, ValueError):
    """A figure is refused because it would mislead; `instead` names the function that would not."""

    def __init__(self, reason: Said, *, instead: str | None = None, because: Iterable[Said] = ()) -> None:
        super().__init__(reason.words("en") + (f" Use instead: {instead}." if instead else ""))
        self.reason = reason
        self.instead = instead
        self.because = tuple(because)

    def words(self, language: str = "en") -> str:
        """The reason, what led to it, and what to use, as sentences for a page."""
        parts = [self.reason.words(language), *(one.words(language) for one in self.because)]
        if self.instead:
            parts.append(say("instead", language, what=say(f"use.{self.instead}", language)))
        return " ".join(parts)
