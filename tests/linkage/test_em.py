"""Weights estimated without knowing who is who: they come out as they were put in."""

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.linkage.test_bulk import loaded, offices
from tumpeang.linkage import em
from tumpeang.linkage import model as models
from tumpeang.linkage.em import Block
from tumpeang.linkage.model import Model

TEXT = """
model: invented
version: 3
prior: 0.001
blocks: [[one], [two]]
fields:
  first:
    known: one
    levels:
      - {level: same, shares: one, m: 0.5, u: 0.3}
      - {level: alike, similar: {column: one, limit: 0.9}, m: 0.3, u: 0.3}
      - {level: other, m: 0.2, u: 0.4}
  second: {known: two, levels: [{level: same, shares: two, m: 0.6, u: 0.4}, {level: other, m: 0.4, u: 0.6}]}
  third: {known: three, levels: [{level: same, shares: three, m: 0.6, u: 0.4}, {level: other, m: 0.4, u: 0.6}]}
  fourth: {known: four, levels: [{level: same, shares: four, m: 0.6, u: 0.4}, {level: other, m: 0.4, u: 0.6}]}
"""
GUESS = models.load(TEXT)
M = {"first": [0.7, 0.2, 0.1], "second": [0.9, 0.1], "third": [0.8, 0.2], "fourth": [0.95, 0.05]}
U = {"first": [0.01, 0.04, 0.95], "second": [0.02, 0.98], "third": [0.2, 0.8], "fourth": [0.5, 0.5]}


def drawn(pairs: int, share: float, seed: int, unknown: float = 0.1) -> list[tuple[tuple[int, ...], int]]:
    """Patterns of pairs of which a share is one person, with the chances above."""
    dice = np.random.default_rng(seed)
    is_one = dice.random(pairs) < share
    columns = []
    for field in GUESS.fields:
        of_one = dice.choice(len(field.levels), pairs, p=M[field.name])
        of_two = dice.choice(len(field.levels), pairs, p=U[field.name])
        columns.append(np.where(dice.random(pairs) < unknown, -1, np.where(is_one, of_one, of_two)))
    return list(Counter(zip(*(column.tolist() for column in columns), strict=True)).items())


def chances(model: Model, which: str) -> dict[str, list[float]]:
    return {field.name: [getattr(level, which) for level in field.levels] for field in model.fields}


def test_weights_that_are_known_come_out_again() -> None:
    with_u = em.with_chances(GUESS, u=em.counted(GUESS, drawn(200_000, 0.0, seed=1)))
    blocks = [
        Block(frozenset(["first"]), drawn(60_000, 0.15, seed=2)),
        Block(frozenset(["second"]), drawn(60_000, 0.2, seed=3)),
    ]
    learned = em.with_chances(with_u, m=em.matched(with_u, blocks))
    for field in GUESS.fields:
        assert chances(learned, "u")[field.name] == pytest.approx(U[field.name], abs=0.01)
        assert chances(learned, "m")[field.name] == pytest.approx(M[field.name], abs=0.03)


def test_what_is_unknown_teaches_nothing() -> None:
    nothing = [((-1, -1, -1, -1), 1000)]
    learned = em.with_chances(GUESS, u=em.counted(GUESS, nothing), m=em.matched(GUESS, [Block(frozenset(), nothing)]))
    assert chances(learned, "u")["third"] == pytest.approx(chances(GUESS, "u")["third"])
    assert chances(learned, "m")["third"] == pytest.approx(chances(GUESS, "m")["third"])


def test_the_share_of_matches_comes_out_again() -> None:
    true = em.with_chances(GUESS, m={n: np.array(v) for n, v in M.items()}, u={n: np.array(v) for n, v in U.items()})
    assert em.share_of_matches(true, drawn(200_000, 0.05, seed=4, unknown=0.0), 200_000) == pytest.approx(0.05, rel=0.1)


def test_a_worse_level_is_never_left_to_weigh_more() -> None:
    learned = em.with_chances(GUESS, m={"first": np.array([0.2, 0.7, 0.1])}, u={"first": np.array([0.1, 0.1, 0.8])})
    weights = [level.weight for level in learned.field("first").levels]
    assert weights[0] == pytest.approx(weights[1]) and weights[1] > weights[2]
    models.load(models.dump(learned))  # which would refuse it


def test_fields_that_make_a_block_are_not_judged_in_it() -> None:
    persons = models.persons()
    named = [em.fixed_by(persons, number) for number in range(len(persons.blocks))]
    assert {"name", "birth_year"} in named and {"phone"} in named


def test_learned_of_records_and_kept_with_date_and_counts() -> None:
    one, other = offices(400, seed=9)
    flat = replace(  # a model that knows nothing of these records
        em.with_chances(models.persons(), m={"birth_year": np.array([0.6, 0.2, 0.1, 0.1])}), prior=0.2
    )
    learned = em.learn(loaded(flat, one, other), on=date(2026, 11, 22), seed=1, pairs=50_000)
    assert learned.version == flat.version + 1
    assert dict(learned.made) == {"on": "2026-11-22", "records": "800", "pairs": "160000"}
    assert models.dump(models.load(models.dump(learned))) == models.dump(learned)
    year = learned.field("birth_year").levels
    assert year[0].m == pytest.approx(0.96, abs=0.04) and year[0].u == pytest.approx(1 / 18, abs=0.02)
    assert learned.prior == pytest.approx(400 / 160_000, rel=0.15)
    sex = learned.field("sex").levels  # everybody has the same here: it tells nothing
    assert sex[0].weight == pytest.approx(0.0, abs=0.05)
