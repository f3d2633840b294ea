"""The log's pages: in words, by filters, page by page; whether it is whole; who saw one report."""

import json
import pkgutil
import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone, translation

import tumpeang
from tests.access.conftest import text
from tests.access.test_log import as_owner
from tumpeang.access import checking, log, logbook
from tumpeang.access.door import SYSTEM, action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.logbook import Filters
from tumpeang.access.models import BrokenGlass, Listed, LogRow, Mark, Restriction, RoleGrant, User
from tumpeang.access.records import writing
from tumpeang.access.registry import registry
from tumpeang.access.views import logbook as views
from tumpeang.config import doctor, worker
from tumpeang.intake import actions, seeing
from tumpeang.intake.opening import Opener


def rows_on(response) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="l-(\d+)"', response.content.decode())]


def acts_on(response) -> list[str]:
    return re.findall(r'<span class="sub">([a-z_]+\.?[a-z_]*)</span></div></td>', response.content.decode())


@pytest.fixture
def serey(cast, sign_in):
    """The auditor's browser."""
    return sign_in(cast.serey)


# ---- in words ------------------------------------------------------------------------------------------------------


def acts_in_the_code() -> set[str]:
    """Every act of every module. Workshops know no door, and some of their modules want a library that is not here."""
    found = set()
    for info in pkgutil.walk_packages(tumpeang.__path__, "tumpeang."):
        workshop = info.name.split(".")[1] in {"linkage", "statistics"}
        if not workshop and info.name.rpartition(".")[2] not in {"__main__", "wsgi", "urls_public", "urls_staff"}:
            module = import_module(info.name)
            found |= {one.action_name for one in vars(module).values() if hasattr(one, "action_name")}
    return found


@pytest.fixture(autouse=True)
def english():
    """Words are compared in English."""
    with translation.override("en"):
        yield


def test_every_act_is_called_by_words():
    assert acts_in_the_code() - set(registry.acts) == set(), "give it a line in its room's acts.py"
    left_over = {slug for slug in registry.acts if ":" not in slug} - acts_in_the_code()
    assert left_over == set()


def test_a_row_says_when_who_what_and_on_which_thing(cast, serey, taken):
    report = taken()
    page = text(serey.get("/log/"))
    assert "Sokha" in page and "Taken" in page and "report.take" in page
    assert f"Report {report.pk.hex[:6].upper()}" in page
    assert "Received" in page and "the house itself" in page


def test_a_refusal_is_marked_in_words(cast, serey, taken, now):
    report = taken()
    with pytest.raises(NotNow):
        actions.take(by=cast.bopha, report=report, now=now)
    page = serey.get("/log/?outcome=refused")
    assert len(rows_on(page)) == 1
    assert re.search(r'class="tag[^"]*">refused<', page.content.decode()) and "Bopha" in text(page)


def test_no_value_of_a_record_is_on_the_pages(cast, serey, drop_report, now):
    report = drop_report(what="The secret of the well.", where_text="the blue house")
    actions.take(by=cast.sokha, report=report, now=now)
    report.refresh_from_db()
    actions.write_answer(by=cast.sokha, report=report, text="Words to the reporter.", now=now)
    page = serey.get("/log/").content.decode()
    for word in ("secret", "blue house", "Words to the reporter"):
        assert word not in page


def test_names_of_who_left_stay_readable(cast, serey, taken):
    taken()
    User.objects.filter(pk=cast.sokha.pk).update(is_active=False)
    assert "Sokha" in text(serey.get("/log/?act=report.take"))


def test_notes_name_workers_and_number_things(cast, serey, taken, now):
    actions.hand_over(by=cast.sokha, report=taken(), to=cast.bopha, now=now)
    assert "to: Bopha" in text(serey.get("/log/?act=report.hand_over"))


@pytest.mark.parametrize("key", ["sokha", "dara", "borey", "tola", "rithy", "sothy"])
def test_only_who_reads_the_log_finds_it(cast, sign_in, now, key):
    user = getattr(cast, key)
    client = sign_in(user)
    assert client.get("/log/").status_code == client.get("/log/state/").status_code == 404
    assert client.post("/log/verify/").status_code == 404
    with pytest.raises(Denied):
        logbook.read(by=user, filters=Filters())
    with pytest.raises(Denied):
        checking.start(by=user, now=now)


# ---- by filters ----------------------------------------------------------------------------------------------------


def test_filters_narrow_the_list(cast, serey, drop_report, now):
    one, other = drop_report(), drop_report(way="adult")
    actions.take(by=cast.sokha, report=one, now=now)
    actions.take(by=cast.bopha, report=other, now=now)
    assert set(acts_on(serey.get(f"/log/?who={cast.sokha.pk}"))) == {"report.take"}
    assert len(rows_on(serey.get("/log/?act=report.take"))) == 2
    assert len(rows_on(serey.get(f"/log/?act=report.take&who={cast.bopha.pk}"))) == 1
    assert "report.take" not in acts_on(serey.get("/log/?who=house"))
    for typed in (str(one.pk), one.pk.hex[:6].upper(), one.pk.hex):
        assert sorted(set(acts_on(serey.get(f"/log/?thing={typed}")))) == ["report.receive", "report.take"], typed
    assert rows_on(serey.get("/log/?thing=zzzz")) == []
    assert "No row fits" in text(serey.get("/log/?act=report.end"))


def test_nonsense_in_the_address_is_left_out(cast, serey):
    for query in ("who=x", "act=%27;--", "outcome=maybe", "since=yesterday", "until=2026-02-31", "before=x",
                  "before=99999999999999999999999"):  # fmt: skip
        assert serey.get(f"/log/?{query}").status_code == 200, query
        assert rows_on(serey.get(f"/log/?{query}")), query


@pytest.fixture
def days(cast):
    """Rows of three days: written as the door writes them, with times of their own."""
    first = LogRow.objects.order_by("-seq").first().seq
    now = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    for ago in (3, 2, 1):
        entries = [log.Entry(action="report.look", actor_kind="worker", actor_id=cast.sokha.pk) for _ in range(3)]
        log.append(entries, at=now - timedelta(days=ago))
    return now.date(), first


def test_from_one_day_to_another(cast, serey, days):
    today, first = days
    day = {ago: (today - timedelta(days=ago)).isoformat() for ago in range(5)}
    look = "act=report.look"
    assert rows_on(serey.get(f"/log/?{look}&until={day[3]}")) == [first + 3, first + 2, first + 1]
    assert rows_on(serey.get(f"/log/?{look}&since={day[2]}&until={day[2]}")) == [first + 6, first + 5, first + 4]
    assert len(rows_on(serey.get(f"/log/?{look}&since={day[2]}"))) == 6
    assert rows_on(serey.get(f"/log/?{look}&until={day[4]}")) == []
    assert rows_on(serey.get(f"/log/?since={(today + timedelta(days=1)).isoformat()}")) == []


def test_page_by_page_nothing_is_left_out_or_shown_twice(cast, serey):
    entries = [log.Entry(action="report.look", actor_kind="worker", actor_id=cast.sokha.pk) for _ in range(120)]
    log.append(entries, at=timezone.now())
    seen, address = [], "/log/?act=report.look"
    while address:
        page = serey.get(address)
        seen += rows_on(page)
        older = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        address = f"/log/{older.group(1)}".replace("&amp;", "&") if older else ""
    assert seen == sorted(seen, reverse=True) and len(seen) == len(set(seen)) == 120


# ---- reading is an act ---------------------------------------------------------------------------------------------


def test_reading_the_log_is_one_row_of_it_and_not_shown_to_its_reader(cast, serey, sign_in, taken):
    report = taken()
    before = LogRow.objects.filter(action="log.read").count()
    page = serey.get(f"/log/?thing={report.pk}&outcome=done")
    assert LogRow.objects.filter(action="log.read").count() == before + 1
    row = LogRow.objects.filter(action="log.read").last()
    assert row.notes == {"filters": ["outcome", "thing"], "thing": str(report.pk)} and row.actor_id == cast.serey.pk
    assert "log.read" not in acts_on(page) + acts_on(serey.get("/log/"))
    assert "log.read" in acts_on(serey.get("/log/?own=yes"))
    serey.get("/log/state/")
    assert LogRow.objects.filter(action="log.read").count() == before + 3


def test_another_reader_sees_who_read(cast, serey, sign_in):
    serey.get("/log/")
    with writing():
        RoleGrant(user=cast.rotha, role="auditor", scope="organisation").save()
    page = sign_in(cast.rotha).get("/log/")
    assert "log.read" in acts_on(page) and "Serey" in text(page)


# ---- whether it is whole -------------------------------------------------------------------------------------------


@action("test.mark", rule=lambda **_: None)
def mark(*, by, name):
    row = Mark(name=name, at=timezone.now())
    row.save()
    return row


def check(now=None) -> checking.Check:
    checking.start(by=SYSTEM, now=now or timezone.now())
    worker.Worker().run_queue()
    return checking.last()


@pytest.fixture
def own_heads(tmp_path, settings):
    settings.LOG_HEADS = tmp_path / "heads" / "heads.jsonl"
    return settings.LOG_HEADS


def test_a_whole_log_is_said_to_be_whole(committed, own_heads):
    for number in range(10):
        mark(by=SYSTEM, name=f"mark-{number}")
    log.sign_head(at=timezone.now())
    assert not doctor.log_whole(timezone.now()).good
    ended = check()
    assert ended.whole and ended.walk.seq >= 10 and checking.running(timezone.now()) is None
    assert doctor.log_whole(timezone.now()).good
    assert not doctor.log_whole(timezone.now() + timedelta(days=3)).good


def test_what_does_not_fit_is_said_with_its_row(committed, own_heads):
    for number in range(10):
        mark(by=SYSTEM, name=f"mark-{number}")
    as_owner("UPDATE access_logrow SET action = 'nothing' WHERE seq = 4")
    ended = check()
    assert not ended.whole and ended.faults == 1 and ended.at_rows == [4]
    finding = doctor.log_whole(timezone.now())
    assert not finding.good and "audit verify" in finding.what


def test_a_long_chain_is_checked_in_slices_and_the_rest_waits_its_turn(committed, own_heads, monkeypatch):
    monkeypatch.setattr(checking, "SLICE", 0)
    whole = log.verify_some
    monkeypatch.setattr(log, "verify_some", lambda walk: whole(walk, 7))
    for number in range(40):
        mark(by=SYSTEM, name=f"mark-{number}")
        if number % 9 == 0:
            log.sign_head(at=timezone.now())
    as_owner("UPDATE access_logrow SET action = 'nothing' WHERE seq = 23")
    checking.start(by=SYSTEM, now=timezone.now())
    began = checking.running(timezone.now()).began
    checking.go_on.call(began)
    half = checking.running(timezone.now())
    assert half.walk.seq == 7 and 0 < half.percent < 100
    worker.Worker().run_queue()
    ended = checking.last()
    assert ended.at_rows == [23] and ended.walk.done


def test_it_is_not_checked_twice_at_once_and_a_dead_check_holds_nothing_up(committed, own_heads, now):
    checking.start(by=SYSTEM, now=now)
    with pytest.raises(NotNow):
        checking.start(by=SYSTEM, now=now)
    checking.start(by=SYSTEM, now=now + checking.STUCK + timedelta(minutes=1))


def test_the_timetable_checks_once_a_day(committed, own_heads, now):
    assert any(job.do is checking.once_a_day for job in worker.timetable(Opener()))
    checking.once_a_day(now)
    worker.Worker().run_queue()
    first = checking.last()
    checking.once_a_day(first.when + timedelta(hours=23))
    assert checking.running(now) is None
    checking.once_a_day(first.when + timedelta(hours=25))
    assert checking.running(now) is not None


def test_a_broken_stamp_is_no_stamp(own_heads, db):
    own_heads.parent.mkdir(parents=True)
    for content in ("", "{", "[]", json.dumps({"began": "x"})):
        own_heads.with_name("checked.json").write_text(content)
        assert checking.last() is None


def test_the_page_says_whether_the_log_is_whole(cast, serey, own_heads):
    assert "was not checked yet" in text(serey.get("/log/"))
    assert "The log is being checked." in text(serey.post("/log/verify/", follow=True))
    part = serey.get("/log/state/", headers={"HX-Request": "true", "X-Renewal": "yes"}).content.decode()
    assert "<html" not in part and 'hx-trigger="every 2s"' in part and "X-Renewal" in part
    refused = serey.post("/log/verify/", follow=True, headers={"referer": "http://testserver/log/"})
    assert "being checked already" in text(refused)
    began = checking.running(timezone.now()).began
    checking.go_on.call(began)
    log.sign_head(at=timezone.now())
    page = serey.get("/log/")
    assert "The log is whole" in text(page) and "Last signed" in text(page)
    assert "every 2s" not in page.content.decode()


def test_the_page_says_loudly_that_it_is_not_whole(cast, serey, own_heads):
    own_heads.parent.mkdir(parents=True)
    own_heads.write_text('{"seq": 12, "ha\n')
    serey.post("/log/verify/")
    checking.go_on.call(checking.running(timezone.now()).began)
    page = serey.get("/log/")
    assert "The log is not whole" in text(page) and "1 place does not fit" in text(page)
    assert 'role="alert"' in page.content.decode()


# ---- a million rows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "act=report.end", "outcome=refused", "since=2026-01-02&until=2026-01-02"])
def test_the_list_walks_along_an_index(cast, db, query):
    """Nothing is sorted, and no filter of one kind looks at every row.

    A few rows PostgreSQL would rather sort, whatever indexes there are: made dear, it sorts only where it must.
    """
    wanted = dict(pair.split("=") for pair in query.split("&") if pair)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ("sort", "bitmapscan", "seqscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = logbook._rows(cast.serey, views._filters(wanted))[:51].explain()
    assert "TEMP B-TREE" not in plan and not re.search(r"\bSort\b", plan)
    if connection.vendor == "sqlite":
        assert "USING INDEX" in plan or "INTEGER PRIMARY KEY" in plan or plan.strip() == "" or not query


# ---- who saw this --------------------------------------------------------------------------------------------------


def test_who_saw_a_report_is_told_by_person_with_how_often(cast, sign_in, drop_report, now):
    report = drop_report(way="adult")
    sokha, bopha, dara = sign_in(cast.sokha), sign_in(cast.bopha), sign_in(cast.dara)
    for _ in range(3):
        sokha.get(f"/r/{report.pk}/")
    sokha.post(f"/r/{report.pk}/take/")
    sokha.post(f"/r/{report.pk}/account/", headers={"HX-Request": "true"})
    bopha.get(f"/r/{report.pk}/")
    seen = {one.who: one for one in seeing.who_saw(by=cast.dara, report=report, now=now)}
    assert set(seen) == {"Sokha", "Bopha"}
    assert (seen["Sokha"].looked, seen["Sokha"].opened, seen["Bopha"].looked, seen["Bopha"].opened) == (4, 1, 1, 0)
    assert [str(act) for act in seen["Sokha"].acts] == ["Taken"] and seen["Sokha"].first <= seen["Sokha"].last
    page = text(dara.get(f"/r/{report.pk}/who/"))
    assert "Sokha" in page and "4 times" in page and "Dara" in page, "looking here is told too"
    assert "Who saw this" in text(dara.get(f"/r/{report.pk}/"))


def test_who_read_its_answer_among_others_saw_it(cast, sign_in, taken, now):
    report, other = taken(), taken(way="adult")
    actions.write_answer(by=cast.sokha, report=report, text="Thank you.", now=now - timedelta(minutes=5))
    sign_in(cast.bopha).get("/check/")
    seen = {one.who: one for one in seeing.who_saw(by=cast.dara, report=report, now=timezone.now())}
    assert seen["Bopha"].looked == 1
    assert "Bopha" not in {one.who for one in seeing.who_saw(by=cast.dara, report=other, now=timezone.now())}


def test_a_try_that_was_refused_is_told(cast, taken, now):
    report = taken()
    with pytest.raises(NotNow):
        actions.take(by=cast.bopha, report=report, now=now)
    seen = {one.who: one for one in seeing.who_saw(by=cast.dara, report=report, now=now)}
    assert seen["Bopha"].refused == 1 and not seen["Bopha"].acts


@pytest.mark.parametrize(
    ("key", "answer"), [("dara", 200), ("borey", 200), ("sokha", 404), ("serey", 404), ("tola", 404), ("sothy", 404)]
)
def test_who_may_ask_who_saw(cast, sign_in, taken, key, answer):
    """Sothy may ask, of what her office sees: this is another office's."""
    report = taken()
    client = sign_in(getattr(cast, key))
    assert client.get(f"/r/{report.pk}/who/").status_code == answer
    if answer == 404:
        assert f"/r/{report.pk}/who/" not in client.get(f"/r/{report.pk}/").content.decode()


def test_of_a_record_about_own_staff_the_owner_is_not_told_who_broke_the_glass(cast, sign_in, taken, now):
    report = taken(by=cast.dara)
    with writing():
        row = Restriction(kind="intake.report", target=report.pk, about_staff=True, set_by=cast.dara, set_at=now)
        row.save()
        for one in (cast.dara, cast.vanna):
            Listed(restriction=row, user=one).save()
        BrokenGlass(kind="intake.report", target=report.pk, user=cast.bopha, reason="x", at=now,
                    until=now + timedelta(hours=1)).save()  # fmt: skip
    assert sign_in(cast.bopha).get(f"/r/{report.pk}/").status_code == 200
    assert "Bopha" not in {one.who for one in seeing.who_saw(by=cast.dara, report=report, now=now)}
