"""What is compared: one person as one place has them, and the columns that a model's levels ask for. Pure data.

A `Record` may hold several values of a kind side by side. Its `columns` are what a model names: a set of short strings
each, worked out when first asked for. Two records agree in a column when the sets share a member; an empty set is
unknown, and unknown counts neither for nor against.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import combinations, pairwise, product

from tumpeang.linkage.keys import exact_key, near, part_keys, strict_keys
from tumpeang.linkage.names import Name
from tumpeang.linkage.readings import heard
from tumpeang.linkage.syllables import OPTIONAL

Column = frozenset[str]
Columns = Mapping[str, Column]
NOTHING: Column = frozenset()
PLACE_LEVELS = ("province", "district", "commune", "village")
BYTES = {0x1780 + at: chr(0x21 + at) for at in range(0x5E)}  # of Khmer letters and signs
WIDEST = 30  # years that an estimate may span and still say something
_USUAL = ("family", "given")  # parts of most names


@dataclass(frozen=True)
class Birth:
    """Between which days somebody was born, both included. `precision`: day, month, year or estimated."""

    first: date
    last: date
    precision: str


@dataclass(frozen=True)
class Record:
    """One person. Whatever is not known is left empty.

    `places`: codes down the gazetteer from the province, each as deep as known. `relations`: (kind, token of the other:
    an opaque id, or a key of their name). `own`: the token by which others name this person among their relations.
    """

    names: tuple[Name, ...] = ()
    births: tuple[Birth, ...] = ()
    sex: frozenset[str] | str = ""
    places: tuple[tuple[str, ...], ...] = ()
    phones: frozenset[str] = NOTHING
    identifiers: frozenset[str] = NOTHING
    relations: frozenset[tuple[str, str]] = frozenset()
    nationality: frozenset[str] | str = ""
    own: str = ""

    @cached_property
    def columns(self) -> Columns:
        return _Columns(self)


class _Columns(dict[str, Column]):
    """Columns of one record, each worked out once; many comparisons are decided before the dear ones are needed."""

    def __init__(self, record: Record) -> None:
        super().__init__()
        self._record = record

    def __missing__(self, column: str) -> Column:
        found = self[column] = COLUMNS[column](self._record)
        return found


# ---- names -------------------------------------------------------------------------------------------------------


def _of_names(read: Callable[[Name], Column]) -> Callable[[Record], Column]:
    def column(record: Record) -> Column:
        if len(record.names) == 1:
            return read(record.names[0])  # most have one name: nothing is copied
        return NOTHING.union(*map(read, record.names))

    return column


def _wholes(name: Name) -> list[tuple[str, ...]]:
    """All of a name's parts, or all with two written as one."""
    joined = [pair for pair in name.pairs() if len(name.parts) == 1 or len("".join(pair)) == len("".join(name.parts))]
    return list(dict.fromkeys([name.parts, *joined]))


def _some(name: Name) -> list[tuple[str, ...]]:
    """What is left of a name where parts are left out: at least two. SOK DARA may be SOK CHAN DARA, but CHAN SREY PICH
    is not CHAN SREY POV: what is left meets a whole name only."""
    pairs = list(name.pairs())
    fewer = list(combinations(name.parts, len(name.parts) - 1)) if len(name.parts) > len(_USUAL) else []
    return list(dict.fromkeys([*_wholes(name), *pairs, *fewer]))


def _letters(part: str) -> Column:
    return frozenset([exact_key(part)])


def _composed(
    keys_of_part: Callable[[str], Column], cut: Callable[[Name], list[tuple[str, ...]]]
) -> Callable[[Name], Column]:
    """Keys of parts, put together in one order."""

    def keys(name: Name) -> Column:
        if len(name.parts) == len(_USUAL):  # there is nothing to cut, and nothing to copy
            return _together(keys_of_part, name.parts)
        return NOTHING.union(*(_together(keys_of_part, parts) for parts in cut(name)))

    return keys


@lru_cache(maxsize=65536)
def _together(keys_of_part: Callable[[str], Column], parts: tuple[str, ...]) -> Column:
    return frozenset(["|".join(sorted(each)) for each in product(*map(keys_of_part, parts))])


_plain = _composed(part_keys, lambda name: [name.parts])


@lru_cache(maxsize=16384)
def _near(name: Name) -> Column:
    return near(_plain(name))  # a slip in two parts written as one would be half a name


@lru_cache(maxsize=16384)
def _parts(name: Name) -> Column:
    return NOTHING.union(*(part_keys(part) or _letters(part) for part in name.parts))


@lru_cache(maxsize=16384)
def _bigrams(name: Name) -> Column:
    """Every two sounds that follow each other in a part, its beginning and end among them; the same in every script."""
    return NOTHING.union(*(bigrams_of_part(part) for part in name.parts))


@lru_cache(maxsize=65536)
def bigrams_of_part(part: str) -> Column:
    sounds = [""]
    for syllable in heard(part):
        sounds += [*syllable.onset, syllable.vowels[:1].lower(), *syllable.coda]
    spoken = ["", *(sound for sound in sounds if sound and not sound.endswith(OPTIONAL)), ""]
    letters = spoken if len(spoken) > len(["", ""]) else ["", *exact_key(part), ""]
    return frozenset(f"{one or '_'}{other or '_'}" for one, other in pairwise(letters))


def _alone(name: Name) -> Column:
    return _parts(name) if len(name.parts) == 1 else NOTHING


def _written(script: str) -> Callable[[Name], Column]:
    """The letters of a whole name in one script, parts in one order, one byte a letter: not every engine that counts
    letters knows of longer ones."""
    return lambda name: frozenset(["".join(sorted(name.parts)).translate(BYTES)]) if name.script == script else NOTHING


# ---- birth, places and the rest ----------------------------------------------------------------------------------


def _of_days(read: Callable[[date], Iterable[str]]) -> Callable[[Record], Column]:
    """Of births known to the day."""
    return lambda record: frozenset(
        found for birth in record.births if birth.first == birth.last for found in read(birth.first)
    )


def _of_years(around: int, *, exact: bool) -> Callable[[Record], Column]:
    """Years of birth. `exact`: of births known to the year alone; else every year that an estimate allows."""

    widest = 0 if exact else WIDEST

    def years(record: Record) -> Column:
        spans = [(birth.first.year, birth.last.year) for birth in record.births]
        found = [_span(first - around, last + around) for first, last in spans if last - first <= widest]
        return found[0] if len(found) == 1 else NOTHING.union(*found)

    return years


@lru_cache(maxsize=4096)
def _span(first: int, last: int) -> Column:
    return frozenset(map(str, range(first, last + 1)))


def _years_alone(record: Record) -> Column:
    """Years of birth of which the day is not known."""
    return frozenset(
        str(birth.first.year)
        for birth in record.births
        if birth.first.year == birth.last.year and birth.first != birth.last
    )


def _with(keys: str, other: str) -> Callable[[Record], Column]:
    """Two columns as one: what a stolen table gives away by how often it is met, it gives away less of both."""
    return lambda record: frozenset(f"{key}|{value}" for key in record.columns[keys] for value in record.columns[other])


def _of_places(depth: int) -> Callable[[Record], Column]:
    return lambda record: frozenset("/".join(place[:depth]) for place in record.places if len(place) >= depth)


def _set(value: frozenset[str] | str) -> Column:
    return value if isinstance(value, frozenset) else frozenset([value] if value else [])


# each member of a column is in its wider one, too
WIDER = {column: f"{column}_some" for column in ("name_letters", "name_strict", "name_sounds")}
COLUMNS: dict[str, Callable[[Record], Column]] = {
    "name_letters": _of_names(_composed(_letters, _wholes)),
    "name_letters_some": _of_names(_composed(_letters, _some)),
    "name_strict": _of_names(_composed(strict_keys, _wholes)),
    "name_strict_some": _of_names(_composed(strict_keys, _some)),
    "name_sounds": _of_names(_composed(part_keys, _wholes)),
    "name_sounds_some": _of_names(_composed(part_keys, _some)),
    "name_near": _of_names(_near),
    "name_parts": _of_names(_parts),
    "name_alone": _of_names(_alone),
    "name_khmer": _of_names(_written("khmer")),
    "name_latin": _of_names(_written("latin")),
    "name_filter": _of_names(_bigrams),
    "birth_dates": _of_days(lambda day: [day.isoformat()]),
    "birth_days": _of_days(lambda day: [f"{day.month}-{day.day}"]),
    "birth_days_crossed": _of_days(lambda day: [f"{day.day}-{day.month}"]),
    "birth_day_parts": _of_days(lambda day: [f"m{day.month}", f"d{day.day}"]),
    "birth_years": _of_years(0, exact=True),
    "birth_years_alone": _years_alone,
    "birth_years_possible": _of_years(0, exact=False),
    "birth_years_around": _of_years(1, exact=False),
    **{level: _of_places(depth) for depth, level in enumerate(PLACE_LEVELS, 1)},
    "sex": lambda record: _set(record.sex),
    "nationality": lambda record: _set(record.nationality),
    "phones": lambda record: frozenset(record.phones),
    "identifiers": lambda record: frozenset(record.identifiers),
    "relations": lambda record: frozenset(f"{kind}|{other}" for kind, other in record.relations),
    "relatives": lambda record: frozenset(other for _, other in record.relations),
    "own": lambda record: _set(record.own),
    "name_strict_year": _with("name_strict_some", "birth_years"),
    "name_strict_year_alone": _with("name_strict_some", "birth_years_alone"),
    "name_strict_day": _with("name_strict_some", "birth_days"),
    "name_strict_commune": _with("name_strict_some", "commune"),
    "name_sounds_year": _with("name_sounds_some", "birth_years"),
    "name_sounds_around": _with("name_sounds_some", "birth_years_around"),
    "name_sounds_date": _with("name_sounds_some", "birth_dates"),
    "name_sounds_district": _with("name_sounds_some", "district"),
    "name_near_year": _with("name_near", "birth_years"),
    "name_part_date": _with("name_parts", "birth_dates"),
    "relations_year": _with("relations", "birth_years"),
}
