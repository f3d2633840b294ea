"""A typed name as its parts: titles dropped, second names told apart, either order. Pure functions.

Khmer names are written family name first, in Latin letters often the other way round, and no form can know which. So a
`Name` has parts in the order typed and gives its pairs without an order.

    read("Mr. SOK Dara")                ->  [Name(("sok", "dara"), "latin")]
    read("លោក សុខ ដារ៉ា ហៅ ណា")          ->  [Name(("សុខ", "ដារ៉ា"), "khmer"), Name(("ណា",), "khmer")]
    read("សុខ ដារ៉ា (Sok Dara)")         ->  one name in each script
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from tumpeang.linkage import foreign, khmer, reading_latin
from tumpeang.linkage.readings import exact_form


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Never part of a name, wherever they stand, when something else is left.
TITLES = _words(
    """mr mrs ms mister madam madame mme mlle monsieur dr doctor prof professor excellency oknha okhna okgna
    លោក លោកស្រី លោកជំទាវ លោកគ្រូ លោកតា លោកយាយ អ្នកស្រី អ្នកនាង អ្នកគ្រូ ឯកឧត្តម ឧកញ៉ា ឧកញ្ញ៉ា វេជ្ជបណ្ឌិត សាស្ត្រាចារ្យ ព្រះតេជគុណ ភិក្ខុ"""
)
# Titles and words for kin that are names too (កញ្ញា, LOK): dropped only in front, and only when two parts are left. What
# is often a name in front (SREY MOM, OM, TA, POU) does not stand here: a part too many costs less than one too few.
IN_FRONT = _words(
    """miss sir lady father sister bong yeay lok loak lork neak kanha kagna
    បង មីង យាយ ប្អូន គ្រូ ក្មេង កញ្ញា បណ្ឌិត អ្នក នាយ កុមារ កុមារា កុមារី យុវជន ព្រះអង្គ"""
)
ALSO = ("ហៅ", "ហៅថា", "aka", "a.k.a.", "a.k.a", "alias", "called", "known as")
# The most usual family names, to find the seam in a Khmer name typed without a space.
FAMILY_NAMES = _words(
    """សុខ ចាន់ ហេង គង់ ជា កែវ លី អ៊ុក សេង សាន ស៊ឹម ឡុង មាស ប៉ែន ពេជ្រ នួន ម៉ៅ ម៉ម អ៊ុំ អ៊ឹម ទេព ឈឹម ឈួន ឈុន ឈាង ផាន់ ភួង ភឿន យឹម
    យន់ យ៉ាន់ រស់ រ៉ុង វ៉ាន់ វង្ស សួន សឿន សោម ស៊ន ស៊ិន សំ សរ សៅ ហ៊ុន ហួត ហុង ឡេង ឡាយ អ៊ិន អ៊ាង អ៊ុង ខៀវ ខឹម ឃុន ង៉ែត ង៉ូវ ចេង ឆាយ
    ឆេង តាំង តាន់ ទូច ទិត្យ ធី ធឿន នី នុត នេត ប៊ុន ប៊ុត ប៉ុល ព្រំ ព្រាប មឿន មាន មុំ លឹម លាង លន់ វឿន ថន ថោង ដួង ដុំ ញឹម"""
)
MOST_PARTS = 6  # of what follows, nothing is read: it is no name

_SECOND = re.compile(
    r"[,;/|()\[\]\"“”«»=\n]|(?<!\S)(?:" + "|".join(re.escape(word) for word in ALSO) + r")(?!\S)", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s.·•‧・_\-]+")
_APOSTROPHES = re.compile("['’`´ʼ]")
# titles of which each word is a name: only with their dot, or together
_LONG_TITLE = re.compile(
    r"(?<!\w)(?:(?:h\.\s?e|hon|ven|rev)\.|(?:lok|loak|lork|neak)\s+(?:srey|ta|yeay|kru|chumteav)(?!\w)|(?:លោក|អ្នក)\s+ស្រី(?=\s))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Name:
    """One name. `parts` in the order typed; `script`: khmer, latin, one of `foreign.SCRIPTS`, or other."""

    parts: tuple[str, ...]
    script: str

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every two parts, and one end against the rest as one word: SOK CHAN DARA, SOK CHANDARA, CHANDARA SOK."""
        yield from combinations(self.parts, 2)
        if len(self.parts) > 2:  # noqa: PLR2004
            yield self.parts[0], "".join(self.parts[1:])
            yield "".join(self.parts[:-1]), self.parts[-1]
        if len(self.parts) == 1:
            yield from seams(self.parts[0])


def read(text: str) -> list[Name]:
    """The names in a text: one for each second name and each script, each once. [] when there is no letter."""
    found = []
    for piece in _SECOND.split(_LONG_TITLE.sub(" ", _APOSTROPHES.sub("", text))):
        words: dict[str, list[str]] = {}  # by script
        for form, script in map(_word, filter(_has_letter, _BETWEEN.split(piece))):
            if form:
                words.setdefault(script, []).append(form)
        for script, forms in words.items():
            found.append(Name(tuple(_without_titles(forms)[:MOST_PARTS]), script))
    return list(dict.fromkeys(found))


def _has_letter(word: str) -> bool:
    """A number that was typed as a name is not kept in a cache of words."""
    return any(map(str.isalpha, word))


@lru_cache(maxsize=65536)
def _word(word: str) -> tuple[str, str]:
    """The letters of one word and their script; of what has no letter, nothing."""
    clean = _clean(word)
    form = exact_form(clean)
    return form, script_of(clean) if form else ""


def script_of(word: str) -> str:
    """khmer, latin, a script that `foreign` reads, or other. The first letter decides."""
    if khmer.is_khmer(word):
        return "khmer"
    return "latin" if reading_latin.plain(word) else foreign.script_of(word) or "other"


def seams(part: str) -> Iterator[tuple[str, str]]:
    """A Khmer name typed as one word, cut after a usual family name: សុខដារ៉ា is សុខ ដារ៉ា."""
    for family in _FAMILIES:
        if _starts(part, family):
            yield family, part[len(family) :]


def _clean(word: str) -> str:
    return "".join(sign for sign in word if unicodedata.category(sign)[0] in "LM" or sign in "\u200d")


def _without_titles(words: list[str]) -> list[str]:
    named = [_unglued(word) for word in words if word not in _TITLES]
    while len(named) > 2 and named[0] in _IN_FRONT:  # noqa: PLR2004
        named = named[1:]
    return named or words


@lru_cache(maxsize=65536)
def _unglued(word: str) -> str:
    """A Khmer word without the title before it: លោកសុខ."""
    for title in _GLUED:
        if _starts(word, title):
            return word[len(title) :]
    return word


def _starts(word: str, beginning: str) -> bool:
    """Whether a Khmer word begins so, and at least one more syllable follows."""
    rest = word[len(beginning) :]
    return word.startswith(beginning) and len(rest) > 1 and "\u1780" <= rest[0] <= "\u17b3"


_TITLES = frozenset(exact_form(word) for word in TITLES)
_GLUED = tuple(sorted((title for title in _TITLES if khmer.is_khmer(title)), key=len, reverse=True))
_IN_FRONT = frozenset(exact_form(word) for word in IN_FRONT)
_FAMILIES = tuple(sorted({exact_form(word) for word in FAMILY_NAMES}))
