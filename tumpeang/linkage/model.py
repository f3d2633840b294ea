"""A model of comparison as declared data: fields, their levels from best to worst, and how often each is met.

`m` is the chance that two records of one person reach just this level, `u` that two records of different persons do
(Fellegi and Sunter 1969); log2(m/u) is what reaching it weighs, in bits. What it takes to reach a level is said in four
words that any engine can carry out (`KINDS`), so nothing here belongs to one of them: `scoring` carries it out on two
records, `bulk` writes SQL of it, and settings for Splink. `model.yaml` is the model for persons.
"""

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import log2
from pathlib import Path
from typing import Any

import yaml

KINDS = {
    "shares": "the two columns share a member",
    "similar": "Jaro-Winkler similarity of two members is at least `limit`",
    "dice": "Dice similarity of two members, 64 hexadecimal digits read as sets of bits, is at least `limit`",
    "edits": "two members are at most `limit` letters apart, or one of the columns is empty",
}
UNKNOWN = "unknown"
LEAST, MOST = 1e-9, 1 - 1e-9


class BadModel(ValueError):
    """What is declared cannot be carried out."""


@dataclass(frozen=True)
class Test:
    """What two records must have in common. `columns`: one record's and the other's; where they differ, either way."""

    kind: str
    columns: tuple[str, str]
    limit: float = 0.0

    __test__ = False


@dataclass(frozen=True)
class Level:
    """`tests`: all must hold; with none it is what is left. `rarity`: the column whose shared members, if they are
    rare, weigh more."""

    name: str
    m: float
    u: float
    tests: tuple[Test, ...] = ()
    rarity: str = ""

    @property
    def weight(self) -> float:
        """Bits."""
        return log2(self.m / self.u)


@dataclass(frozen=True)
class Field:
    """`known`: a field is unknown where one of these columns is empty in one of the records."""

    name: str
    known: tuple[str, ...]
    levels: tuple[Level, ...]

    def place(self, level: str) -> int:
        return [each.name for each in self.levels].index(level)


@dataclass(frozen=True)
class Household:
    """What brothers, sisters and twins have in common says nothing of a child whose own name is another.

    `unless`: for each field the worst level that is still the person's own. Where one of these is missed, `fields` may
    still speak against, but no longer for. Where one is told of as a relative of the other, nothing speaks for one
    person: `related` is the column of one's own token and that of the tokens of others.
    """

    unless: tuple[tuple[str, str], ...]
    fields: frozenset[str]
    related: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Model:
    """`prior`: the chance that two records, taken at random, are of one person. `made`: when, and of how many.
    `blocks`: two records of thousands are compared when, for one of these rows, they share a member in each pair of
    columns (one's and the other's).

    Two models are the same if `dump` says the same of them.
    """

    name: str
    version: int
    prior: float
    fields: tuple[Field, ...]
    household: Household | None = None
    blocks: tuple[tuple[tuple[str, str], ...], ...] = ()
    made: tuple[tuple[str, str], ...] = ()

    def among(self, records: int) -> "Model":
        """The same for one record asked about among so many, of which one may be it."""
        return replace(self, prior=1 / (max(records, 1) + 1))

    def field(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)

    @property
    def start(self) -> float:
        """Bits before anything is compared."""
        return log2(self.prior / (1 - self.prior))


@cache
def persons() -> Model:
    """The model for persons, as it is shipped."""
    return load((Path(__file__).parent / "model.yaml").read_text(encoding="utf-8"))


def columns_named(model: Model) -> set[str]:
    """Every column that a model reads."""
    levels = [level for field in model.fields for level in field.levels]
    named = {column for level in levels for test in level.tests for column in test.columns}
    named |= {column for field in model.fields for column in field.known}
    named |= {level.rarity for level in levels if level.rarity}
    named |= {column for row in model.blocks for pair in row for column in pair}
    return named | set(model.household.related if model.household else ())


# ---- as YAML -----------------------------------------------------------------------------------------------------


def load(text: str) -> Model:
    """A model of its YAML. Raises BadModel."""
    said = yaml.safe_load(text)
    try:
        model = Model(
            name=str(said["model"]),
            version=int(said["version"]),
            prior=_chance(said["prior"]),
            fields=tuple(_field(name, entry) for name, entry in said["fields"].items()),
            household=_household(said.get("household")),
            blocks=tuple(tuple(_both(column) for column in row) for row in said.get("blocks", ())),
            made=tuple((str(key), str(value)) for key, value in said.get("made", {}).items()),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadModel(f"not a model: {error}") from None
    _check(model)
    return model


def dump(model: Model) -> str:
    """The YAML that `load` reads."""
    said: dict[str, Any] = {"model": model.name, "version": model.version, "prior": model.prior}
    if model.made:
        said["made"] = dict(model.made)
    if model.household:
        said["household"] = _household_said(model.household)
    if model.blocks:
        said["blocks"] = [[one if one == other else [one, other] for one, other in row] for row in model.blocks]
    said["fields"] = {
        field.name: {"known": list(field.known), "levels": [_level_said(level) for level in field.levels]}
        for field in model.fields
    }
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=120)


def _field(name: str, said: dict[str, Any]) -> Field:
    known = said["known"]
    levels = tuple(_level(entry) for entry in said["levels"])
    return Field(name, (known,) if isinstance(known, str) else tuple(known), levels)


def _level(said: dict[str, Any]) -> Level:
    tests = [_test(kind, entry) for kind in KINDS for entry in _listed(said, kind)]
    strange = set(said) - set(KINDS) - {"level", "m", "u", "rarity"}
    if strange:
        raise BadModel(f"level {said['level']}: what is {', '.join(sorted(strange))}?")
    return Level(said["level"], _chance(said["m"]), _chance(said["u"]), tuple(tests), said.get("rarity", ""))


def _listed(said: dict[str, Any], kind: str) -> list[Any]:
    entry = said.get(kind, [])
    return entry if isinstance(entry, list) else [entry]


def _test(kind: str, said: Any) -> Test:
    """`column`, or {columns: [one, other], limit: number}."""
    if isinstance(said, str):
        return Test(kind, (said, said))
    one, other = said.get("columns") or [said["column"]] * 2
    return Test(kind, (one, other), float(said.get("limit", 0)))


def _both(said: Any) -> tuple[str, str]:
    """`column`, or [one's, the other's]."""
    one, other = (said, said) if isinstance(said, str) else said
    return one, other


def _household(said: dict[str, Any] | None) -> Household | None:
    if not said:
        return None
    related = tuple(said.get("related", ()))
    return Household(tuple(said["unless"].items()), frozenset(said["fields"]), related)


def _household_said(household: Household) -> dict[str, Any]:
    said: dict[str, Any] = {"unless": dict(household.unless), "fields": sorted(household.fields)}
    return said | ({"related": list(household.related)} if household.related else {})


def _level_said(level: Level) -> dict[str, Any]:
    said: dict[str, Any] = {"level": level.name, "m": level.m, "u": level.u}
    for test in level.tests:
        same = test.columns[0] == test.columns[1]
        entry: Any = {"column": test.columns[0]} if same else {"columns": list(test.columns)}
        entry = entry | ({"limit": test.limit} if test.limit else {})
        said.setdefault(test.kind, []).append(test.columns[0] if same and not test.limit else entry)
    return said | ({"rarity": level.rarity} if level.rarity else {})


def _chance(said: Any) -> float:
    value = float(said)
    if not 0 <= value <= 1:
        raise BadModel(f"{said} is no chance")
    return min(max(value, LEAST), MOST)


def _check(model: Model) -> None:
    """A better level never weighs less than a worse one, the last takes what is left, and names are there."""
    for each in model.fields:
        weights = [level.weight for level in each.levels]
        if any(better < worse - 1e-9 for better, worse in pairwise(weights)):
            raise BadModel(f"{each.name}: a worse level weighs more than a better one")
        if [bool(level.tests) for level in each.levels] != [True] * (len(weights) - 1) + [False]:
            raise BadModel(f"{each.name}: the last level, and it alone, takes what is left")
    names = {field.name for field in model.fields} | {level.name for field in model.fields for level in field.levels}
    strange = [name for name in names | columns_named(model) if not name.isidentifier()]
    if strange:
        raise BadModel(f"not a name: {strange[0]}")
    if model.household:
        for name, level in model.household.unless:
            if level not in [known.name for each in model.fields if each.name == name for known in each.levels]:
                raise BadModel(f"there is no {name}.{level}")


__all__ = ["KINDS", "UNKNOWN", "BadModel", "Field", "Household", "Level", "Model", "Test", "dump", "load", "persons"]
