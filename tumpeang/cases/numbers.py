"""The number of a case: year, serial and a check character, as 2026-00042-7. Pure.

The check character is that of ISO/IEC 7064, MOD 11-2: a single wrong digit, and two neighbouring digits exchanged, are
always found. It is a digit or X, so that the number can be said on the phone and typed in either language's digits.
"""

import re
from dataclasses import dataclass

_TEN = "X"
_SHAPE = re.compile(r"([0-9]{4})([0-9]{5,9})([0-9X])")
_FEWEST = 5  # digits of a serial, as printed


@dataclass(frozen=True)
class Number:
    year: int
    serial: int


def printed(year: int, serial: int) -> str:
    digits = f"{year:04d}{serial:0{_FEWEST}d}"
    return f"{digits[:4]}-{digits[4:]}-{check_character(digits)}"


def check_character(digits: str) -> str:
    """Of ISO/IEC 7064, MOD 11-2."""
    sum_ = 0
    for digit in digits:
        sum_ = (sum_ + int(digit)) * 2 % 11
    value = (12 - sum_) % 11
    return _TEN if value == 10 else str(value)  # noqa: PLR2004


def read(typed: str) -> Number | None:
    """What was typed, if it is a number of ours and no sign of it is wrong."""
    shape = _shape(typed)
    if shape is None or check_character(shape[1] + shape[2]) != shape[3]:
        return None
    return Number(int(shape[1]), int(shape[2]))


def is_mistyped(typed: str) -> bool:
    """It has the shape of a number, and a sign of it is wrong."""
    return _shape(typed) is not None and read(typed) is None


def _shape(typed: str) -> re.Match[str] | None:
    latin = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed)
    return _SHAPE.fullmatch(re.sub(r"[\s\-–./]", "", latin).upper())
