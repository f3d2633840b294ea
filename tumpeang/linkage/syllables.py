"""One name part as syllables, the same for both scripts: what is left when spelling is taken away. Pure data.

    heard("សុខ") == heard("Sokh") == (Syllable(onset=("S",), vowels="O", coda=("K",)),)

A consonant is one letter of `CONSONANTS`; with "?" behind it, it may be unspoken. Vowels are classes, one letter each;
where a spelling is read in several ways it has several. Which letters sound alike is declared in two tables: Khmer in
`reading_khmer`, Latin in `reading_latin`; `readings` chooses between them. They follow how Cambodian names are written
in passports and registers, no scholarly system: aspirated and plain stops are one (SOK, SOKH), so are voiced and
unvoiced (DARA, TARA).
"""

from dataclasses import dataclass

CONSONANTS = {
    "A": "no consonant: the syllable begins with its vowel",
    "K": "k kh g q",
    "G": "ng",
    "C": "ch chh j",
    "T": "t th d",
    "N": "n nh",
    "P": "p ph b f",
    "M": "m",
    "Y": "y",
    "R": "r",
    "L": "l",
    "V": "v w",
    "S": "s sh z x",
    "H": "h",
}
VOWELS = {"A": "open: a, ea, ai", "E": "front: i, e, ey", "O": "back: o, u, ou", "W": "between: oeu, eu, oe"}
OPTIONAL = "?"


@dataclass(frozen=True)
class Syllable:
    """`onset` and `coda`: consonants in spoken order. `vowels`: the classes that the vowel may belong to."""

    onset: tuple[str, ...]
    vowels: str
    coda: tuple[str, ...] = ()
