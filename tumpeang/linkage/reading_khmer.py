"""How Khmer letters are read in names: tables, and the little grammar of which consonant closes a syllable.

Source of the tables: the two series of Khmer consonants and their vowels as in any primer; which spoken differences the
usual Latin spellings keep was counted on the tuning half of the name list (docs/explanation/names.md).
"""

import re
from dataclasses import dataclass, replace

from tumpeang.linkage.syllables import OPTIONAL, Syllable

LETTERS = {
    "K": "កខគឃ", "G": "ង", "C": "ចឆជឈ", "N": "ញណន", "T": "ដឋឌឍតថទធ", "P": "បផពភ", "M": "ម", "Y": "យ", "R": "រ",
    "L": "លឡ", "V": "វ", "S": "សឝឞ", "H": "ហ", "A": "អ",
}  # fmt: skip
# letters that are a whole syllable: onset, vowels, coda
WHOLE = {
    "ឥ": ("A", "E", ""), "ឦ": ("A", "E", ""), "ឧ": ("A", "O", ""), "ឨ": ("A", "O", "K"), "ឩ": ("A", "O", ""),
    "ឪ": ("A", "O", "V"), "ឫ": ("R", "WE", ""), "ឬ": ("R", "WE", ""), "ឭ": ("L", "WE", ""), "ឮ": ("L", "WE", ""),
    "ឯ": ("A", "E", ""), "ឰ": ("A", "AE", ""), "ឱ": ("A", "O", ""), "ឳ": ("A", "AO", ""),
}  # fmt: skip
# what stands after a consonant, without subscripts, shifters and silent signs
VOWEL_SIGNS = {
    "": "AO", "ា": "A", "ិ": "E", "ី": "E", "ឹ": "WE", "ឺ": "WE", "ុ": "O", "ូ": "O", "ួ": "O", "ើ": "W", "ឿ": "W",
    "ៀ": "AE", "េ": "E", "ែ": "E", "ៃ": "AE", "ោ": "O", "ៅ": "AO", "័": "AO",
}  # fmt: skip
BANTOC, SAMYOK, NIKAHIT, KILLED, YUUKALEA, VISARGA = "់", "័", "ំ", "៍", "ៈ", "ះ"
HARDLY_OPEN = frozenset(["ឿ", "ើ"])  # vowels that names seldom end with
HEARD = re.compile("[៉៊ំះៈ]")  # where one of these stands, a vowel is heard
SILENT = re.compile("[់៉៊៌៍៎៏ំះៈ៑៝]")
CLOSED_WITH_H = "ហ"  # ហ over a subscript only changes its sound: ហ្វ is f, ហ្គ is g
AS_F = "វ"
OPEN_ENDED = re.compile("[ះៃៅំ]")  # these end a syllable

_LETTER = {letter: sound for sound, letters in LETTERS.items() for letter in letters}
_NASALS = frozenset("GNM")
_GLIDES = frozenset("YRV")
_WEAK = frozenset("YRVS")  # at the end of a syllable seldom written in Latin
_INHERENT = ("AO",)
_CLUSTER = re.compile("([ក-ឳ])((?:្[ក-ឳ]|[\u17b6-\u17d1\u17dd])*)")


@dataclass(frozen=True)
class _Cluster:
    base: str
    below: str  # subscript letters, without coeng
    signs: str

    @property
    def vowel(self) -> str:
        return SILENT.sub("", self.signs)

    @property
    def bare(self) -> bool:
        """No vowel is written: it closes the syllable before it, or has the inherent vowel."""
        return self.base not in WHOLE and not self.vowel and not HEARD.search(self.signs)

    @property
    def sounds(self) -> tuple[str, ...]:
        if self.base == CLOSED_WITH_H and self.below:
            return tuple("P" if letter == AS_F else _LETTER.get(letter, "A") for letter in self.below)
        return tuple(_LETTER.get(letter, "A") for letter in self.base + self.below)


def read(word: str) -> tuple[Syllable, ...]:
    """The syllables of a Khmer word in `khmer.normal` form."""
    syllables: list[Syllable] = []
    takes_coda = False  # may the last syllable still be closed?
    waiting = _clusters(word)
    while waiting:
        cluster, *waiting = waiting
        if takes_coda and _stacked(cluster):
            tail = _Cluster(cluster.below[0], cluster.below[1:], cluster.signs)
            syllables[-1] = _closed(syllables[-1], (cluster.sounds[0],))
            takes_coda = False
            if not (tail.bare and _mute(tail, waiting)):
                waiting.insert(0, tail)
            elif waiting and cluster.sounds[0] in _NASALS:
                syllables[-1] = _closed(syllables[-1], (tail.sounds[0] + OPTIONAL,))  # អង្គពពេល
        elif takes_coda and _closes(cluster, waiting, written=syllables[-1].vowels not in _INHERENT):
            unsure = waiting and waiting[0].bare and cluster.sounds[0] in _WEAK
            syllables[-1] = _closed(syllables[-1], (cluster.sounds[0] + OPTIONAL,) if unsure else cluster.sounds)
            takes_coda = False
        elif syllables and syllables[-1].coda == ("M",) and cluster.bare and cluster.sounds == ("G",):
            syllables[-1] = replace(syllables[-1], coda=("G",))  # ំង is ng
        else:
            opened = _opened(cluster, waiting)
            if takes_coda and opened.onset[0] == "S" and len(opened.onset) > 1:
                opened = replace(opened, onset=("S" + OPTIONAL, *opened.onset[1:]))  # វាស្នា
            syllables.append(opened)
            takes_coda = not OPEN_ENDED.search(cluster.signs)
    return tuple(syllables)


def _clusters(word: str) -> list[_Cluster]:
    found = (
        _Cluster(base, "".join(re.findall("្([ក-ឳ])", marks)), re.sub("្[ក-ឳ]", "", marks))
        for base, marks in _CLUSTER.findall(word)
    )
    return [cluster for cluster in found if KILLED not in cluster.signs]


def _stacked(cluster: _Cluster) -> bool:
    """Stacks that are one syllable's end and the next one's beginning: ណ្ណ, ត្ថ, ន្ទ, ន្ល."""
    if not cluster.below or cluster.base == CLOSED_WITH_H:
        return False
    upper, lower = cluster.sounds[:2]
    return upper == lower or (upper in _NASALS and lower not in _GLIDES)


def _mute(tail: _Cluster, after: list[_Cluster]) -> bool:
    """The lower half of a stack without a vowel: heard only if a consonant follows that it can make a syllable with."""
    return not (after and after[0].bare and (len(after) == 1 or BANTOC in after[0].signs))


def _closes(cluster: _Cluster, after: list[_Cluster], *, written: bool) -> bool:
    """Whether a consonant ends the syllable before it. `written`: that syllable has a vowel sign."""
    if not cluster.bare or (cluster.sounds[-1] in "ML" and cluster.below):
        return False  # ថ្ម is heard wherever it stands
    if BANTOC in cluster.signs or not after:
        return True
    if _stacked(after[0]):
        return not written  # សុវណ្ណា: after a written vowel it begins the syllable that the stack closes
    # two bare consonants at the end are a syllable: ស្រយង់, កុសល, ពពក
    return not after[0].bare or (BANTOC not in after[0].signs and len(after) > 1)


def _closed(syllable: Syllable, sounds: tuple[str, ...]) -> Syllable:
    if sounds == ("G", "R"):
        sounds = ("G", "R" + OPTIONAL)  # ពង្រ is pongro
    return replace(syllable, coda=syllable.coda + sounds)


def _opened(cluster: _Cluster, after: list[_Cluster]) -> Syllable:
    coda = ("M",) if NIKAHIT in cluster.signs else ()
    if cluster.base in WHOLE:
        onset, vowels, closing = WHOLE[cluster.base]
        below = tuple(_LETTER.get(letter, "A") for letter in cluster.below)
        return Syllable((onset,), vowels, tuple(closing) + below + coda)
    vowels = VOWEL_SIGNS.get(cluster.vowel, VOWEL_SIGNS.get(cluster.vowel[:1], "AO"))
    if SAMYOK in cluster.signs and after and after[0].base == "យ":
        vowels = "AE"  # ័យ: CHAY, CHEY
    return Syllable(cluster.sounds, vowels, coda + _maybe(cluster, after))


def _maybe(cluster: _Cluster, after: list[_Cluster]) -> tuple[str, ...]:
    """What Latin spellings now and then write where no letter stands."""
    if YUUKALEA in cluster.signs or (VISARGA in cluster.signs and not after):
        return ("K" + OPTIONAL,)  # វីរៈ, វីរះ: VIRA, VIRAK
    if cluster.vowel in HARDLY_OPEN and not after:
        return ("N" + OPTIONAL,)  # ហឿ is met for ហឿន
    if cluster.bare and after and (after[0].base, after[0].below) == ("ស", "ម"):
        return ("K" + OPTIONAL,)  # រស្មី: REAKSMEY
    return ()
