"""How alike two names are written, where their keys are the same: for the order of a list, never a weight.

Of a million persons a hundred share two keys and a year of birth. Whoever types THOEURN THORN means ធឿន ថន before ធន
ធិន: a Khmer part is put into the Latin letters that passports usually have for it, and these are compared.

Source of the table: the two series of Khmer consonants and their vowels as in any primer, with the usual Latin spelling
of each in the tuning half of the name list (docs/explanation/names.md).
"""

import re
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import JaroWinkler

from tumpeang.linkage import foreign, khmer, reading_latin
from tumpeang.linkage.names import Name

_CLUSTER = re.compile("([ក-ឳ])((?:្[ក-ឳ])*)([\u17b6-\u17d1\u17dd]*)")
# letters: Latin at the beginning of a syllable; those of the second series have the second vowel of `_VOWELS`
_FIRST = {
    "ក": "k", "ខ": "kh", "ច": "ch", "ឆ": "chh", "ដ": "d", "ឋ": "th", "ត": "t", "ថ": "th", "ណ": "n", "ប": "b", "ផ": "ph",
    "ស": "s", "ហ": "h", "ឡ": "l", "អ": "",
}  # fmt: skip
_SECOND = {
    "គ": "k", "ឃ": "kh", "ង": "ng", "ជ": "ch", "ឈ": "chh", "ញ": "nh", "ឌ": "d", "ឍ": "th", "ទ": "t", "ធ": "th",
    "ន": "n", "ព": "p", "ភ": "ph", "ម": "m", "យ": "y", "រ": "r", "ល": "l", "វ": "v",
}  # fmt: skip
_WHOLE = {"ឥ": "e", "ឦ": "ey", "ឧ": "u", "ឩ": "ou", "ឪ": "ov", "ឫ": "roeu", "ឬ": "reu", "ឭ": "loeu", "ឮ": "leu",
          "ឯ": "e", "ឰ": "ai", "ឱ": "o", "ឳ": "au"}  # fmt: skip
_VOWELS = {
    "": ("or", "or"), "ា": ("a", "ea"), "ិ": ("e", "i"), "ី": ("ey", "y"), "ឹ": ("oeu", "eu"), "ឺ": ("eu", "eu"),
    "ុ": ("o", "u"), "ូ": ("o", "ou"), "ួ": ("uo", "uo"), "ើ": ("aeu", "oeu"), "ឿ": ("oeu", "oeu"), "ៀ": ("ea", "ea"),
    "េ": ("e", "e"), "ែ": ("e", "e"), "ៃ": ("ai", "ey"), "ោ": ("ao", "o"), "ៅ": ("au", "ov"), "ំ": ("am", "um"),
    "ាំ": ("am", "oam"), "ុំ": ("om", "um"), "ះ": ("as", "eas"), "័": ("a", "oa"),
}  # fmt: skip
_CUT_SHORT = ("a", "o")  # without a sign, closed by ់: CHAN, KONG
_CLOSING = {"ប": "b", "ខ": "k", "ឃ": "k", "ឌ": "t", "ដ": "t"}  # where they are read otherwise at the end
_TO_FIRST, _TO_SECOND, _SHORT = "៉", "៊", "់"


def likeness(one: Name, other: Name) -> float:
    """From 0 (nothing alike) to 1 (the same letters), in either order of the parts."""
    ours, theirs = sorted((_letters(one), _letters(other)), key=len)
    if not ours:
        return 0.0
    return sum(max(JaroWinkler.similarity(part, met) for met in theirs) for part in ours) / len(theirs)


def likest(names: tuple[Name, ...], others: tuple[Name, ...]) -> float:
    """Of any of these with any of those."""
    return max((likeness(one, other) for one, other in product(names, others)), default=0.0)


def _letters(name: Name) -> list[str]:
    return [_in_latin(part) for part in name.parts]


@lru_cache(maxsize=65536)
def _in_latin(part: str) -> str:
    return usual(part) if khmer.is_khmer(part) else reading_latin.plain(part) or foreign.in_latin(part)


def usual(word: str) -> str:
    """A Khmer word as it is usually written in Latin letters."""
    clusters = _CLUSTER.findall(khmer.normal(word))
    written, opened = "", False  # may the last syllable still be closed?
    for at, (base, below, signs) in enumerate(clusters):
        last = at + 1 == len(clusters)
        vowel = signs.replace(_TO_FIRST, "").replace(_TO_SECOND, "").replace(_SHORT, "")
        if opened and not vowel and base not in _WHOLE and (last or not _is_bare(clusters[at + 1])):
            written += _closing(base, below)
            opened = False
        else:
            closed_short = not last and _SHORT in clusters[at + 1][2]
            written += _open(base, below, signs, vowel, closed_short=closed_short)
            opened = vowel not in {"ំ", "ាំ", "ុំ", "ះ", "ៃ", "ៅ"}
    return written


def _is_bare(cluster: tuple[str, str, str]) -> bool:
    return not cluster[2].strip(_SHORT)


def _open(base: str, below: str, signs: str, vowel: str, *, closed_short: bool) -> str:
    if base in _WHOLE:
        return _WHOLE[base]
    under = below.replace(khmer.COENG, "")
    leads = next((letter for letter in reversed(base + under) if letter in _FIRST or letter in "គឃជឈទធពភដឌ"), base)
    second = _TO_SECOND in signs or (leads in _SECOND and _TO_FIRST not in signs)
    begins = "".join(_FIRST.get(letter, _SECOND.get(letter, "")) for letter in base + under)
    if base == "ប" and signs.startswith(_TO_FIRST):
        begins = "p" + begins[1:]
    if not vowel and closed_short:
        return begins + _CUT_SHORT[second]
    return begins + _VOWELS.get(vowel, _VOWELS.get(vowel[:1], ("", "")))[second]


def _closing(base: str, below: str) -> str:
    letter = _CLOSING.get(base, _FIRST.get(base, _SECOND.get(base, "")))
    return f"{letter}h" if below and letter == "t" else letter
