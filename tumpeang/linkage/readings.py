"""One name part in whichever script: what is heard, and what is written. Pure functions."""

from functools import lru_cache

from tumpeang.linkage import foreign, khmer, reading_khmer, reading_latin
from tumpeang.linkage.syllables import Syllable


@lru_cache(maxsize=65536)
def heard(part: str) -> tuple[Syllable, ...]:
    """The syllables of one name part; () when it has no letter, or is in a script that nothing here can read."""
    if khmer.is_khmer(part):
        return reading_khmer.read(khmer.normal(part))
    return reading_latin.read(part) or reading_latin.read(foreign.in_latin(part))


def exact_form(part: str) -> str:
    """The letters of a part in its own script: no case, no accents on Latin letters, one order of Khmer signs."""
    if khmer.is_khmer(part):
        return khmer.normal(part)
    return reading_latin.plain(part) or khmer.in_order(khmer.folded(part))
