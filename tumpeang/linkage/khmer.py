"""Khmer script in one form: what looks the same is written the same. Pure functions.

Khmer is typed in the order of the hand, and one syllable can be typed in several orders, with signs that nobody sees.
`folded` keeps what a letter is, `in_order` puts the signs of each syllable into one order; `normal` is both, for text
with spaces. Sources: the Unicode Standard, chapter 16.4 (order of a syllable, deprecated letters); the look-alikes are
those met in the official gazetteer and in names.
"""

import re
import unicodedata
from functools import lru_cache

COENG = "\u17d2"
SHIFTERS = frozenset("\u17c9\u17ca")  # ៉ ៊: raise or lower the series of a consonant
ROBAT = "\u17cc"
# Written alike, or so seldom told apart that both are met in names.
LOOK_ALIKES = str.maketrans(
    {
        "\u17a3": "អ",  # deprecated letters
        "\u17a4": "អា",
        "\u17b2": "ឱ",
        "\u17d3": "\u17c6",
    }
)
LEFT_OUT = frozenset("\u17c8\u17cd\u17ce\u17cf")  # ៈ ៍ ៎ ៏: silent, often not typed
JOINED_VOWELS = (("\u17c1", "\u17b6", "\u17c4"), ("\u17c1", "\u17b8", "\u17be"))  # េ+ា = ោ, េ+ី = ើ

_RO = "រ"
_BASE = "\u1780-\u17b3"
_MARK = "\u17b6-\u17d1\u17d3\u17dd"
_UNIT = re.compile(f"{COENG}[{_BASE}]|[{_MARK}]|{COENG}")
_CLUSTER = re.compile(f"(?:{COENG}[{_BASE}]|[{_MARK}]|{COENG})+")
_KHMER = re.compile(f"[{_BASE}]")
# A shifter under a vowel that stands above is drawn like ុ, and so is often typed as ុ: សុី for ស៊ី.
_DRAWN_AS_U = re.compile("([\u1780-\u17a2])((?:\u17d2[\u1780-\u17a2])*)([\u17b7-\u17ba\u17be])\u17bb")
_LOWERED = frozenset("សហអប")  # these take ៊, all others ៉


def is_khmer(text: str) -> bool:
    """Whether any letter is Khmer."""
    return bool(_KHMER.search(text))


def folded(text: str, left_out: frozenset[str] = LEFT_OUT) -> str:
    """Letters, digits and Khmer signs alone: small letters, no accents, no `left_out`, Western digits."""
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(_kept(sign) for sign in small.translate(LOOK_ALIKES) if sign not in left_out)


def in_order(text: str) -> str:
    """Each syllable's signs in one order: subscripts (ro last), robat and shifters, vowels, other signs."""
    return _CLUSTER.sub(_ordered, text)


def normal(text: str) -> str:
    """One word in the form that `sounds` reads: folded, ordered, silent signs kept, ុ for a shifter mended. Idempotent.

    `normal("សុីន") == normal("ស៊ីន")`, `normal("ស្រ្តី") == normal("ស្ត្រី")`.
    """
    return _DRAWN_AS_U.sub(_with_shifter, in_order(folded(text, left_out=frozenset())))


@lru_cache(maxsize=4096)
def _kept(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    is_khmer_sign = "\u17b6" <= sign <= "\u17d3" or sign == "\u17dd"
    return sign if category[0] in "LN" or is_khmer_sign else ""


def _ordered(cluster: re.Match[str]) -> str:
    units = [_same_subscript(unit) for unit in _UNIT.findall(cluster[0]) if unit != COENG]
    marks = dict.fromkeys(units)  # a sign typed twice looks like one
    for first, second, both in JOINED_VOWELS:
        if first in marks and second in marks:
            del marks[first], marks[second]
            marks[both] = None
    return "".join(sorted(marks, key=_place_of_sign))


def _same_subscript(unit: str) -> str:
    return COENG + "ត" if unit == COENG + "ដ" else unit  # the two subscripts have one shape


def _place_of_sign(unit: str) -> tuple[int, str]:
    if unit[0] == COENG:
        # The typed order of subscripts is dropped: no two names of the gazetteer differ by it alone.
        return (1 if unit[1] == _RO else 0), unit
    return (2 if unit in SHIFTERS or unit == ROBAT else 3), unit


def _with_shifter(syllable: re.Match[str]) -> str:
    base, subscripts, vowel = syllable.groups()
    return base + subscripts + ("\u17ca" if base in _LOWERED else "\u17c9") + vowel
