"""The line of a report, its clock and its account: pure functions."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tumpeang.intake import account, levels
from tumpeang.intake.clock import clock_of, duration
from tumpeang.intake.summary import number_of, summary_of
from tumpeang.letterbox.ways import WAYS

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def a_report(**values):
    blank = dict.fromkeys(("child_count", "child_age_band", "child_sex", "setting", "last_five_days"), "")
    fixed = {
        "channel": "web",
        "way": "child",
        "raised_by": [],
        "has_addresses": False,
        "level": "high",
        "received_at": START,
    }
    times = {"answered_at": None, "ended_at": None, "new_words_at": None, "due_at": START + timedelta(minutes=60)}
    return SimpleNamespace(**(blank | fixed | times | values))


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "Child under 18 about themselves"),
        ({"setting": "online", "child_age_band": "13_14"}, "Child under 18 about themselves · aged 13 or 14 · online"),
        ({"way": "adult", "child_count": "1"}, "Adult worried about a child · 1 child"),
        ({"way": "adult", "child_count": "3", "child_sex": "several"},
         "Adult worried about a child · 3 children · several"),
        ({"way": "online", "has_addresses": True}, "Seen online · names a web address"),
        ({"way": "unheard_of"}, "A report"),
        ({"raised_by": ["safety_now=not_safe"]}, "Child under 18 about themselves · says they are not safe now"),
        ({"raised_by": ["last_five_days=yes"], "last_five_days": "yes"},
         "Child under 18 about themselves · in the last five days"),
        ({"child_age_band": "skipped", "child_sex": "unknown", "setting": "of_no_list", "child_count": "unknown"},
         "Child under 18 about themselves"),
    ],
)  # fmt: skip
def test_the_line_is_made_of_choices(values, line):
    assert summary_of(a_report(**values)).line == line


def test_every_way_has_a_line_in_both_languages():
    for language in ("en", "km"):
        with translation.override(language):
            titles = [summary_of(a_report(way=way)).title for way in WAYS]
            assert len(set(titles)) == len(WAYS) and all(titles)


def test_a_number_is_the_beginning_of_the_id():
    assert number_of(SimpleNamespace(pk=UUID("ab12cd34-0000-4000-8000-000000000000"))) == "AB12CD"


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (119, "119 min"), (120, "2 h"), (2879, "47 h"), (2880, "2 days")]
)
def test_durations(minutes, words):
    assert duration(minutes) == words


@pytest.mark.parametrize(
    ("level", "minutes", "waited", "limit", "late"),
    [("immediate", 22, "22 min", "15", True), ("high", 14, "14 min", "60", False), ("high", 60, "60 min", "60", True),
     ("medium", 180, "3 h", "24", False), ("low", 30, "30 min", "3 days", False)],
)  # fmt: skip
def test_the_clock_beside_its_limit(level, minutes, waited, limit, late):
    report = a_report(level=level, due_at=START + timedelta(minutes=levels.by_slug(level).minutes))
    clock = clock_of(report, START + timedelta(minutes=minutes))
    assert (clock.waited, clock.limit, clock.late) == (waited, limit, late)
    assert 0 <= clock.share <= 100


def test_the_clock_stops_at_the_answer_and_says_who_wrote_again():
    later = START + timedelta(minutes=200)
    answered = a_report(answered_at=START + timedelta(minutes=40))
    assert clock_of(answered, later).waited == "answered after 40 min"
    assert clock_of(a_report(ended_at=later), later).waited == "ended without an answer"
    again = a_report(answered_at=START, new_words_at=START + timedelta(minutes=190))
    assert clock_of(again, later).waited == "wrote again 10 min ago"


# ---- the account ---------------------------------------------------------------------------------------------------


@given(st.text())
def test_words_stay_the_same_where_nothing_is_a_link(words):
    if "/" not in words and "www." not in words.lower():
        assert account.unclickable(words) == words


@given(st.text(max_size=40), st.sampled_from(["http://", "https://", "HTTP://"]), st.text(max_size=40))
def test_no_address_stays_clickable(before, scheme, after):
    shown = account.unclickable(f"{before}{scheme}site.example/{after}")
    assert "http://site.example" not in shown.lower() and "https://site.example" not in shown.lower()


@pytest.mark.parametrize("link", ["http://localhost/x", "https://10.0.0.1", "http://[::1]/", "see(http://a.example)"])
def test_addresses_without_a_name_are_made_unclickable_too(link):
    assert "http:" not in account.unclickable(link) and "https:" not in account.unclickable(link)


def test_a_very_long_text_is_shown_in_no_time():
    assert len(account.unclickable("a.b/" * 50_000)) >= 200_000


def test_every_question_of_every_way_is_shown_with_its_words():
    for key, way in WAYS.items():
        answers = {question.key: "x" for question in way.questions}
        shown = [line.question for line in account.told(key, answers, place="here")]
        hidden = {"contact_wanted", *account.CONTACT_KEYS}
        asked = [str(question.ask) for question in way.questions if question.key not in hidden]
        assert [words for words in shown if words in asked] == asked


def test_a_list_of_choices_and_a_number_in_words():
    told = account.told("adult", {"child_count": "unknown", "child_count_words": "two or three"}, place=None)
    assert [line.text for line in told] == ["two or three"]
    assert account.told("child", {"setting": ["school", "online"]}, place=None)[0].text == "At school, Online"


def test_nothing_told_is_no_line():
    assert account.told("child", {"what": "", "setting": "skipped", "place": 3}, place=None) == []
