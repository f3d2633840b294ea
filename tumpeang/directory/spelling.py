"""How a name is compared: keys of Khmer and Latin spellings. Pure functions, no Django.

`search_key`   the same for what looks the same: case, spaces, punctuation, accents, zero-width characters, kinds of
               digits, and the order in which a Khmer syllable's signs were typed do not count.
`sound_key`    coarser, for Latin only: the consonants as a Khmer ear hears them ("Toul Kork" = "Tuol Kouk").
`split_path`   "Aksar, Phnom Penh" and "ភូមិអក្សរ រាជធានីភ្នំពេញ" into their parts, smallest place first.
`split_kind`   "Krong Siem Reap" and "ខេត្តសៀមរាប" into the kind of place and the bare name.
"""

import re
import unicodedata

from tumpeang.linkage import khmer

KINDS = {
    "province": ("រាជធានី", "ខេត្ត", "province", "khet", "reachtheani"),
    "district": ("ក្រុង", "ស្រុក", "ខណ្ឌ", "district", "krong", "srok", "khan"),
    "commune": ("សង្កាត់", "ឃុំ", "commune", "sangkat", "khum"),
    "village": ("ភូមិ", "village", "phum"),
}
_KHMER_KINDS = {word: kind for kind, words in KINDS.items() for word in words if not word.isascii()}
_LATIN_KINDS = {word: kind for kind, words in KINDS.items() for word in words if word.isascii()}
_BEFORE_KIND = re.compile(rf"\s+(?={'|'.join(_KHMER_KINDS)})")

_NUMERALS = {
    "muoy": "1", "pir": "2", "bei": "3", "buon": "4", "pram": "5",
    "prammuoy": "6", "prampir": "7", "prambei": "8", "prambuon": "9", "dab": "10",
}  # fmt: skip
_HEARD = (
    ("chh", "C"), ("ch", "C"), ("ck", "k"), ("kh", "k"), ("ph", "p"), ("th", "t"), ("nh", "n"), ("ng", "n"),
    ("sh", "s"),
    ("b", "p"), ("d", "t"), ("f", "p"), ("g", "k"), ("j", "C"), ("q", "k"), ("w", "v"), ("x", "ks"), ("z", "s"),
)  # fmt: skip
_SHORTEST_SOUND = 3  # below it too many names sound alike


def clean_name(name: str) -> str:
    """A name as printed: without invisible characters, stray accents and doubled spaces."""
    visible = "".join(c for c in name if unicodedata.category(c) != "Cf" and c != "`")
    return re.sub(r"\(\s*(.*?)\s*\)", r"(\1)", " ".join(visible.split()))


def search_key(text: str) -> str:
    """The key under which a name is found; "" when the text holds no letter or digit. Idempotent."""
    return khmer.in_order(khmer.folded(text))


def sound_key(text: str) -> str:
    """The consonants of a Latin spelling as heard, digits for number words; "" if Khmer, or too short to tell."""
    words = re.findall(r"[a-z]+|\d+", _latin(text))
    sound = re.sub(r"(\D)\1+", r"\1", "".join(_heard(word) for word in words if word != "ti"))
    return sound if len(sound) >= _SHORTEST_SOUND else ""


def split_kind(name: str) -> tuple[str | None, str]:
    """The kind of place that the name says, and the name without it. (None, name) when it says none."""
    name = name.strip()
    for word, kind in _KHMER_KINDS.items():
        if name.startswith(word) and search_key(name[len(word) :]):
            return kind, name[len(word) :].strip()
    words = name.split()
    for at in (0, -1):
        kind_said = _LATIN_KINDS.get(words[at].casefold()) if len(words) > 1 else None
        if kind_said:
            return kind_said, " ".join(words[1:] if at == 0 else words[:-1])
    return None, name


def split_path(text: str) -> list[str]:
    """The parts of a typed place, in the order typed: split at commas, lines, slashes and before Khmer kind words."""
    parts = re.split(r"[,;/\n،、។|]", text)
    return [part.strip() for whole in parts for part in _BEFORE_KIND.split(whole.strip()) if search_key(part)]


def _latin(text: str) -> str:
    """Lower case without accents and apostrophes; "" when any of it is Khmer."""
    if re.search("[\u1780-\u17d3]", text):
        return ""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c) and c not in "'’")


def _heard(word: str) -> str:
    if word.isdigit():
        return word
    if word in _NUMERALS:
        return _NUMERALS[word]
    for written, heard in _HEARD:
        word = word.replace(written, heard)
    word = re.sub(r"(?<=[aeiouy])[rvh]+(?![aeiouyrvh])", "", word)  # mute at a syllable's end
    return re.sub("[aeiouy]", "", word)
