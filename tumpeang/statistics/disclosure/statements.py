"""Everything that was printed about one population, as data: counts, shares rounded as printed, ranges, and
sentences.

A publication is YAML; `dimensions` name the values between which everybody falls (add one for "not recorded" where
there were such):

    population: offenders arrested from 2003 to 2013
    dimensions: {role: [perpetrator, accomplice], sex: [male, female]}
    statements:
      - {count: {}, is: 288}                                        # a count; {} is everybody
      - {share: {sex: male}, printed: "81.3"}                       # percent of everybody; quoted: the decimals count
      - {share: {sex: male}, of: {role: accomplice}, printed: "30", to: 5}   # rounded to a multiple of 5
      - {all: {sex: male}, of: {role: perpetrator}, text: males account for all perpetrators}
      - {none: {sex: female}, of: {role: perpetrator}}
      - {count: {sex: female}, below: 60}                           # also: least, most; a hidden cell: {least: 1,
        below: 5}
      - {count: {sex: female}, printed: "50", to: 10}               # a rounded count
      - {more: {sex: male}, than: {sex: female}}

Several values may stand for one (`{nationality: [USA, FRA]}`). Each statement becomes sums over the unknown counts
of single combinations, in whole numbers: `share` with p printed in steps of u says (p - u/2) D <= 100 N < (p + u/2)
D, which is linear in the unknown N and the unknown D alike. Rounding is half up unless `rounding` says `down` (cut
off) or `either` (a tie may go both ways).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import ceil, floor, gcd
from typing import Any, Literal

import numpy as np
import yaml

from tumpeang.statistics.disclosure import natural
from tumpeang.statistics.disclosure.cells import Cell, Counts
from tumpeang.statistics.disclosure.errors import DisclosureError, TooLarge

Where = Mapping[str, str | Sequence[str]]
Kind = Literal["count", "share", "all", "none", "more"]
Rounding = Literal["half-up", "down", "either"]
KINDS: tuple[Kind, ...] = ("count", "share", "all", "none", "more")
ROUNDINGS: tuple[Rounding, ...] = ("half-up", "down", "either")
ENDS = frozenset({"is", "least", "most", "below"})
TOLD_BY: Mapping[Kind, frozenset[str]] = {  # what a statement of each kind may say beside whom it is about
    "count": ENDS | {"printed", "to", "rounding"},
    "share": frozenset({"printed", "to", "rounding"}),
    "all": frozenset(),
    "none": frozenset(),
    "more": frozenset(),
}
EVERY_WORD = TOLD_BY["count"] | {"of", "than"}
MOST_COMBINATIONS = 20_000


@dataclass(frozen=True)
class Line:
    """`least <= sum(counts) - weighed sums <= most` in whole numbers; `most` None: no end."""

    weights: Counts  # over combinations
    least: int | None
    most: int | None


@dataclass(frozen=True)
class Statement:
    """One thing that was printed. `where` is what it tells of, `of` within whom; see this file's head for the kinds."""

    kind: Kind
    where: Where
    of: Where = field(default_factory=dict)
    printed: str | None = None
    to: Fraction | None = None  # the step it is rounded to, where the decimals do not say it
    least: int | None = None
    most: int | None = None
    rounding: Rounding = "half-up"
    name: str = ""
    text: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any], number: int = 0) -> "Statement":
        """From YAML. Raises DisclosureError that names the statement by its number."""
        try:
            return cls._read(data, number)
        except DisclosureError as wrong:
            raise DisclosureError(f"statement {number + 1}: {wrong}") from wrong

    @classmethod
    def _read(cls, data: Mapping[str, Any], number: int) -> "Statement":
        given = {name: value for name, value in natural.mapping(data).items() if value is not None or name in KINDS}
        kinds = [kind for kind in KINDS if kind in given]
        if len(kinds) != 1:
            raise DisclosureError(f"one of {', '.join(KINDS)} must say what it tells")
        kind = kinds[0]
        within = "than" if kind == "more" else "of"
        unknown = set(given) - {kind, within, *TOLD_BY[kind], "name", "text"}
        if unknown & EVERY_WORD:
            raise DisclosureError(f"{', '.join(sorted(unknown))} cannot be said of `{kind}`")
        if unknown:
            raise DisclosureError(f"what is {', '.join(sorted(unknown))}?")
        if "printed" in given and set(given) & ENDS:
            raise DisclosureError(f"say `printed`, or {', '.join(sorted(set(given) & ENDS))}, not both")
        rounding = given.get("rounding", "half-up")
        if rounding not in ROUNDINGS:
            raise DisclosureError(f"rounding is {', '.join(ROUNDINGS)}, not {rounding}")
        least, most = natural.ends(given)
        return cls(
            kind,
            natural.where(given[kind]),
            natural.where(given.get(within)),
            natural.as_printed(given["printed"]) if "printed" in given else None,
            natural.step(given["to"]) if "to" in given else None,
            least,
            most,
            rounding,
            str(given.get("name", f"statement {number + 1}")),
            str(given.get("text", "")),
        )

    def to_data(self) -> dict[str, Any]:
        """As in YAML; `from_data` reads it back."""
        data: dict[str, Any] = {"name": self.name, self.kind: _plain(self.where)}
        if self.of:
            data["than" if self.kind == "more" else "of"] = _plain(self.of)
        if self.printed is not None:
            data["printed"] = self.printed
        if self.to is not None:
            data["to"] = str(self.to)
        data |= {name: end for name, end in (("least", self.least), ("most", self.most)) if end is not None}
        if self.rounding != "half-up":
            data["rounding"] = self.rounding
        return data | ({"text": self.text} if self.text else {})

    @property
    def step(self) -> Fraction:
        """What one unit of the print is: 1/10 for "81.3", or what `to` says."""
        if self.to is not None:
            return self.to
        exponent = Decimal(self.printed or "0").as_tuple().exponent
        return Fraction(1, 10 ** max(0, -int(exponent)))

    @property
    def ends(self) -> tuple[Fraction, Fraction, bool]:
        """(from, to, whether `to` itself belongs to it) of the value before it was rounded."""
        value, step = Fraction(self.printed or "0"), self.step
        if self.rounding == "down":
            return value, value + step, False
        return value - step / 2, value + step / 2, self.rounding == "either"


@dataclass(frozen=True)
class Publication:
    """What was printed about one population: `dimensions` (name -> values) and statements."""

    dimensions: Mapping[str, tuple[str, ...]]
    statements: tuple[Statement, ...]
    population: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Publication":
        """From YAML's data. Raises DisclosureError in words for what cannot be read."""
        given = natural.mapping(data)
        if "dimensions" not in given:
            raise DisclosureError("`dimensions` must name the values between which everybody falls")
        dimensions = {
            natural.word(name): natural.values(name, values)
            for name, values in natural.mapping(given["dimensions"]).items()
        }
        entries = given.get("statements") or []
        if not isinstance(entries, list | tuple):
            raise DisclosureError("`statements` is a list, each after a dash")
        statements = tuple(Statement.from_data(entry, number) for number, entry in enumerate(entries))
        return cls(dimensions, statements, str(given.get("population") or ""))

    @classmethod
    def from_yaml(cls, text: str) -> "Publication":
        try:
            return cls.from_data(yaml.safe_load(text))
        except yaml.YAMLError as wrong:
            raise DisclosureError(f"this is no YAML: {wrong}") from wrong

    def to_yaml(self) -> str:
        """To keep beside what was printed; `from_yaml` reads it back."""
        data = {
            "population": self.population,
            "dimensions": {name: list(values) for name, values in self.dimensions.items()},
            "statements": [statement.to_data() for statement in self.statements],
        }
        return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)

    def __post_init__(self) -> None:
        names = [statement.name for statement in self.statements]
        if len(set(names)) != len(names):
            raise DisclosureError("two statements have one name")
        if np.prod([len(values) for values in self.dimensions.values()], dtype=float) > MOST_COMBINATIONS:
            raise TooLarge("too many combinations: join values that no statement tells apart")
        for statement in self.statements:
            lines(self, statement)  # says at once what cannot be read

    @cached_property
    def combinations(self) -> tuple[tuple[str, ...], ...]:
        return tuple(product(*self.dimensions.values()))

    def picks(self, where: Where) -> Counts:
        """1 at the combinations that `where` tells of, else 0."""
        unknown = set(where) - set(self.dimensions)
        if unknown:
            raise DisclosureError(f"no such dimension: {', '.join(sorted(unknown))}")
        chosen = {}
        for name, value in where.items():
            chosen[name] = {value} if isinstance(value, str) else set(value)
            if not chosen[name] <= set(self.dimensions[name]):
                raise DisclosureError(f"{name} has no {', '.join(sorted(chosen[name] - set(self.dimensions[name])))}")
        names = list(self.dimensions)
        wanted = [(names.index(name), values) for name, values in chosen.items()]
        return np.array(
            [all(combo[at] in values for at, values in wanted) for combo in self.combinations], dtype=np.int64
        )

    def pick(self, name: Cell) -> Counts:
        return self.picks(dict(name))

    def with_statements(self, statements: Iterable[Statement]) -> "Publication":
        return replace(self, statements=tuple(statements))


def together(*publications: Publication) -> Publication:
    """Several publications about one population, as the reader of all of them has them."""
    first = publications[0]
    if any(dict(other.dimensions) != dict(first.dimensions) for other in publications):
        raise DisclosureError("publications that are read together name the same dimensions and values")
    told = [
        replace(statement, name=f"{other.population or number + 1}: {statement.name}")
        for number, other in enumerate(publications)
        for statement in other.statements
    ]
    return first.with_statements(told)


def lines(publication: Publication, statement: Statement) -> list[Line]:
    """A statement as sums over the counts of combinations."""
    part = publication.picks(statement.where)
    whole = publication.picks(statement.of)
    if statement.kind == "count":
        return [Line(part * whole, *_count_ends(statement))]
    if statement.kind == "all":
        return [Line(whole * (1 - part), 0, 0)]
    if statement.kind == "none":
        return [Line(whole * part, 0, 0)]
    if statement.kind == "more":
        return [Line(part - whole, 1, None)]
    if statement.printed is None:
        raise DisclosureError(f"{statement.name}: a share says what was printed, in quotes")
    low, high, closed = statement.ends
    some = Line(whole, 1, None)  # a share of nobody is never printed
    return [
        some,
        _share(part * whole, whole, low, strict=False),
        _share(-part * whole, -whole, high, strict=not closed),
    ]


def _share(part: Counts, whole: Counts, end: Fraction, *, strict: bool) -> Line:
    """100 part >= end whole, or > when strict, with the smallest whole weights that say it."""
    weights = 100 * end.denominator * part - end.numerator * whole
    common = gcd(*(int(weight) for weight in weights)) or 1
    return Line(weights // common, 1 if strict else 0, None)


def _count_ends(statement: Statement) -> tuple[int | None, int | None]:
    if statement.printed is None:
        if statement.least is None and statement.most is None:
            raise DisclosureError(f"{statement.name}: a count says `is`, `printed`, `least`, `most` or `below`")
        return 0 if statement.least is None else int(statement.least), None if statement.most is None else int(
            statement.most
        )
    low, high, closed = statement.ends
    return max(0, ceil(low)), floor(high) if closed else ceil(high) - 1


def printed_as(statement: Statement, value: Fraction, step: Fraction) -> Statement:
    """The statement as it would be printed for a value, rounded half up to a multiple of `step`."""
    steps = (value / step + Fraction(1, 2)).__floor__()
    digits = max(0, len(str(step.denominator)) - 1)
    text = str(Decimal(int(steps * step * 10**digits)).scaleb(-digits))
    return replace(statement, printed=text, to=step, least=None, most=None, rounding="half-up")


def _plain(where: Where) -> dict[str, str | list[str]]:
    return {name: value if isinstance(value, str) else list(value) for name, value in where.items()}
