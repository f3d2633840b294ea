"""Invented people with Cambodian names as two offices would write them, seeded; and what the keys make of them.

`parts.json`: 3,925 Khmer name parts, how often each is met (in a million) and its Latin spellings (in a thousand). They
were read out of the transducers in khmer-latin-name-transformer (Apache-2.0, see NOTICE), which were learned on real
pairs of names: the 400,000 most probable pairs, parts without a space, the 4,000 most frequent; 75 that no Khmer could
write (a lone consonant, a sign without a letter) are left out, and spellings below 0.5 % (1.4 % of all). It holds the
slips of real typists and some of the model's own. No name here is a person.

Even ranks are for tuning, odd ranks are held out: no table of tumpeang/linkage was changed after looking at those.
"""

import json
import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tumpeang.linkage.keys import part_keys

Spellings = dict[str, float]
TUNING, HELD_OUT = 0, 1
# how the second office differs from the first
SWAPPED, SLIPPED, YEAR_OFF, LATIN = 0.08, 0.05, 0.04, 0.9


@dataclass(frozen=True)
class Part:
    khmer: str
    weight: float
    latin: Spellings


@dataclass(frozen=True)
class Written:
    """One person as one office has them."""

    person: int
    name: str
    birth_year: int


@cache
def parts(half: int = HELD_OUT) -> tuple[Part, ...]:
    """One half of the list, both weights and spellings summing to 1."""
    rows = json.loads((Path(__file__).parent / "parts.json").read_text(encoding="utf-8"))
    chosen = [row for row in list(rows.items())[half::2] if "ក" <= row[0][0] <= "ឳ"]  # 7 are but signs
    total = sum(weight for _, (weight, _) in chosen)
    return tuple(Part(khmer, weight / total, _shares(latin)) for khmer, (weight, latin) in chosen)


def _shares(latin: str) -> Spellings:
    counted = {spelling: int(count) for spelling, count in (item.split(":") for item in latin.split())}
    return {spelling: count / sum(counted.values()) for spelling, count in counted.items()}


def people(count: int, seed: int) -> list[tuple[Written, Written]]:
    """The same people at two offices: the first in Khmer, the second mostly in Latin, with slips and swaps."""
    dice = random.Random(seed)
    known = parts()
    weights = [part.weight for part in known]
    pairs = []
    for person in range(count):
        family, given = dice.choices(known, weights, k=2)
        year = dice.randint(2006, 2023)
        first = Written(person, f"{family.khmer} {given.khmer}", year)
        pairs.append((first, _other_office(dice, person, [family, given], year)))
    return pairs


def _other_office(dice: random.Random, person: int, both: list[Part], year: int) -> Written:
    latin = dice.random() < LATIN
    words = [_spelled(dice, part) if latin else part.khmer for part in both]
    if dice.random() < SWAPPED:
        words.reverse()
    if latin and dice.random() < SLIPPED:
        at = dice.randrange(2)
        words[at] = slip(dice, words[at])
    off = dice.choice((-1, 1)) if dice.random() < YEAR_OFF else 0
    return Written(person, " ".join(words), year + off)


def _spelled(dice: random.Random, part: Part) -> str:
    return dice.choices(list(part.latin), list(part.latin.values()))[0]


def slip(dice: random.Random, word: str) -> str:
    """One slip of the finger: a letter doubled, left out, changed, or changed places with the next."""
    at = dice.randrange(len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return dice.choice(
        [
            before + letter + letter + after,
            before + after,
            before + dice.choice("ABCDEGHIKLMNOPRSTUVY") + after,
            before + after[:1] + letter + after[1:],
        ]
    )


# ---- the usual rules of spelling, one at a time --------------------------------------------------------------------

# label, what is written usually, what is written as well
RULES = (
    ("ch for chh", r"chh", "ch"),
    ("chh for ch", r"ch(?!h)", "chh"),
    ("j for ch", r"ch(?!h)", "j"),
    ("tj for ch", r"^ch(?!h)", "tj"),
    ("k for kh", r"kh", "k"),
    ("kh for k", r"k(?!h)", "kh"),
    ("g for k", r"^k(?!h)", "g"),
    ("q for k", r"^k(?!h)", "q"),
    ("p for ph", r"ph", "p"),
    ("ph for p", r"p(?!h)", "ph"),
    ("f for ph", r"ph", "f"),
    ("b for p", r"p(?!h)", "b"),
    ("p for b", r"b", "p"),
    ("t for th", r"th", "t"),
    ("th for t", r"t(?!h)", "th"),
    ("d for t", r"^t(?!h)", "d"),
    ("t for d", r"d", "t"),
    ("w for v", r"v", "w"),
    ("z for s", r"^s(?!h)", "z"),
    ("sh for s", r"^s(?=[aeiou])", "sh"),
    ("n for ng", r"ng$", "n"),
    ("ng for n", r"n$", "ng"),
    ("n for nh", r"nh", "n"),
    ("nh for n", r"n$", "nh"),
    ("r left out before n", r"rn", "n"),
    ("r put in before n", r"(?<=[aeiou])n$", "rn"),
    ("r at the end", r"(?<=[aou])$", "r"),
    ("h at the end", r"(?<=[aou])$", "h"),
    ("r left out after a consonant", r"(?<=[kpts])r", ""),
    ("consonant doubled", r"([nmlkst])$", r"\1\1"),
    ("doubled consonant once", r"([nmlkst])\1", r"\1"),
    ("ou for u", r"(?<=[^aeou])u(?![aeiouy])", "ou"),
    ("u for ou", r"(?<=[^aeou])ou", "u"),
    ("i for y", r"y$", "i"),
    ("ey for y", r"(?<=[^aeou])y$", "ey"),
    ("ei for ey", r"ey$", "ei"),
    ("oeu to eu", r"oeu", "eu"),
    ("ea to ie", r"ea(?=[nmp])", "ie"),
    ("ai for ay", r"ay$", "ai"),
    ("uo for ou", r"ou(?=[nmk])", "uo"),
    ("aa for a", r"(?<=[^aeiou])a(?=[^aeiouy])", "aa"),
    ("s left out at the end", r"s$", ""),
    ("v left out at the end", r"v$", ""),
)
# by design: SOPHEAK and SOPHEA are two names
ANOTHER_NAME = (("k left out at the end", r"k$", ""), ("t left out at the end", r"th?$", ""))


def rule_recall(usual: str, instead: str) -> tuple[float, int]:
    """Chance that the most usual spelling of a part and the one after a rule share a key; of how many parts."""
    agreed = total = 0.0
    count = 0
    for part in parts():
        spelling = next(iter(part.latin)).lower()
        changed = re.sub(usual, instead, spelling)
        if changed != spelling and len(spelling) > 1:
            count += 1
            total += part.weight
            agreed += part.weight * bool(part_keys(spelling) & part_keys(changed))
    return agreed / total, count


# ---- measures: every chance is weighted by how often names and spellings are met ---------------------------------


def khmer_latin_recall(half: int = HELD_OUT) -> float:
    """Chance that a part in Khmer and one of its Latin spellings share a key."""
    return sum(
        part.weight * share
        for part in parts(half)
        for spelling, share in part.latin.items()
        if part_keys(part.khmer) & part_keys(spelling)
    )


def latin_latin_recall(half: int = HELD_OUT) -> float:
    """Chance that two independent Latin spellings of one part share a key."""
    return sum(
        part.weight * share * other_share
        for part in parts(half)
        for spelling, share in part.latin.items()
        for other, other_share in part.latin.items()
        if part_keys(spelling) & part_keys(other)
    )


def collisions(half: int = HELD_OUT, tries: int = 50_000, seed: int = 1) -> dict[str, float]:
    """Chance that two random different parts share a key: both Khmer, mixed, both Latin."""
    dice = random.Random(seed)
    known = parts(half)
    weights = [part.weight for part in known]
    drawn = zip(dice.choices(known, weights, k=tries), dice.choices(known, weights, k=tries), strict=True)
    shared, compared = {"khmer": 0, "mixed": 0, "latin": 0}, 0
    for one, other in drawn:
        if one is other:
            continue
        compared += 1
        latin, other_latin = part_keys(_spelled(dice, one)), part_keys(_spelled(dice, other))
        shared["khmer"] += bool(part_keys(one.khmer) & part_keys(other.khmer))
        shared["mixed"] += bool(part_keys(one.khmer) & other_latin)
        shared["latin"] += bool(latin & other_latin)
    return {scripts: count / compared for scripts, count in shared.items()}
