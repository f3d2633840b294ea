"""What a thief of the index reads out of it without a key: for every kind of token at most one row in two hundred.

The attacker knows how frequent names are, better than anybody does: from as many people of the same making. They put
tokens and values each in the order of how often they occur, and take the first for the first. A row counts as guessed
when the name of the guess is right, whatever its year and salt. Plain Python: no table, no key store.
"""

import random
from collections import Counter, defaultdict
from functools import cache
from itertools import product

import pytest

from tests.linkage import generator
from tumpeang.linkage import keys
from tumpeang.linkage.names import Name
from tumpeang.people import tokens

PEOPLE = 100_000
MOST_GUESSED = 0.005
YEARS = range(2006, 2024)  # children alone: fewer years, and so more of a name in each, than in any real index


@cache
def pairs(seed):
    """Two parts of a name and a year for each person, drawn by how often names are met."""
    dice, known = random.Random(seed), generator.parts()
    weights = [part.weight for part in known]
    return [
        (family.khmer, given.khmer, dice.choice(YEARS))
        for family, given in zip(
            dice.choices(known, weights, k=PEOPLE), dice.choices(known, weights, k=PEOPLE), strict=True
        )
    ]


@cache
def of_part(part):
    return keys.part_keys(part), keys.strict_keys(part), frozenset([keys.exact_key(part)])


def of_pair(family, given, kind):
    """As `keys.name_keys` gives them (a test below says so), with each part read once: the year is put behind them."""
    column = {tokens.STRICT: 1, tokens.LETTERS: 2}.get(kind, 0)
    both = product(of_part(family)[column], of_part(given)[column])
    found = {"|".join(sorted(pair)) for pair in both}
    return keys.near(found) if kind == tokens.YEAR else found


def index(kind, seed):
    """(token, the name behind it) for each row; the salts as Hashing gives them, here by lot."""
    dice, salts = random.Random(seed + 100), tokens.SALTS.get(kind, 1)
    for family, given, year in pairs(seed):
        salt = dice.randrange(salts)
        for key in of_pair(family, given, kind):
            yield (key, year if kind == tokens.YEAR else 0, salt), key


def guessed(kind):
    """The share of rows whose name the attacker gets right."""
    rows, behind = Counter(), {}
    for token, name in index(kind, seed=1):
        rows[token] += 1
        behind[token] = name
    known = Counter(token for token, _name in index(kind, seed=2))
    stolen = sorted(rows, key=lambda token: (-rows[token], hash(token)))
    likely = sorted(known, key=lambda token: (-known[token], hash((token, "other"))))
    right = sum(rows[token] for token, guess in zip(stolen, likely, strict=False) if behind[token] == guess[0])
    return right / rows.total()


@pytest.mark.parametrize("kind", [tokens.LETTERS, tokens.STRICT, tokens.YEAR, tokens.NO_YEAR])
def test_who_knows_how_frequent_names_are_guesses_one_row_in_two_hundred_at_most(kind):
    share = guessed(kind)
    assert share <= MOST_GUESSED, f"{kind}: {share:.2%}"


def test_the_attack_is_no_straw_man_single_parts_would_fall():
    """The same attacker reads most rows of an index of single parts: they must stay out of it."""
    rows, known, behind = Counter(), Counter(), defaultdict(str)
    for seed, counts in ((1, rows), (2, known)):
        for family, given, _year in pairs(seed)[:20_000]:
            counts.update(key for part in (family, given) for key in keys.part_keys(part))
    for key in rows:
        behind[key] = key
    stolen, likely = rows.most_common(), known.most_common()
    right = sum(count for (key, count), (guess, _) in zip(stolen, likely, strict=False) if key == guess)
    assert right / rows.total() > 0.15


def test_the_attacked_keys_are_those_of_the_index():
    for family, given, year in pairs(1)[:300]:
        found = keys.name_keys(Name((family, given), "khmer"), year)
        of_index = {tokens.LETTERS: "pair_exact", tokens.STRICT: "pair_strict", tokens.NO_YEAR: "pair"}
        for kind, name in of_index.items():
            assert {key.split(":")[1] for key in found[name]} == of_pair(family, given, kind)
        dated = {key.split(":")[1].removesuffix(f"|{year}") for key in found["near_year"]}
        assert dated == of_pair(family, given, tokens.YEAR)


def test_every_kind_of_name_token_is_attacked_and_none_is_of_a_single_part():
    values = tokens.of_name("Sok Dara", [2012]) + tokens.of_name("Sok Dara", [])
    assert {kind for kind, _value in values} == {tokens.LETTERS, tokens.STRICT, tokens.YEAR, tokens.NO_YEAR}
    assert tokens.of_name("Dara", [2012]) == tokens.of_name("ដារ៉ា", []) == []
