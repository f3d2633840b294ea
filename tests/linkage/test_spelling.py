"""How alike two names are written: for the order of those whose keys are the same."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.linkage import generator
from tumpeang.linkage import keys, names, spelling
from tumpeang.linkage.names import Name

PART = st.sampled_from([part.khmer for part in generator.parts(generator.TUNING)])


@pytest.mark.parametrize(
    ("khmer", "latin"),
    [("សុខ", "sok"), ("ដារ៉ា", "dara"), ("ចាន់", "chan"), ("ឈឿន", "chhoeun"), ("គង់", "kong"), ("ភាព", "pheap"),
     ("រិទ្ធ", "rith"), ("ប៊ុន", "bun"), ("ប៉ែន", "pen"), ("ស្រី", "srey"), ("អ៊ូច", "ouch"), ("ឯក", "ek"), ("សំ", "sam"),
     ("", ""), ("្", "")],
)  # fmt: skip
def test_a_khmer_part_in_its_usual_latin_letters(khmer, latin):
    assert spelling.usual(khmer) == latin


def test_who_is_meant_stands_before_others_of_the_same_keys():
    (asked,) = names.read("THOEURN THORN")
    near, far = names.read("ធឿន ថន, ធន ធិន")
    assert spelling.likeness(asked, near) > spelling.likeness(asked, far)


@given(st.lists(PART, min_size=1, max_size=3), st.lists(PART, min_size=1, max_size=3))
def test_it_is_a_share_the_same_in_either_direction_and_order(some, others):
    one, other = Name(tuple(some), "khmer"), Name(tuple(others), "khmer")
    assert 0 <= spelling.likeness(one, other) <= 1
    assert spelling.likeness(one, Name(tuple(reversed(some)), "khmer")) == pytest.approx(1)
    if len(some) != len(others):
        assert spelling.likeness(one, other) == pytest.approx(spelling.likeness(other, one))


@given(st.text(max_size=40), st.text(max_size=40))
def test_anything_can_be_compared(one, other):
    assert 0 <= spelling.likest(tuple(names.read(one)), tuple(names.read(other))) <= 1


def test_of_parts_never_tuned_on_the_right_one_stands_in_front():
    """Of the people whose part has a key in common with what is typed, fewer than a third stand before who is meant;
    in no order it would be half.
    """
    parts, dice = generator.parts(generator.HELD_OUT), random.Random(5)
    bearers: dict[str, list[generator.Part]] = {}
    for part in parts:
        for key in keys.strict_keys(part.khmer):
            bearers.setdefault(key, []).append(part)
    before = []
    for part in dice.choices(parts, [part.weight for part in parts], k=400):
        typed = dice.choices(list(part.latin), list(part.latin.values()))[0].lower()
        met = {one.khmer: one for key in keys.strict_keys(typed) for one in bearers.get(key, ())}
        if part.khmer not in met:
            continue
        asked = Name((typed,), "latin")
        likeness = {khmer: spelling.likeness(asked, Name((khmer,), "khmer")) for khmer in met}
        mine = likeness[part.khmer]
        in_front = sum(one.weight * (1 if likeness[k] > mine else 0.5) for k, one in met.items() if likeness[k] >= mine)
        before.append(in_front / sum(one.weight for one in met.values()))
    assert len(before) > 350
    assert sum(before) / len(before) < 1 / 3
