"""A table, declared as data: what is counted, along what, of which rows, as a share of what. Saved as YAML.

Nothing here touches rows. A declaration that contradicts itself is refused when it is made (`SpecError`), not when
somebody believes its figures. The words of the file are those of `to_dict`; docs/explanation/tables.md shows one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tumpeang.statistics import plain, rounding, spec_file
from tumpeang.statistics.errors import SpecError
from tumpeang.statistics.periods import Period
from tumpeang.statistics.units import unit as unit_named

MISSING = "(missing)"  # nobody wrote it down
UNKNOWN = "(unknown)"  # somebody asked, and it is not known
NOT_KNOWN = (UNKNOWN, MISSING)
TRANSLATED = ("title", "definition", "place", "source", "denominator")  # what a reader sees, besides dimensions
PARTS_OF_A_DATE = ("year", "quarter", "month")
Scalar = str | int | bool


def as_text(value: Scalar) -> str:
    """Categories are text: 2015 and "2015" are one, and a truth is "true", as in a column of truths."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def several(name: str, value: Any, kind: type = object) -> tuple[Any, ...]:
    """What a declaration lists, as a tuple. Raises `SpecError` for a text alone, whose letters would be taken one by
    one, and for what is not of `kind`.
    """
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise SpecError(f"{name} lists several: ({value!r},), not {value!r}")
    listed = tuple(value)
    if strange := [entry for entry in listed if not isinstance(entry, kind)]:
        raise SpecError(f"{name} lists each a {kind.__name__}, not {strange[0]!r}")
    return listed


@dataclass(frozen=True)
class Dimension:
    """One way to divide the units: a column and what becomes of its values.

    `values` fixes the categories and their order; then another value is refused (`UnexpectedValue`), unless `rest`
    names the category that takes all others. `groups` joins values into categories. `by` divides dates: year, quarter
    or month.
    `unknown` lists the values that mean "asked, not known"; `missing` those that mean "not written down", besides null.
    `overlapping`: one unit may stand in several categories (forms of abuse), so their counts may sum to more than the
    total. `labels` are the categories' names by language.
    """

    column: str
    name: str = ""
    values: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rest: str = ""
    by: str = ""
    unknown: tuple[str, ...] = ("unknown",)
    missing: tuple[str, ...] = ()
    overlapping: bool = False
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.column)
        for name in ("values", "unknown", "missing"):
            object.__setattr__(self, name, tuple(map(as_text, several(name, getattr(self, name)))))
        groups = {as_text(name): tuple(map(as_text, several(name, of))) for name, of in self.groups.items()}
        object.__setattr__(self, "groups", groups)
        self._check()

    def _check(self) -> None:
        if self.by and self.by not in PARTS_OF_A_DATE:
            raise SpecError(f"{self.name}: a date is divided by {', '.join(PARTS_OF_A_DATE)}, not by {self.by!r}")
        if self.by and self.groups:
            raise SpecError(f"{self.name}: parts of a date are not grouped as well")
        grouped = [value for values in self.groups.values() for value in values]
        for said, values in (("groups", grouped), ("values", list(self.values))):
            if twice := {value for value in values if values.count(value) > 1}:
                raise SpecError(f"{self.name}: {', '.join(sorted(twice))} stands twice among the {said}")
        apart = {"unknown": self.unknown, "missing": self.missing, "a category": (*self.values, *grouped)}
        seen: dict[str, str] = {}
        for said, entries in apart.items():
            for value in entries:
                if seen.setdefault(value, said) != said:
                    raise SpecError(f"{self.name}: {value!r} is declared both {seen[value]} and {said}")
        if clash := {*self.categories, *grouped} & {*NOT_KNOWN}:
            raise SpecError(f"{self.name}: {', '.join(sorted(clash))} is kept for what is not known")

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that the declaration names, in order; empty where the rows decide."""
        named = [*self.values, *(group for group in self.groups if group not in self.values)]
        return tuple([*named, self.rest] if self.rest and self.rest not in named else named)

    @property
    def closed(self) -> bool:
        """No category but the declared ones may appear."""
        return bool(self.values or self.groups) and not self.rest

    @property
    def recoded(self) -> bool:
        """Several values may become one category, so the engine must join them before it counts."""
        return bool(self.groups or self.rest or self.by or self.missing or len(self.unknown) > 1)


@dataclass(frozen=True)
class Filter:
    """Rows that count: `among` values, `apart_from` values (null stays), within `first`..`last`, or (not) `missing`."""

    column: str
    among: tuple[Scalar, ...] = ()
    apart_from: tuple[Scalar, ...] = ()
    first: date | int | None = None
    last: date | int | None = None
    missing: bool | None = None

    def __post_init__(self) -> None:
        for name in ("among", "apart_from"):
            object.__setattr__(self, name, several(name, getattr(self, name)))
        said = [self.among, self.apart_from, self.first is not None or self.last is not None, self.missing is not None]
        if sum(map(bool, said)) != 1:
            raise SpecError(f"the filter on {self.column} says one thing: is, not, from and to, or missing")
        if len({isinstance(end, date) for end in (self.first, self.last) if end is not None}) > 1:
            raise SpecError(f"the filter on {self.column} goes from a day to a day, or from a number to a number")


@dataclass(frozen=True)
class Denominator:
    """What a share is of: all units of the table, or those in the same categories of the dimensions `within`.

    `known_only` leaves out of the base whoever's category is unknown or missing. `definition` says it in words, and is
    printed with the share.
    """

    definition: str
    within: tuple[str, ...] = ()
    known_only: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "within", several("within", self.within, str))
        if not self.definition.strip():
            raise SpecError("a denominator has a definition in words: of whom is the share?")


@dataclass(frozen=True)
class TableSpec:
    """A declared table. `unit` is what is counted (reference/units.yaml), never mixed.

    `unit_id` names the column that identifies a unit where rows are finer (several allegations of one victim): distinct
    units are counted; without it every row is one unit. `definition` says who is counted; `place`, `source` and
    `period` go into every figure; `period_column` is the date by which a row falls into the period. `translations`
    gives, by language, the words a reader sees: title, definition, place, source, denominator, names of dimensions.
    """

    name: str
    unit: str
    definition: str
    rows: tuple[Dimension, ...] = ()
    columns: tuple[Dimension, ...] = ()
    unit_id: str = ""
    filters: tuple[Filter, ...] = ()
    period: Period | None = None
    period_column: str = ""
    denominator: Denominator | None = None
    decimals: int = 1
    rounding: str = rounding.HALF_UP
    title: str = ""
    place: str = ""
    source: str = ""
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part, kind in (("rows", Dimension), ("columns", Dimension), ("filters", Filter)):
            object.__setattr__(self, part, several(part, getattr(self, part), kind))
        self._check()

    def _check(self) -> None:
        if not self.name.strip():
            raise SpecError("a table has a name: its figures are told by it")
        if not unit_named(self.unit).counted:
            raise SpecError(f"{self.name}: {self.unit!r} measures, it cannot be counted")
        if not self.definition.strip():
            raise SpecError(f"{self.name}: a table says in words whom it counts")
        names = [dimension.name for dimension in self.dimensions]
        if len(set(names)) != len(names):
            raise SpecError(f"{self.name}: two dimensions have one name: {', '.join(names)}")
        if bool(self.period_column) and self.period is None:
            raise SpecError(f"{self.name}: a period_column without a period")
        if self.rounding not in rounding.MODES:
            raise SpecError(f"{self.name}: rounding is one of {', '.join(rounding.MODES)}, not {self.rounding!r}")
        if not 0 <= self.decimals <= 6:  # noqa: PLR2004
            raise SpecError(f"{self.name}: shares have 0 to 6 decimals, not {self.decimals}")
        words = {*TRANSLATED, *names}
        if strange := {word for told in self.translations.values() for word in told} - words:
            raise SpecError(
                f"{self.name}: translations of {', '.join(sorted(strange))}, which is no word of this table"
            )
        self._check_base(names)

    def _check_base(self, names: list[str]) -> None:
        overlapping = [dimension.name for dimension in self.dimensions if dimension.overlapping]
        if overlapping and not self.unit_id:
            raise SpecError(f"{self.name}: {', '.join(overlapping)} may overlap only where unit_id tells units apart")
        if self.denominator is None:
            return
        if strange := set(self.denominator.within) - set(names):
            raise SpecError(f"{self.name}: the base is within {', '.join(sorted(strange))}, which is no dimension")
        if self.denominator.known_only and overlapping:
            raise SpecError(f"{self.name}: known_only has no meaning where {', '.join(overlapping)} overlaps")
        if self.rounding == rounding.KEEP_TOTAL and (overlapping or self.denominator.known_only):
            raise SpecError(f"{self.name}: {rounding.KEEP_TOTAL} keeps a total of parts; here the parts are not all")

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Rows, then columns: the order of a table's axes."""
        return (*self.rows, *self.columns)

    def word(self, name: str, language: str) -> str:
        """A text in that language, or as it was declared; `name` is one of TRANSLATED, or a dimension's name."""
        own = {word: getattr(self, word) for word in TRANSLATED[:-1]}
        own["denominator"] = self.denominator.definition if self.denominator else ""
        return self.translations.get(language, {}).get(name) or own.get(name, name)

    # ---- saving ----------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        return spec_file.written(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "TableSpec":
        """Raises `SpecError` for a key that it does not know, with the nearest that it knows."""
        return spec_file.read(data)

    def to_yaml(self) -> str:
        return plain.to_yaml(self.to_dict())

    @classmethod
    def from_yaml(cls, text: str) -> "TableSpec":
        return cls.from_dict(yaml.safe_load(text))

    @classmethod
    def load(cls, path: str | Path) -> "TableSpec":
        return cls.from_yaml(Path(path).read_text(encoding="utf-8"))
