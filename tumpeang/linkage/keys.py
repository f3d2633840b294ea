"""Keys under which the spellings of one name meet. Pure functions; nothing is stored or hashed here.

A **part** is one word of a name, a **key** a short string; a part has several, and two parts may be the same name when
they share one. They are for finding candidates, never for deciding: 4 in 10 Latin spellings belong to several names.

| function       | keeps                                                      | same key                       |
|----------------|------------------------------------------------------------|--------------------------------|
| `part_keys`    | consonants; of one and n (CHAN) also the vowel, coarse     | SOK SOKH សុខ; DARA TARA ដារ៉ា   |
| `strict_keys`  | more consonants, n and ng apart, the vowel in four classes | SOK SOKH, not SAK              |
| `exact_key`    | letters, in the part's own script                          | Sok SOK                        |

Single parts must not be indexed, even hashed: whoever knows how frequent names are reads them back. `name_keys` gives
only composites: two parts, in either order, with or without the year of birth. Every key begins with its `VERSION`:
whenever a table here or in the readings changes what any part's key is, raise it, and index anew.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

from tumpeang.linkage.names import Name
from tumpeang.linkage.readings import exact_form, heard
from tumpeang.linkage.syllables import OPTIONAL, Syllable

VERSION = 1
MOST_READINGS = 4  # of one part; a letter that may be mute doubles them
FEWEST_TO_SHORTEN = 3
YEARS_AROUND = 1  # years of birth are often one off

_NEVER_INSIDE = frozenset("AHY")  # heard only where a word begins
_NOT_AT_END = frozenset("AHRSVY")  # hardly heard where a syllable ends
_R_LOST_AFTER = frozenset("KCTPS")  # SREY, SEY
_CROWDED = re.compile("[A-Z]N")  # a third of all names: CHAN, CHEN, CHHOEUN are told apart by their vowel
_COARSE = {"A": "a", "O": "a", "E": "e", "W": "w"}  # a and o are one: ថន is THAN and THORN


@lru_cache(maxsize=65536)
def part_keys(part: str) -> frozenset[str]:
    """The consonant skeletons of a part, crowded ones with the class of its first vowel; empty if nothing is heard."""
    sounds = heard(part)
    return frozenset(
        skeleton + vowel
        for skeleton in _readings(_skeleton(sounds))
        for vowel in ({_COARSE[v] for v in sounds[0].vowels or _COARSE} if _CROWDED.fullmatch(skeleton) else {""})
    )


@lru_cache(maxsize=65536)
def strict_keys(part: str) -> frozenset[str]:
    """Narrower than `part_keys`: n and ng apart, r kept after a consonant, the first vowel in four classes."""
    sounds = heard(part)
    return frozenset(
        reading + vowel.lower() for reading in _readings(_strict(sounds)) for vowel in sounds[0].vowels or _COARSE
    )


def vowel_classes(part: str) -> str:
    """The classes (`syllables.VOWELS`) of a part's first vowel; "" if nothing is heard."""
    sounds = heard(part)
    return sounds[0].vowels if sounds else ""


@lru_cache(maxsize=65536)
def exact_key(part: str) -> str:
    """The letters of a part in its own script; two scripts never meet here."""
    return exact_form(part)


def alike(one: str, other: str) -> bool:
    """Whether two parts share a key."""
    return bool(part_keys(one) & part_keys(other))


def name_keys(name: Name, birth_year: int | None = None, years_around: int = 0) -> dict[str, frozenset[str]]:
    """The composite keys of a name, by kind. The order of its parts does not matter.

    `pair`        two parts' skeletons
    `pair_strict` two parts' strict keys
    `pair_exact`  two parts' letters
    `pair_year`   `pair` with the year of birth; a name of one part has this alone
    `near_year`   the same, and `near` it, for slips of the finger: two such sets meet when the skeletons of one part
                  of three consonants differ by one letter, or those of two by the vowel

    Index with `years_around` 0, ask with `YEARS_AROUND`. Without a year the two last kinds are empty.
    """
    pairs = {pair for one, other in name.pairs() for pair in _pairs(part_keys(one), part_keys(other))}
    years = [birth_year + off for off in range(-years_around, years_around + 1)] if birth_year else []
    dated = pairs or {key for part in name.parts for key in part_keys(part)}
    exact = ((frozenset({exact_key(one)}), frozenset({exact_key(other)})) for one, other in name.pairs())
    strict = ((strict_keys(one), strict_keys(other)) for one, other in name.pairs())
    return {
        "pair": _marked(pairs),
        "pair_strict": _marked(pair for both in strict for pair in _pairs(*both)),
        "pair_exact": _marked(pair for both in exact for pair in _pairs(*both)),
        "pair_year": _marked(f"{key}|{year}" for key in dated for year in years),
        "near_year": _marked(f"{key}|{year}" for key in near(dated) for year in years),
    }


def near(pairs: Iterable[str]) -> frozenset[str]:
    """Pairs, and each with one part slipped: without its vowel, or one consonant short.

    Parts of two consonants are not shortened: what is left would be half of all names.
    """
    found = set(pairs)
    for pair in list(found):
        parts = pair.split("|")
        for at, part in enumerate(parts):
            found |= {_joined([*parts[:at], slipped, *parts[at + 1 :]]) for slipped in _slipped(part)}
    return frozenset(found)


def _slipped(part: str) -> list[str]:
    consonants = re.sub("[a-z]", "", part)
    if len(consonants) < FEWEST_TO_SHORTEN:
        return [consonants]
    return [consonants, *(consonants[:at] + consonants[at + 1 :] for at in range(len(consonants)))]


def _joined(parts: Iterable[str]) -> str:
    return "|".join(sorted(parts))


def _pairs(ones: frozenset[str], others: frozenset[str]) -> set[str]:
    return {_joined(both) for both in product(ones, others) if all(both)}


def _marked(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{VERSION}:{key}" for key in keys)


def _skeleton(row: tuple[Syllable, ...]) -> Iterator[str]:
    for at, syllable in enumerate(row):
        before = row[at - 1].coda if at else ()
        yield from _onset(syllable.onset, before, is_first=at == 0)
        closing = [sound for sound in syllable.coda[:1] if sound not in _NOT_AT_END]
        if syllable.coda[:1] == ("S",) and at < len(row) - 1:
            closing = ["S" + OPTIONAL]  # VEASNA, VEANA
        maybe = [sound for sound in syllable.coda[1:] if sound.endswith(OPTIONAL)]
        yield from ("N" if sound == "G" else sound for sound in closing + maybe)


def _onset(sounds: tuple[str, ...], before: tuple[str, ...], *, is_first: bool) -> Iterator[str]:
    for at, sound in enumerate(sounds):
        starts_word = is_first and at == 0
        if sound in _NEVER_INSIDE and not starts_word:
            continue
        if sound == "R" and at and sounds[at - 1][0] in _R_LOST_AFTER:
            continue
        if sound == "R" and not at and before and before[-1][0] in _R_LOST_AFTER:
            yield sound + OPTIONAL  # CHIT-RA, ចិ-ត្រា
        else:
            yield "N" if sound == "G" else sound


def _strict(row: tuple[Syllable, ...]) -> Iterator[str]:
    for at, syllable in enumerate(row):
        yield from (sound for sound in syllable.onset if sound not in _NEVER_INSIDE or at == 0)
        yield from (sound for sound in syllable.coda[:1] if sound not in _NOT_AT_END)


def _readings(sounds: Iterator[str]) -> list[str]:
    """Every way to read a row of sounds of which some may be mute; a letter after itself counts once."""
    found = [""]
    for sound in sounds:
        spoken = [reading if reading.endswith(sound[0]) else reading + sound[0] for reading in found]
        mute = found if sound.endswith(OPTIONAL) and len(found) < MOST_READINGS else []
        found = list(dict.fromkeys(mute + spoken))
    return [reading for reading in found if reading]


__all__ = ["VERSION", "alike", "exact_key", "name_keys", "near", "part_keys", "strict_keys", "vowel_classes"]
