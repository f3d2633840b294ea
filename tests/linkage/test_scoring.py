"""Two records compared: what weighs how much, what never happens, and what a caseworker reads."""

import time
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.linkage import generator
from tests.linkage.people import RECORDS, SPELLINGS, VALUES, person
from tumpeang.linkage import model as models
from tumpeang.linkage import waterfall
from tumpeang.linkage.model import BadModel
from tumpeang.linkage.names import read
from tumpeang.linkage.records import WIDER, Birth, Record
from tumpeang.linkage.scoring import Frequencies, Score, levels, score

MODEL = models.persons()
PROPOSED = 0.5  # probability from which a pair is shown to people


def step(one: Record, other: Record, field: str, frequencies: Frequencies | None = None):
    return next(each for each in score(one, other, MODEL, frequencies).steps if each.field == field)


HOME = (("12", "1204", "120401", "12040103"),)
DARA = person("Sok Dara", date(2012, 5, 3), sex="male", places=HOME, phones={"85512000111"}, nationality="kh")


# ---- what level is reached ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("Dara SOK", "letters"),
        ("Sokh Tara", "strict"),
        ("សុខ ដារ៉ា", "strict"),
        ("Sak Dara", "sounds"),
        ("Dara", "alone"),
        ("Sok Veasna", "one_part"),
        ("Chea Veasna", "other"),
        ("", "unknown"),
    ],
)
def test_names(name: str, level: str) -> None:
    assert step(DARA, person(name), "name").level == level


def test_a_slip_of_the_finger_is_near() -> None:
    assert step(person("Sok Veasna"), person("Sok Veabna"), "name").level == "near"


def test_two_khmer_spellings_must_be_nearly_the_same() -> None:
    assert step(person("សុខ ដារ៉ា"), person("សុខ ដារា"), "name").level == "strict"  # one sign
    assert step(person("សុខ ដារ៉ា"), person("សុខ ដារី"), "name").level == "one_part"  # another name that sounds alike


@pytest.mark.parametrize(
    ("born", "year", "day"),
    [
        (date(2012, 5, 3), "same", "same"),
        (date(2012, 3, 5), "same", "crossed"),
        (date(2012, 5, 13), "same", "one_part"),
        (date(2012, 7, 13), "same", "other"),
        (date(2013, 5, 3), "off_by_one", "same"),
        (date(2015, 5, 3), "other", "same"),
        (2012, "same", "unknown"),
        (2013, "off_by_one", "unknown"),
        (None, "unknown", "unknown"),
    ],
)
def test_births(born: date | int | None, year: str, day: str) -> None:
    other = person(born=born)
    assert (step(DARA, other, "birth_year").level, step(DARA, other, "birth_day").level) == (year, day)


def test_an_age_that_was_told_may_be_right() -> None:
    told = Record(births=(Birth(date(2010, 11, 23), date(2013, 11, 22), "estimated"),))
    assert step(DARA, told, "birth_year").level == "possible"


@pytest.mark.parametrize(
    ("place", "level"),
    [
        (("12", "1204", "120401", "12040103"), "village"),
        (("12", "1204", "120401", "12040104"), "commune"),
        (("12", "1204", "120401"), "commune"),
        (("12", "1204"), "district"),
        (("12", "1205"), "province"),
        (("08",), "other"),
    ],
)
def test_places(place: tuple[str, ...], level: str) -> None:
    assert step(DARA, person(places=(place,)), "place").level == level


def test_a_former_home_counts_like_the_present_one() -> None:
    assert step(DARA, person(places=(("08", "0801"), *HOME)), "place").level == "village"


def test_what_is_unknown_weighs_nothing() -> None:
    nothing = score(DARA, person(), MODEL)
    assert nothing.weight == MODEL.start
    assert {each.weight for each in nothing.steps} == {0.0}
    assert waterfall.unknown(nothing) == [field.name for field in MODEL.fields]


def test_a_clear_pair_a_doubtful_pair_and_none() -> None:
    clear = score(DARA, person("សុខ ដារ៉ា", date(2012, 5, 3), sex="male", places=HOME), MODEL)
    doubtful = score(DARA, person("Tara Sokh", 2012, sex="male", places=(("12",),)), MODEL)
    none = score(DARA, person("Chea Veasna", date(2011, 9, 17), sex="male"), MODEL)
    assert clear.probability > 0.99 and 0.05 < doubtful.probability < 0.95 and none.probability < 0.0001


# ---- rare and common ---------------------------------------------------------------------------------------------


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    counted = Frequencies.of([person("Sok Dara")] * 400 + [person("Chhim Veasna")] + [person("Keo Lina")] * 600, MODEL)
    common = step(DARA, DARA, "name", counted)
    rare = step(person("Chhim Veasna"), person("Chhim Veasna"), "name", counted)
    assert rare.weight > common.weight + 4
    assert common.adjustment < 0 and common.weight >= MODEL.field("name").levels[4].weight


def test_nothing_counted_is_nothing_adjusted() -> None:
    empty = Frequencies.of([], MODEL)
    assert score(DARA, DARA, MODEL, empty).weight == pytest.approx(score(DARA, DARA, MODEL).weight)


# ---- brothers, sisters and twins -----------------------------------------------------------------------------------

FAMILY = {"places": HOME, "phones": {"85512000111"}, "relations": {("parent", "SOK CHANTHA")}, "nationality": "kh"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sok Dara", "Sok Veasna"),
        ("សុខ ដារ៉ា", "សុខ វាសនា"),
        ("សុខ ដារ៉ា", "Sok Sophea"),
        ("សុខ ដារ៉ា", "សុខ ដារី"),  # they rhyme, as names of twins do
        ("Sok Pisey", "Sok Pisal Chan"),
        ("Chan Srey Pich", "Chan Srey Pov"),
        ("Sok Sreypich", "Sok Sreypov"),
    ],
)
def test_twins_are_not_proposed_as_one(one: str, other: str) -> None:
    born = date(2014, 2, 11)
    first, second = person(one, born, sex="female", **FAMILY), person(other, born, sex="female", **FAMILY)
    assert score(first, second, MODEL.among(100)).probability < PROPOSED / 10


def test_a_brother_with_a_name_that_sounds_alike_and_another_year_is_not_proposed() -> None:
    first = person("Sok Dara", date(2014, 2, 11), sex="male", **FAMILY)
    second = person("Sok Dary", date(2011, 6, 2), sex="male", **FAMILY)
    assert score(first, second, MODEL.among(1000)).probability < PROPOSED / 10


def test_who_is_known_as_a_relative_is_not_proposed() -> None:
    son = person("Sok Dara", 2012, own="a", places=HOME)
    brother = person("Sok Dara", 2012, own="b", places=HOME, relations={("sibling", "a")})
    assert score(son, brother, MODEL.among(1000)).probability < PROPOSED
    assert score(son, replace(brother, relations=frozenset()), MODEL.among(1000)).probability > PROPOSED


def test_the_same_child_told_of_twice_by_the_same_family_is_proposed() -> None:
    first = person("សុខ ដារ៉ា", date(2014, 2, 11), sex="male", **FAMILY)
    second = person("Tara Sokh", date(2014, 11, 2), sex="male", **FAMILY)
    assert score(first, second, MODEL).probability > 0.99


def test_a_paper_proves_who_somebody_is_whatever_the_name() -> None:
    one, other = person("Sok Dara", identifiers={"id_card:1"}), person("Chea Veasna", identifiers={"id_card:1"})
    assert step(one, other, "identifier").weight > 20


# ---- properties --------------------------------------------------------------------------------------------------

COUNTED = Frequencies.of([person(name) for at, name in enumerate(SPELLINGS) for _ in range(at**2)], MODEL)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])  # a busy machine is no failure
@given(RECORDS, RECORDS, RECORDS, st.sampled_from(VALUES))
def test_agreeing_less_never_raises_a_score(one: Record, other: Record, third: Record, value: str) -> None:
    less = replace(other, **{value: getattr(third, value)})
    before, after = (levels(one.columns, each.columns, MODEL) for each in (other, less))
    assume(all(b <= a and (a >= 0) == (b >= 0) for b, a in zip(before, after, strict=True)))
    assume(not (one.own and (one.own in other.columns["relatives"]) > (one.own in less.columns["relatives"])))
    assert score(one, less, MODEL).weight <= score(one, other, MODEL).weight + 1e-9


LATIN = st.sampled_from([text for text in SPELLINGS if text.isascii() and text])


@settings(deadline=None)  # a busy machine is no failure
@given(RECORDS, st.lists(LATIN, min_size=1, max_size=3))
def test_one_name_less_never_raises_what_names_weigh(one: Record, texts: list[str]) -> None:
    """With rarities: of several names the one taken away may have been the rare one, or the common one."""
    several, fewer = (
        Record(names=tuple(name for text in chosen for name in read(text))) for chosen in (texts, texts[1:])
    )
    if fewer.names:
        assert step(one, fewer, "name", COUNTED).weight <= step(one, several, "name", COUNTED).weight + 1e-9


@pytest.mark.parametrize("counted", [None, COUNTED], ids=["as usual", "counted"])
def test_each_way_of_spelling_further_off_weighs_less(counted: Frequencies | None) -> None:
    spellings = ["Sok Dara", "Sokh Tara", "Sak Dara", "Sok Veasna", "Keo Veasna"]
    weights = [step(DARA, person(name), "name", counted).weight for name in spellings]
    assert weights == sorted(weights, reverse=True)


@settings(deadline=None)  # a busy machine is no failure
@given(RECORDS, RECORDS)
def test_the_order_of_two_records_does_not_matter(one: Record, other: Record) -> None:
    assert score(one, other, MODEL, COUNTED) == score(other, one, MODEL, COUNTED)


@given(RECORDS)
def test_a_wider_column_has_all_of_the_narrow_one(one: Record) -> None:
    assert WIDER and all(one.columns[narrow] <= one.columns[wide] for narrow, wide in WIDER.items())


@settings(deadline=None)  # a busy machine is no failure
@given(RECORDS, RECORDS)
def test_a_waterfall_ends_where_the_score_is(one: Record, other: Record) -> None:
    found = score(one, other, MODEL, COUNTED)
    bars = waterfall.bars(found)
    assert bars[0].weight == MODEL.start and bars[-1].after == pytest.approx(found.weight, abs=0.5)
    assert all(bar.after == pytest.approx(bar.before + bar.weight) for bar in bars)
    assert all(before.after == after.before for before, after in pairwise(bars[:-1]))


# ---- what is read ------------------------------------------------------------------------------------------------


def test_three_reasons_the_strongest_first_and_one_of_the_other_side() -> None:
    found = score(DARA, person("សុខ ដារ៉ា", date(2015, 5, 3), sex="male", places=HOME), MODEL)
    reasons = waterfall.reasons(found)
    assert [reason.key for reason in reasons[:1]] == ["name.strict"] and len(reasons) == 3
    assert {reason.speaks_for for reason in reasons} == {True, False}


def test_a_rare_name_is_called_so() -> None:
    counted = Frequencies.of([person("Chhim Veasna"), *[person("Keo Lina")] * 60_000], MODEL)
    found = score(person("Chhim Veasna"), person("Chhim Veasna"), MODEL, counted)
    usual = score(person("Chhim Veasna"), person("Chhim Veasna"), MODEL)
    assert waterfall.reasons(usual)[0].rare is None
    assert (waterfall.reasons(found)[0].rare is True) == (found.steps[0].adjustment >= waterfall.RARE)
    common = score(person("Keo Lina"), person("Keo Lina"), MODEL, counted)
    assert waterfall.reasons(common)[0].rare is False


def test_no_reasons_where_nothing_is_known() -> None:
    assert waterfall.reasons(Score(-10.0, ())) == []


# ---- the model as data -------------------------------------------------------------------------------------------


def test_a_model_is_read_back_as_it_was_written() -> None:
    text = models.dump(MODEL)
    assert models.dump(models.load(text)) == text
    assert score(DARA, DARA, models.load(text)) == score(DARA, DARA, MODEL)


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("m: 0.3\n", "m: 0.0003\n"),  # a better level would weigh less
        ("      - phones\n", "      - limit: 3\n"),
        ("level: letters", "level: letters\n      beginning: 3"),
        ("prior: ", "chance: "),
        ("m: 0.3\n", "m: 3\n"),
        ("name: alone", "name: nothing"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(was: str, instead: str) -> None:
    text = models.dump(MODEL)
    assert was in text
    with pytest.raises(BadModel):
        models.load(text.replace(was, instead, 1))


def test_two_hundred_candidates_cost_a_few_milliseconds() -> None:
    others = [person(written.name, written.birth_year, sex="male") for _, written in generator.people(200, seed=5)]
    for _ in range(2):
        start = time.process_time()
        for other in others:
            score(DARA, other, MODEL, COUNTED)
    assert time.process_time() - start < 0.03
