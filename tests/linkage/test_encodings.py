"""What leaves an agency can be compared and not be read; hardenings; what stays at home."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.linkage.people import RECORDS, person
from tests.linkage.test_bulk import offices
from tumpeang.linkage.bulk import Bulk
from tumpeang.linkage.encodings import BITS, HEX, Encoder, Hardening, TooLittle, agencies, new_key
from tumpeang.linkage.scoring import score_columns

KEY = bytes(range(32))
MODEL = agencies()
PLAIN = Encoder(MODEL, KEY)
DARA = person("Sok Dara", date(2012, 5, 3), sex="male", places=(("12", "1204", "120401"),), phones={"85512000111"})
HARDENINGS = {
    "plain": Hardening(),
    "salted": Hardening(salted_by="birth_years"),
    "balanced": Hardening(balanced=True),
    "diffused": Hardening(diffused=3),
    "all": Hardening(salted_by="birth_years", balanced=True, diffused=3),
}


def filter_of(record, encoder: Encoder = PLAIN) -> int:
    (found,) = encoder.encode(record.columns)["name_filter"]
    return int(found, 16)


def dice(one: int, other: int) -> float:
    return 2 * (one & other).bit_count() / (one.bit_count() + other.bit_count())


def test_no_value_leaves() -> None:
    said = str(PLAIN.encode(DARA.columns)).lower()
    for value in ("sok", "dara", "2012", "male", "1204", "85512000111", "sk|tr"):
        assert value not in said.replace("name_", "").replace("birth_", ""), value


def test_no_single_part_of_a_name_leaves() -> None:
    assert not {"name_parts", "name_alone", "name_sounds", "name_strict"} & set(PLAIN.encode(DARA.columns))


def test_another_round_has_other_codes() -> None:
    ours, theirs = (Encoder(MODEL, new_key()).encode(DARA.columns) for _ in range(2))
    assert ours["name_filter"] != theirs["name_filter"] and ours["phones"].isdisjoint(theirs["phones"])


def test_one_value_has_another_code_in_each_column() -> None:
    same = replace(DARA, phones=frozenset("x"), identifiers=frozenset("x"))
    assert PLAIN.encode(same.columns)["phones"].isdisjoint(PLAIN.encode(same.columns)["identifiers"])


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Encoder(MODEL, b"secret")


@pytest.mark.parametrize("record", [person(), person("Sok Dara"), person(phones={"1"}), person("", 2012)])
def test_a_record_of_which_too_little_is_known_stays_at_home(record) -> None:
    with pytest.raises(TooLittle):
        PLAIN.encode(record.columns)
    assert list(PLAIN.encode_all([("1", record.columns), ("2", DARA.columns)])) == [("2", PLAIN.encode(DARA.columns))]


@pytest.mark.parametrize("hardening", HARDENINGS.values(), ids=HARDENINGS)
def test_the_same_name_in_two_scripts_is_alike_and_another_is_not(hardening: Hardening) -> None:
    encoder = Encoder(MODEL, KEY, hardening)
    alike = dice(filter_of(DARA, encoder), filter_of(person("សុខ ដារ៉ា", 2012), encoder))
    other = dice(filter_of(DARA, encoder), filter_of(person("Chea Veasna", 2012), encoder))
    assert alike > 0.8 > other + 0.2


def test_a_salted_filter_is_alike_within_one_year_only() -> None:
    encoder = Encoder(MODEL, KEY, HARDENINGS["salted"])
    assert filter_of(person("Sok Dara", 2012), encoder) == filter_of(DARA, encoder)
    assert dice(filter_of(person("Sok Dara", 2013), encoder), filter_of(DARA, encoder)) < 0.5
    assert encoder.encode(person("Sok Dara", sex="male").columns)["name_filter"] == frozenset()


@settings(deadline=None)  # a busy machine is no failure
@given(RECORDS)
def test_a_balanced_filter_tells_nothing_by_how_full_it_is(record) -> None:
    record = replace(record, sex="male", phones=frozenset("a"))
    (found,) = Encoder(MODEL, KEY, HARDENINGS["balanced"]).encode(record.columns)["name_filter"] or ["0"]
    assert int(found, 16).bit_count() in (0, BITS // 2)


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.lists(st.sampled_from(["chhoeurn", "sreymom", "veasna", "piseth", "bopha", "kunthea"]), min_size=1, max_size=6)
)
def test_a_filter_is_never_more_than_half_full(parts: list[str]) -> None:
    (found,) = PLAIN.encode(person(" ".join(parts), 2012).columns)["name_filter"]
    assert len(found) == HEX and 0 < int(found, 16).bit_count() <= BITS // 2


def test_encoded_records_weigh_what_they_weigh_in_bulk() -> None:
    one, other = ([PLAIN.encode(record.columns) for record in records] for records in offices(150, seed=3))
    bulk = Bulk(MODEL, threads=1, rarities=False)
    bulk.load("one", [(str(at), columns) for at, columns in enumerate(one)])
    bulk.load("other", [(str(at), columns) for at, columns in enumerate(other)])
    bulk.compare()
    pairs = bulk.pairs(least=-500)
    assert len(pairs) > 150
    for mine, theirs, weight in pairs:
        assert weight == pytest.approx(score_columns(one[int(mine)], other[int(theirs)], MODEL).weight, abs=1e-9)


def test_twins_are_not_linked_between_agencies() -> None:
    family = {"places": (("12", "1204", "120401"),), "relations": {("parent", "SK|CN")}}
    born = date(2014, 2, 11)
    one, other = (
        PLAIN.encode(person(name, born, sex="female", **family).columns) for name in ("Sok Dara", "Sok Sophea")
    )
    assert score_columns(one, other, MODEL.among(1000)).probability < 0.05


def test_columns_that_are_compared_with_each_other_share_a_key() -> None:
    crossed = person("Sok Dara", date(2012, 3, 5))
    one, other = PLAIN.encode(DARA.columns), PLAIN.encode(crossed.columns)
    levels = {step.field: step.level for step in score_columns(one, other, MODEL).steps}
    assert levels["birth_day"] == "crossed"
    off = PLAIN.encode(person("Sok Dara", date(2013, 5, 3)).columns)
    assert {step.field: step.level for step in score_columns(one, off, MODEL).steps}["birth_year"] == "off_by_one"
