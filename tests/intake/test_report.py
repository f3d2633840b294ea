"""One report: what stands there, what opens on a click, and what never does."""

import re

import pytest
from django.utils import translation

from tests.intake.conftest import text
from tumpeang.access.models import LogRow
from tumpeang.directory.queries import search_places
from tumpeang.intake import actions
from tumpeang.intake.models import Report
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.states import State

SECRET = "Somebody scares me at the well."


def page(client, report):
    return client.get(f"/r/{report.pk}/")


def opened(client, report, **more):
    return client.post(f"/r/{report.pk}/account/", **more)


def test_the_page_says_level_why_clock_and_holder(cast, sign_in, drop_report):
    report = drop_report(safety_now="not_safe", minutes_ago=7)
    shown = text(page(sign_in(cast.sokha), report))
    for words in ("Immediate", "says they are not safe now", "7 min of 15", "Nobody yet"):
        assert words in shown


def test_each_rule_that_raised_the_level_is_named(cast, sign_in, drop_report):
    report = drop_report(way="adult", danger_now="not_sure", last_five_days="yes")
    shown = text(page(sign_in(cast.sokha), report))
    assert "a child may be in danger now" in shown and "care has a time limit" in shown
    assert "a child is in danger now" not in shown


def test_the_account_is_closed_until_a_click_and_the_click_is_logged(cast, sign_in, drop_report, done):
    report = drop_report(what=SECRET)
    client = sign_in(cast.sokha)
    assert SECRET not in text(page(client, report)) and not done("report.read_account", report)
    assert SECRET in text(opened(client, report))
    assert done("report.read_account", report) == 1
    report.refresh_from_db()
    assert report.dialogue_state == State.READ
    assert SECRET not in text(page(client, report))  # the next look is a click again


def test_the_account_comes_as_a_part_or_as_a_page(cast, sign_in, drop_report):
    report = drop_report(what=SECRET)
    client = sign_in(cast.sokha)
    part = opened(client, report, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and SECRET in part and 'id="talk" hx-swap-oob' in part
    whole = opened(client, report).content.decode()
    assert "<html" in whole and SECRET in whole


def test_a_get_opens_nothing(cast, sign_in, drop_report, done):
    report = drop_report(what=SECRET)
    client = sign_in(cast.sokha)
    assert client.get(f"/r/{report.pk}/account/").url == f"/r/{report.pk}/"
    assert not done("report.read_account", report)


def test_the_account_is_word_for_word_question_by_question(cast, sign_in, drop_report):
    told = "  One line.\n\n<b>Two</b> & three។ "
    report = drop_report(what=told, child_age_band="13_14", when_text="unknown", setting="skipped")
    html = opened(sign_in(cast.sokha), report).content.decode()
    assert "  One line.\n\n&lt;b&gt;Two&lt;/b&gt; &amp; three។ " in html
    shown = text(opened(sign_in(cast.sokha), report))
    assert "How old are you? 13 or 14" in shown and "I don&#x27;t know" in shown
    assert "In what kind of place?" not in shown


def test_addresses_and_numbers_cannot_be_clicked(cast, sign_in, drop_report, now, opener):
    report = drop_report(
        way="online", what="មើលhttps://a.example/x ឬ www.b.example", addresses="http://c.example/y\nd.example",
        contact_wanted="yes", contact_how="phone", contact_phone="012 345 678",
    )  # fmt: skip
    letterbox.add_words(code=report.receipt, text="again http://e.example/z", now=now)
    opener.run(now)
    html = opened(sign_in(cast.sokha), report).content.decode()
    for words in (
        "hxxps://a[.]example/x",
        "www[.]b[.]example",
        "hxxp://c[.]example/y",
        "d[.]example",
        "hxxp://e[.]example/z",
    ):
        assert words in html
    assert "tel:" not in html and not re.search(r'(href|src)="https?:', html)
    assert not re.search(r"https?://[a-e]\.example", html)


def test_what_the_reporter_added_opens_with_the_account(cast, sign_in, taken, now, opener):
    report = taken()
    letterbox.add_words(code=report.receipt, text="He came back.", now=now)
    opener.run(now)
    client = sign_in(cast.sokha)
    before = text(page(client, report))
    assert "The reporter added something on" in before and "He came back" not in before
    assert "He came back." in text(opened(client, report))
    report.refresh_from_db()
    assert report.new_words_at is None


def test_words_opened_by_somebody_else_stay_marked_for_the_holder(cast, sign_in, taken, now, opener):
    report = taken()
    letterbox.add_words(code=report.receipt, text="He came back.", now=now)
    opener.run(now)
    opened(sign_in(cast.bopha), report)
    report.refresh_from_db()
    assert report.new_words_at is not None


def test_who_writes_after_the_end_waits_anew(cast, taken, now, opener):
    report = taken(way="adult")
    actions.end(by=cast.sokha, report=report, outcomes=["advice_given"], open_tasks=0, checking=0, now=now)
    letterbox.add_words(code=report.receipt, text="Once more.", now=now)
    opener.run(now)
    report.refresh_from_db()
    assert (report.stage, report.taken_by, report.ended_at) == ("waiting", None, None)


def test_the_place_is_the_province_until_taken(cast, sign_in, drop_report, now):
    village = next(place for place in search_places("Thmei", 12) if place.kind == "village")
    report = drop_report(place=village.pk, where_text="the blue house")
    client = sign_in(cast.sokha)
    for shown in (text(page(client, report)), text(opened(client, report))):
        assert village.province.name_en in shown
        with translation.override("en"):
            assert "blue house" not in shown and village.path not in shown
    actions.take(by=cast.sokha, report=report, now=now)
    shown = text(opened(client, report))
    with translation.override("en"):
        assert "the blue house" in shown and village.path in shown


@pytest.mark.parametrize(
    "answers",
    [{}, {"contact_wanted": "no"}, {"contact_wanted": "skipped"}, {"contact_wanted": "yes"},
     {"contact_wanted": "yes", "contact_how": "code_only"},
     {"contact_wanted": "no", "contact_how": "phone", "contact_phone": "012 345 678"}],
)  # fmt: skip
def test_do_not_call_unless_it_was_agreed(cast, sign_in, drop_report, answers):
    shown = text(opened(sign_in(cast.sokha), drop_report(**answers)))
    assert "Do not call" in shown and "012 345 678" not in shown


def test_an_agreed_call_shows_its_terms(cast, sign_in, drop_report):
    report = drop_report(
        contact_wanted="yes", contact_how="phone", contact_phone="012 345 678", contact_time="12 to 1",
        contact_code_word="mango",
    )  # fmt: skip
    shown = text(opened(sign_in(cast.sokha), report))
    assert "Do not call" not in shown and "Contact only as agreed" in shown
    for term in ("A phone call", "12 to 1", "mango"):
        assert term in shown
    assert "012 345 678" not in shown  # that takes calling back (test_call_back.py)


def test_the_short_page_is_shown_too(cast, sign_in, drop_report):
    report = drop_report(way="adult", safety_now="not_safe", way_given="skipped", strange_key="strange value")
    shown = text(opened(sign_in(cast.sokha), report))
    assert "Are you safe right now?" in shown and "No, I am not safe" in shown
    assert "strange key strange value" in shown and "way given" not in shown


def test_a_stopped_code_is_said(cast, sign_in, taken, now):
    report = taken()
    client = sign_in(cast.sokha)
    assert "stopped the code" not in text(page(client, report))
    letterbox.close(code=report.receipt, now=now)
    assert "The reporter has stopped the code" in text(page(client, report))


def test_what_looks_alike_is_listed_with_the_reason(cast, sign_in, drop_report):
    first = drop_report(way="online", addresses="https://site.example/a")
    second = drop_report(way="adult", what="see http://www.site.example/a/")
    shown = text(page(sign_in(cast.sokha), first))
    assert "names the same address, user name or phone" in shown and "Adult worried about a child" in shown
    assert str(second.pk) in page(sign_in(cast.sokha), first).content.decode()


def test_reports_of_one_sender_look_alike(cast, sign_in, drop_report):
    first, _second = drop_report(mark="a" * 32), drop_report(mark="a" * 32)
    assert "came from the same sender" in text(page(sign_in(cast.sokha), first))


def test_the_page_tells_who_looked(cast, sign_in, drop_report):
    report = drop_report()
    opened(sign_in(cast.bopha), report)
    assert re.search(r"Account opened · Bopha", text(page(sign_in(cast.sokha), report)))


def test_opening_is_not_there_for_who_may_not_read(outsider, sign_in, drop_report, done):
    report = drop_report()
    assert opened(sign_in(outsider), report).status_code == 404
    assert not done("report.read_account", report) and Report.objects.get().dialogue_state == State.RECEIVED


def test_looking_is_logged_and_searching_too_but_never_for_what(drop_report, cast, sign_in):
    report = drop_report(way="online", addresses="https://site.example/looked-for")
    desk = sign_in(cast.sokha)
    desk.get(f"/r/{report.pk}/")
    desk.post("/find/", {"q": "site.example/looked-for"})
    desk.get("/check/")
    rows = {row.action: row for row in LogRow.objects.filter(actor_id=cast.sokha.pk)}
    assert rows["report.look"].target_id == str(report.pk)
    assert rows["report.find"].notes == {"count": 1}
    assert "answer.look" in rows
    assert "looked-for" not in str([row.notes for row in rows.values()])
