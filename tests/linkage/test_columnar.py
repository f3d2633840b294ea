"""Many records at once are what single ones are; and who two agencies both know is found, in any spelling."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.linkage.two_agencies import Two, two_agencies
from tumpeang.linkage import columnar
from tumpeang.linkage import model as models
from tumpeang.linkage.bulk import Bulk
from tumpeang.linkage.columnar import Flat, for_many
from tumpeang.linkage.columnar_encoding import encoded
from tumpeang.linkage.encodings import Encoder, Hardening, agencies
from tumpeang.linkage.names import Name, script_of
from tumpeang.linkage.readings import exact_form
from tumpeang.linkage.records import Birth, Record
from tumpeang.linkage.scoring import Frequencies, score

MODEL = models.persons()


def record(people: Flat, row: int) -> Record:
    """One row, as one record."""
    parts = tuple(exact_form(words[row].as_py()) for words in (people.first, people.second))
    mothers = [words[row].as_py() for words in (people.mother_first, people.mother_second)]
    year, month, day = (int(values[row]) for values in (people.year, people.month, people.day))
    births = ()
    if day:
        births = (Birth(date(year, month, day), date(year, month, day), "day"),)
    elif year:
        births = (Birth(date(year, 1, 1), date(year, 12, 31), "year"),)
    mother = Record(names=(Name(tuple(map(exact_form, mothers)), script_of(mothers[0])),)) if mothers[0] else Record()
    place = f"{people.place[row]:06}"
    return Record(
        names=(Name(parts, script_of(parts[0])),),
        births=births,
        sex=str(people.sex[row]),
        places=((place[:2], place[:4], place),),
        phones=frozenset([str(people.phone[row])] if people.phone[row] else []),
        relations=frozenset(("mother", key) for key in mother.columns["name_strict"]),
    )


def test_what_is_drawn_is_what_was_asked_for() -> None:
    two = two_agencies(5000, seed=3)
    known = two.there[two.there >= 0]
    assert len(two.one) == len(two.other) == 5000 and len(known) == 1500 == len(np.unique(known))
    scripts = [script_of(word) for word in two.one.first.to_pylist()]
    assert 0.88 < scripts.count("khmer") / 5000 < 0.92
    assert 0.8 < (two.other.day > 0).mean() < 0.84
    same = two_agencies(5000, seed=3)
    assert same.other.first.to_pylist() == two.other.first.to_pylist()


def test_weights_are_those_of_single_records() -> None:
    two = two_agencies(150, seed=8)
    ones, others = ([record(people, row) for row in range(150)] for people in (two.one, two.other))
    model = replace(for_many(MODEL), blocks=((("sex", "sex"),),))
    bulk = Bulk(model, threads=1)
    columnar.load(bulk, two.one, two.other)
    bulk.compare()
    counted = Frequencies.of(ones + others, MODEL)
    usual = 0
    pairs = bulk.pairs(least=-500)
    for mine, theirs, weight in pairs:
        usual += weight == pytest.approx(score(ones[int(mine)], others[int(theirs)], MODEL, counted).weight, abs=1e-6)
    assert len(pairs) > 10_000 and usual >= 0.999 * len(pairs)  # hardly any name has more keys than are kept


def found(two: Two) -> tuple[float, float]:
    """Of who is known to both, the share that is compared at all; and F1 of the pairs that are proposed."""
    bulk = Bulk(replace(for_many(MODEL), prior=0.3 / len(two.one)), threads=1)
    columnar.load(bulk, two.one, two.other)
    bulk.compare()
    both = int((two.there >= 0).sum())
    right = lambda pairs: sum(two.there[int(mine)] == int(theirs) for mine, theirs, _ in pairs)  # noqa: E731
    proposed = bulk.one_to_one()
    return right(bulk.pairs(least=-500)) / both, 2 * right(proposed) / (len(proposed) + both)


def test_who_two_agencies_know_is_found() -> None:
    recall, f1 = found(two_agencies(20_000, seed=5))
    print(f"20,000 and 20,000: blocking recall {recall:.3f}, one-to-one F1 {f1:.3f}")
    assert recall >= 0.97 and f1 >= 0.95


def test_encoded_files_find_as_many() -> None:
    two = two_agencies(20_000, seed=5)
    model = replace(for_many(agencies(), columnar.MANY_ENCODED), prior=0.3 / 20_000)
    encoder = Encoder(model, bytes(32))
    one, other = (encoded(people, encoder) for people in (two.one, two.other))
    bulk = Bulk(model, threads=1)
    columnar.put(bulk, one, other, [20_000, 20_000])
    bulk.compare()
    ones, others, _ = columnar.one_to_one(bulk)
    right = int((two.there[ones] == others).sum())
    f1 = 2 * right / (len(ones) + int((two.there >= 0).sum()))
    print(f"20,000 and 20,000, encoded: one-to-one F1 {f1:.3f}")
    assert f1 >= found(two)[1] - 0.01


def test_a_filter_of_a_row_is_that_of_its_record() -> None:
    people = two_agencies(50, seed=6).one
    encoder = Encoder(agencies(), bytes(32))
    words = encoded(people, encoder)["name_filter_bits"]
    for row in range(50):
        (filter_,) = encoder.filter_of("name_filter", record(people, row).columns["name_filter"])
        assert "".join(f"{int(word):016x}" for word in words[row]) == filter_


def test_hardened_files_are_made_of_single_records() -> None:
    with pytest.raises(ValueError, match="single records"):
        encoded(two_agencies(50, seed=6).one, Encoder(agencies(), bytes(32), Hardening(balanced=True)))
