"""The list: what it shows, to whom, and in which order."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests.intake.conftest import text
from tumpeang.access.records import writing
from tumpeang.directory.queries import search_places
from tumpeang.intake import actions, alerts, overview, queries
from tumpeang.intake.models import Heartbeat, Report
from tumpeang.intake.summary import number_of
from tumpeang.letterbox import actions as letterbox

ALIVE = "Reports may not be arriving"


def ids(response) -> list[str]:
    return re.findall(r'<tr id="r-([0-9a-f]{32})"', response.content.decode())


def test_the_most_urgent_stands_first_and_among_equals_the_longest_waiting(cast, sign_in, drop_report):
    low = drop_report(way="online", minutes_ago=600)
    young = drop_report(safety_now="not_safe", minutes_ago=1)
    old = drop_report(safety_now="not_safe", minutes_ago=9)
    assert ids(sign_in(cast.sokha).get("/")) == [report.pk.hex for report in (old, young, low)]


def test_a_row_says_who_and_not_what(cast, sign_in, drop_report):
    drop_report(what="The secret of the well.", child_age_band="13_14", setting="online", child_sex="female")
    page = text(sign_in(cast.sokha).get("/"))
    assert "Child under 18 about themselves" in page
    assert "aged 13 or 14 · girl · online" in page
    assert "secret" not in page


def test_a_row_shows_the_province_and_nothing_finer(cast, sign_in, drop_report):
    village = next(place for place in search_places("Thmei", 12) if place.kind == "village")
    drop_report(place=village.pk, where_text="the blue house")
    page = text(sign_in(cast.sokha).get("/"))
    assert village.province.name_en in page
    with translation.override("en"):
        assert village.path not in page
    assert "blue house" not in page


def test_a_row_shows_its_clock_and_says_late(cast, sign_in, drop_report):
    drop_report(safety_now="not_safe", minutes_ago=22)
    page = text(sign_in(cast.sokha).get("/"))
    assert "22 min of 15" in page and "late" in page


def test_a_row_says_what_looks_alike(cast, sign_in, drop_report):
    for _ in range(3):
        drop_report(way="online", addresses="https://site.example/a")
    assert "looks alike: 2" in text(sign_in(cast.sokha).get("/"))


def test_a_row_says_that_care_has_a_time_limit(cast, sign_in, drop_report):
    drop_report(last_five_days="yes", minutes_ago=120)
    assert re.search(r"clinical care: 2 days left", text(sign_in(cast.sokha).get("/")))


def test_a_row_says_that_the_reporter_added_something(cast, sign_in, drop_report, opener, now):
    report = drop_report()
    letterbox.add_words(code=report.receipt, text="One more thing.", now=now)
    opener.run(now)
    page = text(sign_in(cast.sokha).get("/"))
    assert "reporter added something" in page and "One more thing" not in page


def test_each_tab_holds_its_reports(cast, sign_in, drop_report, taken, now):
    waiting, mine = drop_report(), taken()
    theirs, ended = taken(by=cast.bopha), taken(way="adult")
    actions.end(by=cast.sokha, report=ended, outcomes=["advice_given"], open_tasks=0, checking=0, now=now)
    client = sign_in(cast.sokha)
    assert ids(client.get("/")) == [waiting.pk.hex]
    assert ids(client.get("/?tab=mine")) == [mine.pk.hex]
    assert sorted(ids(client.get("/?tab=unanswered"))) == sorted([mine.pk.hex, theirs.pk.hex])
    assert ids(client.get("/?tab=ended")) == [ended.pk.hex]
    assert ids(client.get("/?tab=nonsense")) == [waiting.pk.hex]


def test_filters_narrow_the_list_and_nonsense_is_left_out(cast, sign_in, drop_report):
    place = search_places("Kampot", 1)[0]
    here = drop_report(place=place.pk, language="km")
    there = drop_report(safety_now="not_safe")
    client = sign_in(cast.sokha)
    assert ids(client.get(f"/?province={place.province_id or place.pk}")) == [here.pk.hex]
    assert ids(client.get("/?level=immediate")) == [there.pk.hex]
    assert ids(client.get("/?language=km")) == [here.pk.hex]
    assert len(ids(client.get("/?level=x&province=y&language=z&after=q"))) == 2
    assert len(ids(client.get("/?province=99999999999999999999&after=0_999999999999999999999_0"))) == 2


def test_the_living_part_comes_without_the_page(cast, sign_in, drop_report):
    drop_report()
    client = sign_in(cast.sokha)
    part = client.get("/?tab=waiting", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and 'id="live"' in part and "Child under 18" in part
    assert 'id="figures" hx-swap-oob' in re.sub(r'class="[^"]*" ', "", part)
    restored = client.get("/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()  # the Back button wants a page


def test_a_part_asked_for_after_signing_out_leaves_the_page_as_it_is(client, db):
    assert client.get("/alerts/", headers={"HX-Request": "true"}).status_code == 401


def test_figures_have_denominators(cast, sign_in, drop_report, taken, now):
    drop_report(safety_now="not_safe", minutes_ago=30)
    answered = taken(way="adult", minutes_ago=40)
    actions.write_answer(by=cast.sokha, report=answered, text="Thank you.", now=now)
    figures = overview.figures(cast.sokha, now)
    assert (figures.waiting, figures.open, figures.late, figures.unanswered) == (1, 2, 1, 1)
    assert (figures.median_minutes, figures.answered, figures.in_time) == (40, 1, 1)
    page = text(sign_in(cast.sokha).get("/"))
    assert "1 waiting, of 2 open" in page and "1 past the clock, of 1 without an answer" in page
    assert "40 min median to the first answer, of 1 in 7 days" in page


def test_an_immediate_report_rings_until_it_is_taken(cast, sign_in, drop_report, now):
    report = drop_report(safety_now="self_harm_or_suicide")
    client = sign_in(cast.sokha)
    page = client.get("/").content.decode()
    assert f'data-ring="{report.pk}"' in page and "An immediate report waits" in page
    actions.take(by=cast.bopha, report=report, now=now)
    assert "data-ring" not in client.get("/").content.decode()


def test_who_is_rung_sees_it_and_can_stop_it(cast, sign_in, taken, now):
    taken(safety_now="not_safe", minutes_ago=20)
    alerts.ring_due(now)
    client = sign_in(cast.dara)
    assert "You are rung: a report waits past its clock" in text(client.get("/"))
    assert client.post("/rings/seen/", headers={"HX-Request": "true"}).status_code == 200
    assert "You are rung" not in text(client.get("/"))
    assert "You are rung" not in text(sign_in(cast.sokha).get("/"))


def test_banners_are_sent_only_when_they_change(cast, sign_in, drop_report):
    client = sign_in(cast.sokha)
    seen = re.search(r"/alerts/\?seen=(\w+)", client.get("/").content.decode()).group(1)
    assert client.get(f"/alerts/?seen={seen}").status_code == 204
    drop_report(safety_now="not_safe")
    changed = client.get(f"/alerts/?seen={seen}")
    assert changed.status_code == 200 and "data-ring" in changed.content.decode()


def test_a_dead_worker_is_told_on_every_page(cast, sign_in, drop_report):
    report = drop_report()
    client = sign_in(cast.sokha)
    for path in ("/", f"/r/{report.pk}/", "/check/", "/on-call/"):
        assert ALIVE in text(client.get(path)), path
    with writing():
        Heartbeat(sent_at=timezone.now(), arrived_at=timezone.now()).save()
    assert ALIVE not in text(client.get("/"))


def test_search_finds_by_detail_and_number_and_leaves_nothing_in_the_address(cast, sign_in, drop_report):
    named = drop_report(way="online", addresses="https://www.site.example/a/", user_names="@Friend_77")
    phoned = drop_report(way="adult", contact_wanted="yes", contact_phone="012 345 678")
    client = sign_in(cast.sokha)
    for typed, found in {
        "http://site.example/a": named, "friend_77": named, "+855 12 345 678": phoned, number_of(phoned): phoned,
    }.items():  # fmt: skip
        response = client.post("/find/", {"q": typed})
        assert ids(response) == [found.pk.hex], typed
    assert ids(client.post("/find/", {"q": "Someone"})) == []
    assert ids(client.post("/find/", {"q": ""})) == []
    assert client.get("/find/?q=friend_77").url == "/"


def test_the_next_one_is_the_most_urgent(cast, sign_in, drop_report, now):
    client = sign_in(cast.sokha)
    assert client.get("/next/").url == "/"
    drop_report(way="online", minutes_ago=500)
    urgent = drop_report(safety_now="not_safe")
    assert client.get("/next/").url == f"/r/{urgent.pk}/"


def test_who_may_not_read_begins_elsewhere(outsider, sign_in):
    response = sign_in(outsider).get("/?tab=waiting", follow=True)
    assert response.status_code == 200 and response.request["PATH_INFO"] != "/"


@pytest.mark.parametrize("path", ["/check/", "/on-call/", "/r/00000000-0000-4000-8000-000000000000/"])
def test_pages_are_not_there_for_who_may_not_read(outsider, sign_in, path):
    assert sign_in(outsider).get(path).status_code == 404


def test_who_may_not_read_finds_and_counts_nothing(outsider, drop_report, now):
    report = drop_report(safety_now="not_safe")
    assert queries.inbox(outsider, queries.Filters()).reports == []
    assert overview.find(outsider, number_of(report)) == []
    assert overview.alerts(outsider, now).immediate == []
    assert overview.figures(outsider, now).open == 0


@pytest.mark.parametrize(("language", "word"), [("en", "Inbox"), ("km", "អំពី")])
def test_the_list_speaks_the_workers_language(cast, sign_in, drop_report, language, word):
    drop_report()
    page = sign_in(cast.sokha, language=language).get("/")
    assert page.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in page.content.decode()
    if language == "en":
        assert word in text(page)


def test_titles_say_nothing(cast, sign_in, drop_report):
    report = drop_report(what="A title nobody may see")
    client = sign_in(cast.sokha)
    for path, title in {"/": "Inbox", f"/r/{report.pk}/": number_of(report)}.items():
        assert f"<title>{title}</title>" in client.get(path).content.decode()


def test_more_rows_ask_no_more_of_the_database(cast, sign_in, drop_report):
    client = sign_in(cast.sokha)

    def queries_with(more):
        for _ in range(more):
            drop_report(way="online", addresses="https://site.example/a")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        return len(asked)

    assert queries_with(2) == queries_with(9) < 50
    assert Report.objects.count() == 11
