"""What is looked for: read from one box, or from a form about somebody. Pure; hashes nothing, opens nothing.

"Sok Dara 2012"   a name and a year        "ដារ៉ា ១៤"        one part of a name and an age
"dara 10-12"      a name and ages          "012 555 777"    a phone, and whatever else is written so
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tumpeang.linkage import keys, names
from tumpeang.linkage.names import Name
from tumpeang.linkage.records import Birth as Born
from tumpeang.linkage.records import Record
from tumpeang.people import birth, normal, tokens
from tumpeang.people.birth import Birth
from tumpeang.people.sheet import Contact, Fact, Identifier, Sheet
from tumpeang.people.sheet import Name as Named
from tumpeang.people.states import FactKind, Precision

LONGEST = 200
AROUND = 1  # years of birth are often one off
OLDEST = 100  # years, of whom no year is asked
# What each thing in common weighs for who is opened first: powers of two (postings.py).
EXACT, YEAR, YEAR_NEAR_BY, STRICT, SLIP, SLIP_NEAR_BY, LETTERS, ANY_YEAR = 128, 64, 32, 16, 8, 4, 2, 1
_BORN = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{4}|\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2}|(?:1[89]|20|21)\d\d|"
                   r"\d{1,2}(?:[-–]\d{1,2})?")  # fmt: skip
_BESIDE = frozenset(["age", "aged", "years", "year", "old", "born", "about", "around", "អាយុ", "ឆ្នាំ", "កើត", "ប្រហែល"])
_KHMER_AND_DIGITS = re.compile(r"(?<=[\u1780-\u17d3])(?=[0-9])|(?<=[0-9])(?=[\u1780-\u17d3])")


@dataclass(frozen=True)
class Filters:
    """What everybody found must fit, as far as it is known of them."""

    sex: str = ""
    province: int | None = None
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True)
class Asked:
    """`names`: each way in which the name is written. `values`: phones, numbers and the rest, exactly."""

    names: tuple[Name, ...] = ()
    birth: Birth | None = None
    sex: str = ""
    values: tuple[tokens.Value, ...] = ()
    filters: Filters = field(default_factory=Filters)

    @property
    def is_empty(self) -> bool:
        return not (self.names or self.values)

    @property
    def one_part(self) -> bool:
        """A name that no index holds: it can be looked for among opened records alone."""
        return bool(self.names) and not any(keys.name_keys(name)["pair_exact"] for name in self.names)

    @cached_property
    def record(self) -> Record:
        return Record(
            names=self.names,
            births=(Born(self.birth.first, self.birth.last, str(self.birth.precision)),) if self.birth else (),
            sex="" if self.sex == "unknown" else self.sex,
            phones=frozenset(":".join(one) for one in self.values if one[0] != tokens.IDENTIFIER),
            identifiers=frozenset(value for kind, value in self.values if kind == tokens.IDENTIFIER),
        )

    def groups(self, today: date) -> dict[int, frozenset[int]]:
        """The tokens to ask for, by what they weigh."""
        found: dict[int, set[tokens.Value]] = {EXACT: set(self.values)}
        for name in self.names:
            plain = keys.name_keys(name)
            _add(found, LETTERS, tokens.LETTERS, plain["pair_exact"])
            _add(found, STRICT, tokens.STRICT, plain["pair_strict"])
            _add(found, ANY_YEAR, tokens.NO_YEAR, plain["pair"])
            self._add_years(found, name, today)
        return tokens.asked(found)

    def _add_years(self, found: dict[int, set[tokens.Value]], name: Name, today: date) -> None:
        if not plain_pairs(name):
            return
        if self.birth is None or self.birth.last.year - self.birth.first.year >= tokens.MOST_YEARS:
            around = OLDEST // 2
            _add(found, ANY_YEAR, tokens.YEAR, keys.name_keys(name, today.year - around, around)["pair_year"])
            return
        first, last = self.birth.first.year, self.birth.last.year
        for year in range(first - AROUND, last + AROUND + 1):
            dated, inside = keys.name_keys(name, year), first <= year <= last
            _add(found, YEAR if inside else YEAR_NEAR_BY, tokens.YEAR, dated["pair_year"])
            slipped = dated["near_year"] - dated["pair_year"]
            _add(found, SLIP if inside else SLIP_NEAR_BY, tokens.YEAR, slipped)


def plain_pairs(name: Name) -> frozenset[str]:
    return keys.name_keys(name)["pair"]


def of_text(typed: str, *, today: date, filters: Filters | None = None) -> Asked:
    """What was typed into the one box."""
    latin = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed[:LONGEST])
    words = _KHMER_AND_DIGITS.sub(" ", latin).split()
    numbers = [word for word in words if any(sign.isdigit() for sign in word)]
    born = next((found for word in numbers if (found := _birth(word, today))), None)
    name = " ".join(word for word in words if word not in numbers and word.lower() not in _BESIDE and "@" not in word)
    values = [*tokens.typed(latin), *(one for word in numbers for one in tokens.of_identifier(word))]
    return Asked(
        names=tuple(names.read(name)),
        birth=None if normal.phones(latin) else born,
        values=tuple(dict.fromkeys(values)),
        filters=filters or Filters(),
    )


def of_sheet(sheet: Sheet) -> Asked:
    """Somebody who is about to be written down."""
    births = [one for one in sheet.values if isinstance(one, Birth)]
    said = [one.value for one in sheet.values if isinstance(one, Fact) and one.kind == FactKind.SEX]
    values: list[tokens.Value] = []
    for one in sheet.values:
        if isinstance(one, Contact):
            values += tokens.of_contact(one.kind, one.value)
        if isinstance(one, Identifier):
            values += tokens.of_identifier(one.value)
    return Asked(
        names=tuple(dict.fromkeys(n for one in sheet.values if isinstance(one, Named) for n in names.read(one.name))),
        birth=min(births, key=lambda one: list(Precision).index(one.precision), default=None),
        sex=said[-1] if said else "",
        values=tuple(dict.fromkeys(values)),
    )


def _birth(word: str, today: date) -> Birth | None:
    if not _BORN.fullmatch(word):
        return None
    try:
        return birth.read(word, today=today)
    except birth.Unclear:
        return None


def _add(found: dict[int, set[tokens.Value]], weight: int, kind: str, values: frozenset[str]) -> None:
    found.setdefault(weight, set()).update((kind, value) for value in values)
