"""Names in scripts other than Khmer and Latin, read into Latin letters where a table of letters is enough.

Cyrillic, Arabic and Hangul have one: what comes out is coarse, meant for keys and never for show. Chinese characters
and every other script have none: such a name is found only by its own letters, and by the Latin or Khmer spelling that
somebody writes beside it. Sources: ISO 9 and BGN/PCGN for Cyrillic and Arabic, simplified to what Cambodian offices
write; the Revised Romanization of Korean, with the family names as their bearers write them.
"""

import re
import unicodedata


def _words(text: str) -> list[str]:
    return ["" if word == "-" else word for word in text.split()]


SCRIPTS = {"cyrillic": "CYRILLIC", "arabic": "ARABIC", "hangul": "HANGUL", "chinese": "CJK", "thai": "THAI"}

CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ye", "ж": "zh", "з": "z", "и": "i",
    "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ы": "y", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
# Short vowels are not written: an a is put between two consonants, and the keys keep hardly any vowel.
ARABIC = {
    "ا": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z",
    "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ك": "k",
    "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "u", "ي": "i", "ة": "a", "ى": "a", "پ": "p", "چ": "ch", "گ": "g",
}  # fmt: skip
HANGUL_FIRST = _words("g kk n d tt r m b pp s ss - j jj ch k t p h")
HANGUL_VOWEL = _words("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
HANGUL_LAST = _words("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
KOREAN_FAMILIES = {
    "이": "lee",
    "박": "park",
    "최": "choi",
    "정": "jung",
    "우": "woo",
    "임": "lim",
    "유": "yoo",
    "노": "noh",
}


def script_of(text: str) -> str:
    """One of `SCRIPTS` by the first letter that has one; "" when none has."""
    names = (unicodedata.name(sign, "") for sign in unicodedata.normalize("NFKC", text) if sign.isalpha())
    first = next(names, "")
    return next((script for script, word in SCRIPTS.items() if first.startswith(word)), "")


def in_latin(text: str) -> str:
    """A word of Cyrillic, Arabic or Hangul in Latin letters; "" for every other script."""
    whole = unicodedata.normalize("NFKC", text).casefold()
    if script_of(whole) == "hangul":
        return KOREAN_FAMILIES.get(whole) or "".join(_hangul(sign) for sign in whole)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", whole) if not unicodedata.combining(sign))
    if script_of(whole) == "arabic":
        letters = "|".join(ARABIC.get(sign, "") for sign in bare)
        return re.sub(r"(?<=[^aiu|])\|+(?=[^aiu|])", "a", letters).replace("|", "")
    return "".join(CYRILLIC.get(sign, "") for sign in bare)


def _hangul(sign: str) -> str:
    number = ord(sign) - 0xAC00
    if not 0 <= number < 19 * 21 * 28:
        return ""
    first, rest = divmod(number, 21 * 28)
    return HANGUL_FIRST[first] + HANGUL_VOWEL[rest // 28] + HANGUL_LAST[rest % 28]
