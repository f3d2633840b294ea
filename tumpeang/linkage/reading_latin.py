"""How Latin letters are read in names as Cambodians write them: tables, and where a letter is mute.

Any Latin writing is read with these rules, so a foreign name has a sound too; accents are dropped first. Source: the
rules of docs/explanation/names.md, counted on the tuning half of the name list.
"""

import re
import unicodedata

from tumpeang.linkage.syllables import OPTIONAL, Syllable

# longer spellings first
CONSONANTS = {
    "chh": "C", "tch": "C", "ch": "C", "tj": "C", "dj": "C", "zh": "C", "hs": "S", "kh": "K", "gh": "K",
    "ck": "K", "ng": "G", "nh": "N",
    "gn": "N", "ph": "P", "bh": "P", "th": "T", "dh": "T", "sh": "S",
    "b": "P", "c": "K", "d": "T", "f": "P", "g": "K", "h": "H", "j": "C", "k": "K", "l": "L", "m": "M", "n": "N",
    "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "v": "V", "w": "V", "x": "S", "y": "Y", "z": "S",
}  # fmt: skip
VOWELS = {
    "a": "A", "ea": "AE", "ia": "AE", "ie": "AE", "ai": "A", "ae": "AE", "eai": "AE", "i": "E",
    "e": "E", "ei": "E", "ee": "E",
    "o": "O", "u": "O", "ou": "O", "uo": "O", "oi": "O", "ui": "O", "eo": "EO", "oo": "O", "ao": "AO", "au": "AO",
    "oa": "AO", "oe": "WE", "eu": "WE",
}  # fmt: skip
_BY_PART = (("oeu", "W"), ("eou", "WO"), ("oue", "WO"), ("eu", "WE"), ("oe", "WE"))  # of longer runs: ROEUEN, REOUN
_BY_FIRST = {"a": "A", "e": "E", "i": "E", "o": "O", "u": "O"}
# what is mute, one after another; y is a vowel wherever no vowel follows it
MUTE = (
    (r"([^aeiou])\1+", r"\1"),  # doubled: SOKK, VANN
    (r"y(?![aeiou])", "i"),
    (r"(?<=[^aeiou])y(?=[aeiou])", "i"),
    (r"(?<=[aeiouy])h(?![aeiou])", ""),  # DARAH
    (r"(?<![aeiou])er(?![aeiou])", "eu"),  # CHERN, SER
    (r"(?<=[aeiou])r(?![aeiou])", ""),  # SORN, DARAR
    (r"c$", "ch"),  # PEC
    (r"(?<=[aeiou])g$", "ng"),  # HEG, a slip of the finger
)
# letters that accents do not explain
_LETTERS = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
_MAYBE_N = re.compile(r"(or|eur?)$")  # SOR is met for SORN, ROEU for ROEUN
_MAYBE_R = re.compile(r"(o|eu)r[yi]$")  # CHORY is ចយ, SORY is សុរី: the r may be mute
_SHORT_A = frozenset(
    ["A", "AE"]
)  # inside a word, ak and eak are often no more than a short vowel: CHAKRIYA, MEAKNOUROM
_TOKEN = re.compile("|".join(CONSONANTS) + "|[aeiou]+")


def plain(text: str) -> str:
    """Small letters a to z of a text without accents; whatever else is dropped. Idempotent."""
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS))
    return "".join(sign for sign in small if "a" <= sign <= "z")


def read(words: str) -> tuple[Syllable, ...]:
    """The syllables of Latin words, one after another; () when there is no letter."""
    return tuple(syllable for word in re.split(r"[\s\-]+", words) for syllable in _word(word))


def _word(word: str) -> list[Syllable]:
    letters = plain(word)
    maybe_r, maybe_n = bool(_MAYBE_R.search(letters)), bool(_MAYBE_N.search(letters))
    for mute, instead in MUTE:
        letters = re.sub(mute, instead, letters)
    onset: tuple[str, ...] = ()
    syllables: list[Syllable] = []
    for token in _TOKEN.findall(letters):
        if token[0] not in _BY_FIRST:
            onset += (CONSONANTS[token],)
        else:
            _open(syllables, onset, _vowels(token))
            onset = ()
    if onset:  # what is left closes the last syllable, or is all there is
        last = syllables.pop() if syllables else Syllable((), "")
        syllables.append(Syllable(last.onset or onset, last.vowels, last.coda + onset if last.onset else ()))
    if maybe_r and syllables[-1].onset == ("R",):
        syllables[-1] = Syllable(("R" + OPTIONAL,), syllables[-1].vowels)
    if maybe_n and syllables and not syllables[-1].coda:
        syllables[-1] = Syllable(syllables[-1].onset, syllables[-1].vowels, ("N" + OPTIONAL,))
    return syllables


def _vowels(letters: str) -> str:
    known = VOWELS.get(letters)
    return known or next((classes for part, classes in _BY_PART if part in letters), _BY_FIRST[letters[0]])


def _open(syllables: list[Syllable], onset: tuple[str, ...], vowels: str) -> None:
    """Begin a syllable; of several consonants between vowels the first closes the syllable before."""
    if syllables and len(onset) > 1:
        last = syllables.pop()
        closing = "K" + OPTIONAL if onset[0] == "K" and last.vowels in _SHORT_A else onset[0]
        syllables.append(Syllable(last.onset, last.vowels, (*last.coda, closing)))
        onset = onset[1:]
    syllables.append(Syllable(onset or ("A",), vowels))
