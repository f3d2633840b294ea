"""Opening a report in an emergency: what it opens and to whom, who is told, and what nobody learns from trying."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from tests.intake.conftest import text
from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import BrokenGlass, LogRow, Notice, SafeguardingSeat
from tumpeang.access.record_rules import TRIES
from tumpeang.access.records import writing
from tumpeang.intake import actions, alerts, circle, erasing, queries
from tumpeang.intake.models import Report
from tumpeang.intake.summary import number_of
from tumpeang.letterbox.models import SealedReport

WHY = "A child may come to harm tonight."
NOTHING = "Nothing can be opened with this number."


def opening(client, number, *, reason=WHY, minutes=30, follow=True):
    return client.post("/glass/", {"number": number, "reason": reason, "minutes": minutes}, follow=follow)


def sees(user, report) -> bool:
    return queries.visible_to(user).filter(pk=report.pk).exists()


def told(report) -> set[str]:
    rows = Notice.objects.filter(kind="glass_broken", target=report.pk).select_related("user")
    return {row.user.username for row in rows}


@pytest.fixture
def no_seats(cast, now):
    """Nobody reads the reports about own staff."""
    with writing():
        SafeguardingSeat.objects.update(until=now)
    return cast


@pytest.fixture
def closed(cast, drop_report, now):
    """`closed(cast.sokha, cast.dara)`: a report restricted to them."""

    def make(*people, about_staff=False, held_by=None, **answers):
        report = drop_report(**answers)
        circle.restrict(by=cast.borey, report=report, people=list(people), about_staff=about_staff, now=now)
        if held_by:
            actions.take(by=held_by, report=report, now=now)
        report.refresh_from_db()
        return report

    return make


# ---- what it opens -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("restricted", [False, True])
def test_it_opens_what_is_outside_ones_scope_and_what_is_restricted(cast, sign_in, taken, closed, restricted):
    report = closed(cast.sokha, cast.dara) if restricted else taken()
    client = sign_in(cast.kosal if restricted else cast.sreyleak)
    me = cast.kosal if restricted else cast.sreyleak
    assert not sees(me, report)
    response = opening(client, number_of(report), minutes=60)
    assert response.redirect_chain == [(f"/r/{report.pk}/", 302)] and response.status_code == 200
    glass = BrokenGlass.objects.get()
    assert (glass.user, glass.target, glass.reason) == (me, report.pk, WHY)
    assert timedelta(minutes=59) < glass.until - timezone.now() <= timedelta(minutes=60)
    shown = text(response)
    until = timezone.localtime(glass.until).strftime("%-H:%M")
    assert f"Opened in an emergency, until {until}" in shown and "It is written down" in shown
    assert "Someone should look here." in text(client.post(f"/r/{report.pk}/account/"))
    row = LogRow.objects.get(action="glass.break")
    assert (row.outcome, row.target_id, row.notes) == (
        "done", str(report.pk), {"glass": str(glass.pk), "minutes": 60},
    )  # fmt: skip


def test_it_closes_by_itself_when_its_time_is_over(cast, sign_in, taken):
    report, client = taken(), sign_in(cast.sreyleak)
    opening(client, number_of(report))
    with writing():
        BrokenGlass.objects.update(until=timezone.now())
    assert not sees(cast.sreyleak, report)
    assert client.get(f"/r/{report.pk}/").status_code == 404


def test_it_can_be_put_back_at_once_by_who_broke_it(cast, sign_in, taken):
    report, client = taken(), sign_in(cast.sreyleak)
    opening(client, number_of(report))
    assert "This is closed already." in text(sign_in(cast.bopha).post(f"/r/{report.pk}/put-back/", follow=True))
    assert sees(cast.sreyleak, report), "one's own only"
    response = client.post(f"/r/{report.pk}/put-back/", follow=True)
    assert response.redirect_chain[-1][0] == "/glass/" and "Put back. It is closed again." in text(response)
    assert not sees(cast.sreyleak, report)
    assert client.post(f"/r/{report.pk}/put-back/").status_code == 404
    assert LogRow.objects.filter(action="glass.put_back", outcome="done").count() == 1


def test_the_page_lists_what_is_open_and_leads_there_and_back(cast, sign_in, taken):
    report, client = taken(), sign_in(cast.sreyleak)
    opening(client, number_of(report))
    html = client.get("/glass/").content.decode()
    assert f'href="/r/{report.pk}/"' in html and f'action="/r/{report.pk}/put-back/"' in html


@pytest.mark.parametrize("typed", ["lower", "spaced", "whole"])
def test_the_number_is_taken_as_people_write_it(cast, sign_in, taken, typed):
    report = taken()
    number = number_of(report)
    typed = {"lower": number.lower(), "spaced": f"  {number} ", "whole": str(report.pk)}[typed]
    opening(sign_in(cast.sreyleak), typed)
    assert sees(cast.sreyleak, report)


def test_who_may_open_it_anyway_breaks_no_glass_and_uses_no_try(cast, sign_in, taken):
    report = taken()
    response = opening(sign_in(cast.bopha), number_of(report))
    assert response.redirect_chain[-1][0] == f"/r/{report.pk}/" and "You may open this one as it is" in text(response)
    assert not BrokenGlass.objects.exists() and not LogRow.objects.filter(action="glass.break").exists()


def test_pressed_twice_it_is_broken_once_and_told_once(cast, sign_in, taken):
    report, client = taken(), sign_in(cast.sreyleak)
    for _ in range(2):
        opening(client, number_of(report))
    assert BrokenGlass.objects.count() == 1 and Notice.objects.filter(kind="glass_broken").count() == 1


# ---- taking what one opened --------------------------------------------------------------------------------------


def test_what_nobody_holds_can_be_taken_and_stays_ones_own(cast, sign_in, drop_report, now):
    report = drop_report()
    client = sign_in(cast.sreyleak)
    opening(client, number_of(report))
    client.post(f"/r/{report.pk}/take/")
    client.post(f"/r/{report.pk}/put-back/")
    assert Report.objects.get(pk=report.pk).taken_by == cast.sreyleak and sees(cast.sreyleak, report)


@pytest.mark.parametrize("how", ["put back", "over"])
def test_what_is_restricted_is_held_no_longer_than_it_is_open(cast, sign_in, closed, now, how):
    report, client = closed(cast.sokha, cast.dara), sign_in(cast.kosal)
    opening(client, number_of(report))
    client.post(f"/r/{report.pk}/take/")
    alerts.ring_due(now)
    assert Report.objects.get(pk=report.pk).taken_by == cast.kosal, "a child is answered while it is open"
    if how == "put back":
        client.post(f"/r/{report.pk}/put-back/")
    else:
        with writing():
            BrokenGlass.objects.update(until=timezone.now())
        alerts.ring_due(now)
    report.refresh_from_db()
    assert (report.stage, report.taken_by) == ("waiting", None)
    assert sees(cast.sokha, report) and not sees(cast.kosal, report)


def test_what_somebody_holds_is_read_and_not_taken(cast, sign_in, taken):
    report, client = taken(), sign_in(cast.sreyleak)
    opening(client, number_of(report))
    client.post(f"/r/{report.pk}/take/")
    assert Report.objects.get(pk=report.pk).taken_by == cast.sokha


# ---- what nobody learns from trying ------------------------------------------------------------------------------


def answer(client, number) -> str:
    """What the page says to a number, without what differs each time."""
    html = opening(client, number).content.decode()
    return re.sub(r'value="[^"]{32,}"|"X-CSRFToken": "[^"]+"|\d+ tr(y|ies) left|value="' + number + '"', "", html)


def test_unknown_erased_sealed_and_ambiguous_numbers_have_one_answer(cast, sign_in, drop_report, now):
    erased = drop_report()
    erasing.erase(by=SYSTEM, report=erased, now=now)
    sealed = SealedReport(pk=uuid4(), recipient="safeguarding", sealed=b"sealed", received_at=now)
    sealed.save(force_insert=True)
    twins = [UUID(int=(0xABCDEF << 104) + number) for number in (1, 2)]
    with writing():
        for key in twins:
            Report(
                id=key, channel="web", way="adult", language="en", received_at=now, account={}, level="low",
                level_rank=3, due_at=now,
            ).save()  # fmt: skip
    client = sign_in(cast.sreyleak)
    pages = [
        answer(client, number) for number in (number_of(erased), number_of(sealed), "000000", "ABCDEF", "A", "zzz")
    ]
    assert len(set(pages)) == 1 and NOTHING in pages[0]
    assert not BrokenGlass.objects.exists() and not Notice.objects.filter(kind="glass_broken").exists()
    opening(client, str(twins[0]))
    assert BrokenGlass.objects.get().target == twins[0], "the whole id is never ambiguous"


def test_part_of_a_number_opens_nothing(cast, sign_in, taken):
    report, client = taken(), sign_in(cast.sreyleak)
    for typed in (number_of(report)[:5], report.pk.hex[:7], report.pk.hex[:31]):
        assert NOTHING in text(opening(client, typed))


def test_what_was_typed_is_in_no_row_of_the_log(cast, sign_in, taken):
    client = sign_in(cast.sreyleak)
    opening(client, "0D0D0D")
    row = LogRow.objects.get(action="glass.break")
    assert (row.outcome, row.actor_id, row.target_id) == ("refused", cast.sreyleak.pk, "")
    assert "0D0D0D" not in str(row.notes) and WHY not in str(row.notes)


def test_ten_tries_a_day_and_then_not_even_a_true_number(cast, sign_in, taken):
    report, client = taken(), sign_in(cast.sreyleak)
    assert "10 tries left today" in text(client.get("/glass/"))
    for _ in range(TRIES):
        opening(client, "000000")
    shown = text(opening(client, number_of(report)))
    assert "You have tried ten times today." in shown and "0 tries left today" in shown
    assert not sees(cast.sreyleak, report)
    assert LogRow.objects.filter(action="glass.break", outcome="refused").count() == TRIES + 1
    opening(sign_in(cast.phally), number_of(report))
    assert sees(cast.phally, report), "each person's own"


def test_another_day_begins_anew(cast, taken, now):
    from tumpeang.access import glass

    with writing():
        LogRow.objects.create(
            seq=10**6, at=now - timedelta(days=1), actor_kind="worker", actor_id=cast.sreyleak.pk, action=glass.BREAK,
            outcome="refused", previous="", hash="",
        )  # fmt: skip
    assert glass.tries_today(cast.sreyleak, now) == 0


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "", "Write the number of the report."),
        ("reason", "", "Write the reason in a few words."),
        ("reason", "now!", "Write the reason in a few words."),
        ("reason", "1234567890123", "Write the reason in a few words."),
        ("minutes", "", "Choose for how long."),
        ("minutes", "1440", "Choose for how long."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_stays(cast, sign_in, taken, field, value, words):
    report = taken()
    data = {"number": number_of(report), "reason": WHY, "minutes": "60"} | {field: value}
    response = sign_in(cast.sreyleak).post("/glass/", data)
    assert response.status_code == 422 and words in text(response)
    html = response.content.decode()
    if field != "number":
        assert f'value="{number_of(report)}"' in html
    if field != "reason":
        assert WHY in html
    if field != "minutes":
        assert re.search(r'value="60"[^>]* checked', html)
    assert not BrokenGlass.objects.exists() and not LogRow.objects.filter(action="glass.break").exists()


def test_a_reason_in_khmer_needs_no_spaces(cast, sign_in, taken):
    report = taken()
    opening(sign_in(cast.sreyleak), number_of(report), reason="កុមារអាចមានគ្រោះថ្នាក់យប់នេះ")
    assert sees(cast.sreyleak, report)


@pytest.mark.parametrize("who", ["rotha", "nimol", "tola", "serey", "chenda", "rithy"])
def test_the_page_is_not_there_for_who_may_not(cast, sign_in, taken, who):
    report, client = taken(), sign_in(getattr(cast, who))
    assert client.get("/glass/").status_code == 404
    assert opening(client, number_of(report)).status_code == 404
    assert not BrokenGlass.objects.exists()


def test_the_rule_says_so_too(cast, taken, now):
    from tumpeang.access.glass import break_glass

    report = taken()
    more = {"record": report, "reach": queries.REACH, "reason": WHY, "minutes": 30, "tries": 0, "now": now}
    with pytest.raises(Denied):
        break_glass(by=cast.rotha, **more)
    with pytest.raises(NotNow):
        break_glass(by=cast.sreyleak, **more | {"reason": "now"})
    with pytest.raises(NotNow):
        break_glass(by=cast.sreyleak, **more | {"minutes": 60 * 24})


# ---- who is told -------------------------------------------------------------------------------------------------


def test_the_holder_is_told(cast, sign_in, taken):
    report = taken(by=cast.bopha)
    opening(sign_in(cast.sreyleak), number_of(report))
    assert told(report) == {"bopha"}


def test_of_a_restricted_one_the_list_is_told(cast, sign_in, closed):
    report = closed(cast.sokha, cast.dara, held_by=cast.sokha)
    opening(sign_in(cast.kosal), number_of(report))
    assert told(report) == {"sokha", "dara"}


def test_where_nobody_holds_it_those_who_decide_are_told(cast, sign_in, drop_report):
    report = drop_report()
    opening(sign_in(cast.phally), number_of(report))
    assert told(report) == {"borey", "rithy"}


def test_who_broke_it_is_never_the_only_one_who_knows(cast, sign_in, closed, now):
    report = closed(cast.sokha, cast.dara)
    opening(sign_in(cast.borey), number_of(report))
    assert told(report) == {"sokha", "dara"}
    with writing():
        Report.objects.filter(pk=report.pk).update(taken_by=None)
    other = closed(cast.sokha, cast.dara)
    for one in (cast.sokha, cast.dara):
        one.is_active = False
        one.save()
    opening(sign_in(cast.borey), number_of(other))
    assert told(other) == {"rithy"}


def test_where_own_staff_is_concerned_the_safeguarding_people_are_told_and_no_owner(cast, sign_in, closed):
    report = closed(cast.sokha, cast.dara, about_staff=True, held_by=cast.sokha)
    opening(sign_in(cast.kosal), number_of(report))
    assert told(report) == {"chenda", "rithy"}


def test_while_the_seats_are_empty_those_who_decide_are_told(no_seats, sign_in, closed):
    report = closed(no_seats.sokha, no_seats.dara, about_staff=True)
    opening(sign_in(no_seats.kosal), number_of(report))
    assert told(report) == {"borey", "rithy"}


# ---- what those who are told can read ----------------------------------------------------------------------------


def reason_on(client, glass):
    return client.post(f"/glass/{glass.pk}/reason/", headers={"HX-Request": "true"})


def test_the_history_stands_on_the_page_and_the_reason_opens_by_a_click_that_is_logged(cast, sign_in, taken):
    report = taken(by=cast.bopha)
    opening(sign_in(cast.sreyleak), number_of(report))
    glass, client = BrokenGlass.objects.get(), sign_in(cast.bopha)
    html = client.get(f"/r/{report.pk}/who-may/").content.decode()
    assert "Sreyleak" in html and "open now" in html and WHY not in html
    assert WHY in reason_on(client, glass).content.decode()
    row = LogRow.objects.get(action="glass.read_reason")
    assert (row.actor_id, row.target_id) == (cast.bopha.pk, str(glass.pk)) and WHY not in str(row.notes)


def test_the_reason_is_for_its_owner_who_may_see_who_saw_and_who_wrote_it(cast, sign_in, taken):
    report = taken(by=cast.bopha)
    opening(sign_in(cast.sreyleak), number_of(report))
    glass = BrokenGlass.objects.get()
    for who, code in {
        "bopha": 200, "dara": 200, "borey": 200, "sreyleak": 200,  # holder, SEE_WHO_SAW, their own
        "sokha": 404, "kosal": 404, "rotha": 404, "rithy": 404, "chenda": 404,
    }.items():  # fmt: skip
        assert reason_on(sign_in(getattr(cast, who)), glass).status_code == code, who
    shown = sign_in(cast.sokha).get(f"/r/{report.pk}/who-may/").content.decode()
    assert "Sreyleak" in shown and f"/glass/{glass.pk}/reason/" not in shown


def test_without_scripts_the_page_of_all_openings_shows_it(cast, sign_in, taken):
    report = taken(by=cast.bopha)
    opening(sign_in(cast.sreyleak), number_of(report))
    glass, client = BrokenGlass.objects.get(), sign_in(cast.bopha)
    listed = client.get("/glass/opened/")
    assert number_of(report) in text(listed) and WHY not in text(listed)
    whole = client.post(f"/glass/{glass.pk}/reason/")
    assert "<html" in whole.content.decode() and WHY in text(whole)
    assert client.get(f"/glass/{glass.pk}/reason/").url == "/glass/opened/", "a GET reads nothing"
    assert reason_on(client, BrokenGlass(pk=uuid4())).status_code == 404


def test_the_safeguarding_people_read_what_they_are_told_and_the_owner_sees_nothing_of_it(cast, sign_in, closed):
    report = closed(cast.sokha, cast.dara, about_staff=True, held_by=cast.sokha)
    kosal = sign_in(cast.kosal)
    opening(kosal, number_of(report))
    kosal.post(f"/r/{report.pk}/account/")
    glass = BrokenGlass.objects.get()
    for guard in (cast.chenda, cast.rithy):
        client = sign_in(guard)
        assert number_of(report) in text(client.get("/glass/opened/"))
        assert WHY in reason_on(client, glass).content.decode()
        assert client.get(f"/r/{report.pk}/").status_code == 404, "the reason, not the report"
    for owner in (cast.sokha, cast.dara):
        client = sign_in(owner)
        assert reason_on(client, glass).status_code == 404
        page = client.get(f"/r/{report.pk}/who-may/").content.decode()
        assert "Kosal" not in re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)  # the form offers everybody
        for path in (f"/r/{report.pk}/", "/glass/opened/"):
            assert "Kosal" not in text(client.get(path)), path
    assert "Kosal" in text(kosal.get(f"/r/{report.pk}/")).split("What happened")[1], "their own looks they see"


def test_who_decides_reads_what_they_were_told_of_and_no_more(cast, sign_in, drop_report, taken, now):
    waiting, held = drop_report(), taken(by=cast.bopha)
    for report in (waiting, held):
        opening(sign_in(cast.phally), number_of(report))
    seen = text(sign_in(cast.rithy).get("/glass/opened/"))
    assert number_of(waiting) in seen and number_of(held) not in seen
    circle.restrict(by=cast.sokha, report=waiting, people=[cast.sokha, cast.dara], about_staff=False, now=now)
    assert number_of(waiting) not in text(sign_in(cast.rithy).get("/glass/opened/")), "restricted since"


def test_of_an_erased_report_nothing_is_left_to_read(cast, sign_in, taken, now):
    report = taken(by=cast.bopha)
    opening(sign_in(cast.sreyleak), number_of(report))
    glass = BrokenGlass.objects.get()
    erasing.erase(by=SYSTEM, report=report, now=now)
    for user in (cast.bopha, cast.sreyleak, cast.dara):
        client = sign_in(user)
        assert number_of(report) not in text(client.get("/glass/opened/"))
        assert reason_on(client, glass).status_code == 404


@pytest.mark.parametrize("who", ["rotha", "nimol", "tola", "serey"])
def test_the_page_of_openings_is_not_there_for_who_can_be_told_nothing(cast, sign_in, who):
    assert sign_in(getattr(cast, who)).get("/glass/opened/").status_code == 404
