"""What reading costs: counted for the worker, seen by one whom they choose, and by nothing else."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

import tumpeang
from tests.intake.conftest import text
from tests.intake.people import with_role
from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow, Notice
from tumpeang.access.records import writing
from tumpeang.access.states import NoticeKind
from tumpeang.intake import actions, calls, exposure, triage
from tumpeang.intake.models import Exposure, ExposureWatch, Report

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("in_english")


def read(user, report, now):
    actions.read_account(by=user, report=report, now=now)


def today(user, now):
    return exposure.own(user, now).today


# ---- counting ------------------------------------------------------------------------------------------------------


def test_an_account_counts_once_a_day_for_who_opened_it(cast, drop_report, now):
    one, two = drop_report(), drop_report()
    for _ in range(3):
        read(cast.sokha, one, now)
    read(cast.sokha, two, now)
    assert (today(cast.sokha, now), today(cast.bopha, now)) == (2, 0)
    read(cast.sokha, one, now + DAY)
    counter = exposure.own(cast.sokha, now + DAY)
    assert (counter.today, counter.week) == (1, 3)


def test_a_page_without_its_account_counts_nothing(cast, drop_report, sign_in):
    report, client = drop_report(), sign_in(cast.sokha)
    client.get(f"/r/{report.pk}/")
    assert not Exposure.objects.exists()
    client.post(f"/r/{report.pk}/account/")
    assert Exposure.objects.get().user == cast.sokha


def test_what_names_the_same_thing_or_comes_from_the_same_sender_costs_nothing_more(cast, drop_report, now):
    first = drop_report(way="online", addresses="https://site.example/a")
    again = drop_report(way="online", addresses="https://www.site.example/a/")
    sender, same = drop_report(mark="ab" * 16), drop_report(mark="ab" * 16)
    other = drop_report(way="online", addresses="https://site.example/b")
    for report in (first, again, sender, same):
        read(cast.sokha, report, now)
    assert sender.cluster == same.cluster and today(cast.sokha, now) == 2
    read(cast.sokha, other, now)
    read(cast.bopha, again, now)  # to somebody else it is new
    assert (today(cast.sokha, now), today(cast.bopha, now)) == (3, 1)


def test_who_listened_has_heard_it(cast, now):
    silent = calls.begin(by=cast.sokha, kind="phone", now=now)
    calls.end(by=cast.sokha, call=silent, contact_type="silent", now=now)
    assert today(cast.sokha, now) == 0
    call = calls.begin(by=cast.sokha, kind="phone", now=now)
    calls.end(by=cast.sokha, call=call, contact_type="counselling", story="Somebody is afraid.", now=now)
    assert today(cast.sokha, now) == 1
    read(cast.sokha, Report.objects.get(), now)
    assert today(cast.sokha, now) == 1


def test_the_house_reads_nothing(cast, drop_report, now):
    exposure.count(user=SYSTEM, report=drop_report(), now=now)
    triage.look_ahead(by=cast.dara)
    assert not Exposure.objects.exists()


def test_what_was_refused_counts_nothing(cast, drop_report, now):
    with pytest.raises(Denied):
        read(cast.tola, drop_report(), now)
    assert not Exposure.objects.exists()


def test_after_a_month_it_is_forgotten(cast, drop_report, now):
    read(cast.sokha, drop_report(), now)
    assert exposure.forget_old(now + 30 * DAY) == 0
    assert exposure.forget_old(now + 31 * DAY) == 1 and not Exposure.objects.exists()


# ---- one's own page ------------------------------------------------------------------------------------------------


def post(client, **data):
    return client.post("/for-you/", {"soft_limit": 5, "supervisor": ""} | data, follow=True)


def test_the_page_shows_today_and_seven_days(cast, drop_report, sign_in):
    now = timezone.now()
    for days in (0, 0, 2, 8):
        read(cast.sokha, drop_report(), now - days * DAY)
    page = text(sign_in(cast.sokha).get("/for-you/"))
    assert re.search(r"Today 2 pause suggested after 8 In seven days 3", page)
    assert "never used to judge work" in page


def test_the_limit_and_the_supervisor_are_ones_own_to_choose(cast, sign_in):
    assert "Kept." in text(post(sign_in(cast.sokha), supervisor=cast.dara.pk))
    row = ExposureWatch.objects.get()
    assert (row.user, row.supervisor, row.soft_limit) == (cast.sokha, cast.dara, 5)
    assert Notice.objects.get(kind=NoticeKind.COUNTER_SHOWN).user == cast.dara
    post(sign_in(cast.sokha), supervisor=cast.dara.pk, soft_limit=6)
    assert Notice.objects.filter(kind=NoticeKind.COUNTER_SHOWN).count() == 1  # told once
    post(sign_in(cast.sokha))
    assert ExposureWatch.objects.get().supervisor is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"soft_limit": 2}, "Choose a number from the list."),
        ({"soft_limit": 31}, "Choose a number from the list."),
        ({"soft_limit": "many"}, "Choose a number from the list."),
        ({"supervisor": "sothy"}, "Choose a supervisor from the list, or nobody."),
        ({"supervisor": "sokha"}, "Choose a supervisor from the list, or nobody."),
    ],
)
def test_what_cannot_be_is_said(cast, sign_in, data, words):
    if "supervisor" in data:
        data = {"supervisor": getattr(cast, data["supervisor"]).pk}
    response = post(sign_in(cast.sokha), **data)
    assert response.status_code == 422 and words in text(response)
    assert not ExposureWatch.objects.exists()


def test_the_rule_holds_behind_the_form_too(cast, now):
    for supervisor, limit in ((cast.sothy, 8), (cast.sokha, 8), (None, 0)):
        with pytest.raises(NotNow):
            exposure.choose(by=cast.sokha, supervisor=supervisor, soft_limit=limit, now=now)


def test_above_the_limit_a_pause_is_suggested_and_nothing_is_stopped(cast, drop_report, sign_in, now):
    exposure.choose(by=cast.sokha, supervisor=None, soft_limit=3, now=now)
    client, reports = sign_in(cast.sokha), [drop_report() for _ in range(5)]
    actions.take(by=cast.sokha, report=reports[3], now=now)
    pages = [text(client.post(f"/r/{report.pk}/account/")) for report in reports]
    suggested = ["That was a lot today" in page for page in pages]
    assert suggested == [False, False, False, True, True]
    assert "Hand this report over" in pages[3] and "Hand this report over" not in pages[4]
    assert "nobody asks why" in text(client.get("/"))
    assert "That was a lot today" not in text(sign_in(cast.bopha).get("/"))


# ---- who else ------------------------------------------------------------------------------------------------------


def test_the_chosen_supervisor_sees_it_and_nobody_else(cast, drop_report, sign_in, now):
    read(cast.sokha, drop_report(), timezone.now())
    exposure.choose(by=cast.sokha, supervisor=cast.dara, soft_limit=8, now=now)
    page = text(sign_in(cast.dara).get(f"/for-you/{cast.sokha.pk}/"))
    assert "Sokha chose you" in page and "Today 1" in page
    assert "Sokha" in text(sign_in(cast.dara).get("/for-you/"))
    for key in ("vanna", "bopha", "borey", "sothy", "tola", "serey", "rithy", "chenda", "sokha"):
        assert sign_in(getattr(cast, key)).get(f"/for-you/{cast.sokha.pk}/").status_code == 404, key
    exposure.choose(by=cast.sokha, supervisor=None, soft_limit=8, now=now)
    assert sign_in(cast.dara).get(f"/for-you/{cast.sokha.pk}/").status_code == 404
    assert exposure.who_chose(cast.dara) == []


def test_who_is_no_supervisor_any_more_sees_it_no_more(cast, now, sign_in):
    other = with_role("chantha", "supervisor")
    exposure.choose(by=cast.sokha, supervisor=other, soft_limit=8, now=now)
    with writing():
        other.grants.all().delete()
    assert sign_in(other).get(f"/for-you/{cast.sokha.pk}/").status_code == 404
    assert exposure.offered_to(cast.sokha) == [cast.dara, cast.vanna]


def test_looking_is_logged_without_the_number(cast, drop_report, now):
    read(cast.sokha, drop_report(), now)
    exposure.choose(by=cast.sokha, supervisor=cast.dara, soft_limit=8, now=now)
    exposure.look(by=cast.dara, worker_id=cast.sokha.pk, now=now)
    row = LogRow.objects.get(action="exposure.look")
    assert row.actor_id == cast.dara.pk and row.notes == {"worker": str(cast.sokha.pk)}


def test_no_other_page_figure_or_export_asks_the_table():
    house = Path(tumpeang.__file__).parent
    asks = {
        str(path.relative_to(house))
        for path in house.rglob("*.py")
        if "migrations" not in path.parts and re.search(r"\bExposure\b|intake_exposure\b", path.read_text())
    }
    assert asks == {"intake/exposure.py", "intake/models/desk.py", "intake/models/__init__.py"}
