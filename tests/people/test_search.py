"""Finding somebody in any spelling, with a rough age or without; and nobody whom one may not see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people.conftest import TODAY, names_found, search
from tumpeang.access import circle
from tumpeang.access.models import LogRow
from tumpeang.directory.queries import find_place
from tumpeang.intake.queries import REACH as REPORTS
from tumpeang.people import actions, asking, finding, postings, queries
from tumpeang.people.models import PersonName
from tumpeang.people.sheet import Lives, Sheet
from tumpeang.people.states import Source
from tumpeang.vault import cipher

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


# ---- what is typed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "names", "years"),
    [
        ("Sok Dara 2012", [("sok", "dara")], (2012, 2012)),
        ("dara 14", [("dara",)], (2011, 2012)),
        ("សុខ ដារ៉ា ១៤", [("សុខ", "ដារ៉ា")], (2011, 2012)),
        ("ដារ៉ា១៤ឆ្នាំ", [("ដារ៉ា",)], (2011, 2012)),
        ("Sok Dara age 10-12", [("sok", "dara")], (2013, 2016)),
        ("Sok Dara 3/5/2012", [("sok", "dara")], (2012, 2012)),
        ("Sok Dara", [("sok", "dara")], None),
        ("2012", [], (2012, 2012)),
    ],
)
def test_one_box_takes_names_ages_and_years(typed, names, years):
    asked = asking.of_text(typed, today=TODAY)
    assert [name.parts for name in asked.names] == names
    assert (asked.birth and (asked.birth.first.year, asked.birth.last.year)) == years


def test_a_phone_in_the_box_is_no_age():
    asked = asking.of_text("Sok Dara 012 555 777", today=TODAY)
    assert asked.birth is None and ("phone", "+85512555777") in asked.values


@pytest.mark.parametrize("typed", ["", "   ", "14", "( ) ' \" %s {} ; --", "\x00", "១៤", "x" * 5000, "a " * 300])
def test_whatever_is_typed_is_borne(cast, person, typed):
    person()
    assert search(cast.sokha, typed) == []


# ---- in any spelling ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["Sok Dara", "dara sok", "SOKH TARA", "Sok Dara 2012", "sok dara 14", "សុខ ដារ៉ា", "ដារ៉ា សុខ ២០១២", "Sok Dara 2013",
     "Sok Dara 1999", "Mr. Sokh Dara", "Dara", "dara 14", "ដារ៉ា"],
)  # fmt: skip
def test_somebody_written_down_in_khmer_is_found(cast, person, typed):
    person(name=None, name_km="សុខ ដារ៉ា", born="2012")
    person(name="Chan Sophea", name_km=None, born="2012")
    person(name="Maly", name_km=None, born="2012")
    assert names_found(cast.sokha, typed) == ["សុខ ដារ៉ា"]


@pytest.mark.parametrize("typed", ["សុខ ដារ៉ា", "sokh tara", "dara sok 14"])
def test_somebody_written_down_in_latin_letters_is_found(cast, person, typed):
    person(name="SOK Dara", name_km=None, born="14")
    assert names_found(cast.sokha, typed) == ["SOK Dara"]


def test_somebody_of_no_known_age_is_found_with_an_age_and_without(cast, person):
    person(name="Sok Dara", name_km=None, born=None)
    assert names_found(cast.sokha, "sokh dara") == names_found(cast.sokha, "សុខ ដារ៉ា 14") == ["Sok Dara"]


def test_an_alias_finds_as_the_name_does_and_a_slip_of_the_finger_too(cast, person, sheet, now):
    made = person(name="Sok Dara", name_km=None, born="2012")
    actions.write(by=cast.sokha, person=made, sheet=sheet(name="Keo Visal", name_km=None, born=None), source="worker",
                  now=now)  # fmt: skip
    assert len(search(cast.sokha, "visal keo")) == 1
    person(name="Chan Sophea", name_km=None, born="2012")
    assert names_found(cast.sokha, "Chan Spohea 2012") == ["Chan Sophea"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [("김 민수", "김 민수"), ("Иванов Пётр", "Ivanov Petr"), ("王 小明", "王 小明"), ("Nguyễn Văn An", "nguyen an")],
)
def test_foreign_names_are_found(cast, person, name, typed):
    person(name=name, name_km=None, born="1980")
    assert names_found(cast.sokha, typed) == [name]


def test_who_was_born_then_stands_first_and_why_is_said(cast, person):
    person(name="Sok Dara", name_km=None, born="1980")
    person(name="Sokh Tara", name_km=None, born="2012")
    hits = search(cast.sokha, "Sok Dara 2012")
    assert [hit.portrait.name for hit in hits] == ["Sokh Tara", "Sok Dara"]
    assert "born in the same year" in [said.words for said in hits[0].reasons]
    assert "born in another year" in [said.words for said in hits[1].reasons]


def test_a_phone_and_a_name_together_rank_who_has_both_first(cast, person):
    person(name="Chan Sophea", name_km=None, phone="012 555 777")
    person(name="Sok Dara", name_km=None, phone="012 555 777")
    assert names_found(cast.sokha, "sok dara 012 555 777") == ["Sok Dara", "Chan Sophea"]


def test_filters_leave_out_who_surely_does_not_fit(cast, person):
    person(name="Sok Dara", name_km=None, sex="male", born="2012")
    person(name="Sokh Dara", name_km=None, sex="female", born="2012")
    person(name="Sok Tara", name_km=None, sex=None, born="1990")
    assert set(names_found(cast.sokha, "sok dara", sex="female")) == {"Sokh Dara", "Sok Tara"}
    assert set(names_found(cast.sokha, "sok dara", first_year=2010)) == {"Sok Dara", "Sokh Dara"}
    assert set(names_found(cast.sokha, "sok dara", last_year=2000)) == {"Sok Tara"}


def test_by_a_name_written_down_by_mistake_nobody_is_found(cast, person, now):
    made = person(name="Sok Dara", name_km=None, born="2012", phone="012 555 777")
    wrong = PersonName.objects.get()
    actions.end_value(by=cast.sokha, value=wrong, mistake=True, now=now)
    assert search(cast.sokha, "sok dara") == [] and len(search(cast.sokha, "012 555 777")) == 1
    tokens_left = postings.tokens_of(made.number)
    assert len(tokens_left) == 1, "the phone's"


# ---- only what one may see -----------------------------------------------------------------------------------------


def test_what_a_restricted_report_told_finds_nobody_for_others(cast, person, sheet, drop_report, now):
    report = drop_report()
    on_list = [cast.dara, cast.vanna]
    circle.restrict(by=cast.dara, record=report, reach=REPORTS, people=on_list, about_staff=False, now=now)
    made = person(name="Told Openly", name_km=None, born=None)
    told = sheet(name="Sok Dara", name_km=None, phone="012 555 777")
    actions.write(by=cast.dara, person=made, sheet=told, source=Source.REPORT, source_id=report.pk, now=now)
    assert names_found(cast.sokha, "told openly") == ["Told Openly"]
    assert search(cast.sokha, "Sok Dara") == search(cast.sokha, "012 555 777") == []


def test_no_filter_answers_for_what_a_restricted_report_told(cast, person, sheet, drop_report, now):
    report = drop_report()
    circle.restrict(
        by=cast.dara, record=report, reach=REPORTS, people=[cast.dara, cast.vanna], about_staff=False, now=now
    )
    made = person(name="Sok Dara", name_km=None, born=None, sex=None)
    lives = Lives("there", find_place(1801))
    told = Sheet((*sheet(name=None, name_km=None, born="1980", sex="female").values, lives))
    actions.write(by=cast.dara, person=made, sheet=told, source=Source.REPORT, source_id=report.pk, now=now)
    for filters in ({"sex": "male"}, {"first_year": 2010}, {"last_year": 1970}, {"province": 12}):
        assert names_found(cast.sokha, "sok dara", **filters) == ["Sok Dara"], "what is hidden leaves nobody out"
    assert names_found(cast.sokha, "dara 14") == ["Sok Dara"]


def test_with_and_without_somebody_hidden_as_many_queries_run_and_as_much_is_opened(cast, person, monkeypatch):
    for number in range(3):
        person(name="Sok Dara", name_km=None, born=f"201{number}", phone="012 555 777")
    opened = []
    open_one = cipher.Opener.open
    monkeypatch.setattr(cipher.Opener, "open", lambda *args: opened.append(1) or open_one(*args))

    def cost():
        opened.clear()
        asked = asking.of_text("sokh tara 2011 012 555 777", today=TODAY)
        with CaptureQueriesContext(connection) as ran:
            hits = finding.look(cast.sokha, asked, today=TODAY, most=20)
        return len(hits), len(ran), len(opened)

    without = cost()
    for number in range(20):
        person(by=cast.bopha, name="Sok Dara", name_km=None, born=f"201{number % 10}", phone="012 555 777")
    assert cost() == without and without[0] == 3


def test_whom_one_may_not_see_do_not_crowd_out_whom_one_may(cast, person, monkeypatch):
    mine = person(name="Sokh Tara", name_km=None, born="2013")
    monkeypatch.setattr(finding, "OPENED", 2)
    for _ in range(5):
        person(by=cast.bopha, name="Sok Dara", name_km=None, born="2012")
    assert [hit.portrait.person for hit in search(cast.sokha, "Sok Dara 2012")] == [mine]


@pytest.mark.parametrize("most", [0, 1, 2, 3, 5, 7, 50])
def test_the_first_few_are_the_beginning_of_all(cast, person, most):
    for name in ("Sok Dara", "Sok Dara", "Sokh Tara", "Sokha Daravy", "Chan Dara", "Dara Suk", "សុខ ដារ៉ា"):
        person(name=name if name.isascii() else None, name_km=None if name.isascii() else name, born="2012")
    asked = asking.of_text("Sok Dara 2012", today=TODAY)
    people = finding.candidates(cast.sokha, asked, today=TODAY)
    everybody = finding.ranked(cast.sokha, asked, people, most=len(people))
    assert len(everybody) >= 5 and finding.ranked(cast.sokha, asked, people, most=most) == everybody[:most]


def test_a_token_that_is_asked_for_with_two_weights_counts_with_both(cast, person):
    made = person(name="Sok Dara", name_km=None, born="2012", phone="012 555 777")
    one, other, *_more = sorted(postings.tokens_of(made.number))
    seen = queries.visible_to(cast.sokha)
    votes = {vote.person: vote.votes for vote in postings.vote({1: [one, 7], 4: [one, other], 8: [7]}, seen, 10)}
    assert votes == {made.pk: 5}


def test_a_search_is_logged_with_counts_and_never_for_what(cast, person):
    made = person(name="Sok Dara", name_km=None)
    search(cast.sokha, "sokh dara 2014")
    row = LogRow.objects.get(action="person.find")
    assert row.notes == {"count": 1, "persons": [str(made.pk)]}
    assert "dara" not in str(row.__dict__).lower().replace("cast.dara", "")


def test_one_part_of_a_name_is_looked_for_among_a_bounded_number_of_open_records(cast, person, monkeypatch):
    monkeypatch.setattr(finding, "OPENED_ALONE", 2)
    for name in ("Sok Dara", "Keo Dara", "Chan Dara"):
        person(name=name, name_km=None, born="2012")
    assert set(names_found(cast.sokha, "dara")) == {"Keo Dara", "Chan Dara"}
