"""Another level than the rules: by whom, why, with which clock; and who is told when somebody is made to wait."""

from datetime import timedelta

import pytest
import yaml

from tests.intake.conftest import text
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Listed, Notice, Restriction
from tumpeang.access.records import writing
from tumpeang.access.states import NoticeKind
from tumpeang.config.cli import main
from tumpeang.intake import actions, alerts, countries, levels, triage
from tumpeang.intake.models import LevelChange, Ring

WHY = "The caller says that the child is alone now."


def post(client, report, **data):
    return client.post(f"/r/{report.pk}/level/", data, follow=True)


def told(user):
    return Notice.objects.filter(user=user, kind=NoticeKind.LEVEL_LOWERED).count()


def test_the_holder_sets_another_level_and_the_clock_runs_from_the_arrival(cast, sign_in, taken, done):
    report = taken(way="adult", minutes_ago=10)
    response = post(sign_in(cast.sokha), report, level="immediate", reason=WHY)
    assert "The level is set, and the clock with it." in text(response)
    report.refresh_from_db()
    assert (report.level, report.level_rank) == ("immediate", 0)
    assert report.due_at == report.received_at + timedelta(minutes=15)
    change = LevelChange.objects.get(report=report)
    assert (change.before, change.after, change.reason, change.by) == ("medium", "immediate", WHY, cast.sokha)
    assert change.rules == report.rules and done("level.set", report) == 1


def test_everybody_who_reads_it_sees_who_set_it_when_and_why(cast, sign_in, taken, now):
    report = taken(way="adult")
    triage.set_level(by=cast.sokha, report=report, to="high", reason=WHY, now=now)
    page = text(sign_in(cast.bopha).get(f"/r/{report.pk}/"))
    assert WHY in page and "Medium → High" in page and f"set by {cast.sokha.display_name}" in page
    assert "Set another level" not in page  # Bopha does not hold it


def test_the_reason_lies_encrypted(cast, taken, now):
    from django.db import connection

    report = taken(way="adult")
    change = triage.set_level(by=cast.sokha, report=report, to="high", reason=WHY, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM intake_levelchange")
        assert WHY.encode() not in bytes(cursor.fetchone()[0])
    assert LevelChange.objects.get(pk=change.pk).reason == WHY


def test_a_supervisor_sets_it_whoever_holds_it(cast, sign_in, drop_report, taken):
    for report in (taken(by=cast.bopha, way="adult"), drop_report(way="adult")):
        assert "The level is set" in text(post(sign_in(cast.dara), report, level="low", reason=WHY))


@pytest.mark.parametrize("who", ["bopha", "sreyleak"])
def test_who_neither_holds_it_nor_supervises_does_not(cast, sign_in, taken, who):
    report = taken(way="adult")
    response = post(sign_in(getattr(cast, who)), report, level="low", reason=WHY)
    assert response.status_code == 404 or "Take the report first." in text(response)
    assert not LevelChange.objects.exists()


@pytest.mark.parametrize("who", ["sothy", "borey", "rotha"])
def test_who_answers_no_reports_finds_nothing_there(cast, sign_in, taken, who):
    report = taken(way="adult")
    assert post(sign_in(getattr(cast, who)), report, level="low", reason=WHY).status_code == 404
    assert not LevelChange.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"level": "high", "reason": "  "}, "Write the reason in a few words."),
        ({"level": "", "reason": WHY}, "Choose a level."),
        ({"level": "utmost", "reason": WHY}, "Choose a level."),
        ({"level": "medium", "reason": WHY}, "Choose a level."),  # it has that already
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(cast, sign_in, taken, data, words):
    report = taken(way="adult")
    response = post(sign_in(cast.sokha), report, **data)
    assert response.status_code == 422 and words in text(response)
    assert data["reason"].strip() in response.content.decode()
    assert not LevelChange.objects.exists()


def test_an_ended_report_keeps_its_level(cast, taken, now):
    report = taken(way="adult")
    actions.end(by=cast.sokha, report=report, outcomes=["duplicate"], open_tasks=0, checking=0, now=now)
    with pytest.raises(NotNow):
        triage.set_level(by=cast.dara, report=report, to="high", reason=WHY, now=now)


def test_the_same_level_twice_is_one_change(cast, taken, now):
    report = taken(way="adult")
    triage.set_level(by=cast.sokha, report=report, to="high", reason=WHY, now=now)
    with pytest.raises(NotNow):
        triage.set_level(by=cast.sokha, report=report, to="high", reason=WHY, now=now)  # the page was old
    assert LevelChange.objects.count() == 1


# ---- somebody is made to wait --------------------------------------------------------------------------------------


def test_lowering_an_immediate_one_is_seen_by_the_supervisors(cast, taken, now, mailoutbox, sign_in):
    report = taken(safety_now="not_safe")
    triage.set_level(by=cast.sokha, report=report, to="medium", reason=WHY, now=now)
    assert told(cast.dara) == told(cast.vanna) == 1 and told(cast.sokha) == told(cast.bopha) == 0
    page = sign_in(cast.dara).get(f"/r/{report.pk}/")
    assert WHY in text(page)
    notice = Notice.objects.get(user=cast.dara, kind=NoticeKind.LEVEL_LOWERED)
    assert (notice.target, notice.caused_by) == (report.pk, cast.sokha)
    assert not any(WHY in mail.body + mail.subject for mail in mailoutbox)


def test_a_supervisor_who_lowers_it_is_seen_by_the_other(cast, taken, now):
    report = taken(safety_now="not_safe")
    triage.set_level(by=cast.dara, report=report, to="high", reason=WHY, now=now)
    assert told(cast.dara) == 0 and told(cast.vanna) == 1


def test_raising_tells_nobody_but_rings_when_nobody_has_it(cast, drop_report, now):
    report = drop_report(way="adult")
    triage.set_level(by=cast.dara, report=report, to="immediate", reason=WHY, now=now)
    assert not Notice.objects.filter(kind=NoticeKind.LEVEL_LOWERED).exists()
    alerts.ring_due(now)
    assert Ring.objects.filter(report=report.pk, reason="untaken").exists()


def restrict(report, now, *people):
    with writing():
        row = Restriction(kind="intake.report", target=report.pk, set_by=people[0], set_at=now)
        row.save()
        for person in people:
            Listed(restriction=row, user=person).save()


def test_of_a_restricted_report_only_its_list_is_told(cast, taken, now):
    report = taken(safety_now="not_safe")
    restrict(report, now, cast.sokha, cast.vanna)
    triage.set_level(by=cast.sokha, report=report, to="medium", reason=WHY, now=now)
    assert told(cast.vanna) == 1 and told(cast.dara) == 0


def test_restricted_since_the_page_was_asked_for(cast, taken, now):
    report = taken(way="adult")
    restrict(report, now, cast.bopha, cast.vanna)
    with pytest.raises(Denied):
        triage.set_level(by=cast.dara, report=report, to="high", reason=WHY, now=now)
    assert not LevelChange.objects.exists()


# ---- new rules -----------------------------------------------------------------------------------------------------


@pytest.fixture
def new_rules(monkeypatch):
    """Tomorrow's rules: a threat is immediate, and a new version says so."""

    def change():
        data = yaml.safe_load(levels._FILE.read_text())
        next(rule for rule in data["raises"] if rule["answer"] == "threatened")["to"] = "immediate"
        data["versions"].append(data["versions"][-1] | {"version": "2"})
        book = levels.read(data)
        monkeypatch.setattr(levels, "rules", lambda: book)

    return change


def test_nothing_moves_by_itself_and_the_page_says_what_would(cast, sign_in, drop_report, new_rules):
    would, would_not = drop_report(threatened="yes"), drop_report(threatened="no")
    new_rules()
    page = sign_in(cast.dara).get("/levels/moves/").content.decode()
    assert str(would.pk) in page and str(would_not.pk) not in page
    would.refresh_from_db()
    assert (would.level, would.rules) == ("high", "1") and not LevelChange.objects.exists()


def test_a_supervisor_moves_the_chosen_ones(cast, sign_in, drop_report, new_rules, done):
    chosen, other = drop_report(threatened="yes"), drop_report(threatened="yes")
    new_rules()
    response = sign_in(cast.dara).post("/levels/moves/", {"reports": [str(chosen.pk), "not-an-id"]}, follow=True)
    assert "1 report moved." in text(response)
    chosen.refresh_from_db()
    other.refresh_from_db()
    assert (chosen.level, chosen.rules, other.level, other.rules) == ("immediate", "2", "high", "1")
    assert chosen.due_at == chosen.received_at + timedelta(minutes=15)
    change = LevelChange.objects.get()
    assert (change.report, change.reason, change.rules, change.by) == (chosen, None, "2", cast.dara)
    assert "New rules, version 2" in text(sign_in(cast.dara).get(f"/r/{chosen.pk}/"))


def test_what_a_person_set_stays(cast, drop_report, new_rules, now):
    report = drop_report(threatened="yes")
    triage.set_level(by=cast.dara, report=report, to="medium", reason=WHY, now=now)
    new_rules()
    assert triage.look_ahead(by=cast.dara).of == 0
    assert triage.apply_rules(by=cast.dara, reports=[report.pk], now=now) == 0


def test_ended_and_hidden_reports_are_left_alone(cast, taken, drop_report, new_rules, now):
    ended, hidden = taken(threatened="yes"), drop_report(threatened="yes")
    actions.end(by=cast.sokha, report=ended, outcomes=["duplicate"], open_tasks=0, checking=0, now=now)
    restrict(hidden, now, cast.bopha, cast.sokha)
    new_rules()
    assert triage.look_ahead(by=cast.dara).moves == []
    assert triage.apply_rules(by=cast.dara, reports=[ended.pk, hidden.pk], now=now) == 0


def test_batch_after_batch_every_report_is_looked_at_once(cast, drop_report, new_rules):
    reports = {drop_report(threatened="yes").pk for _ in range(5)}
    new_rules()
    seen, after = [], None
    while batch := triage.look_ahead(by=cast.dara, after=after, most=2):
        seen += [move.report.pk for move in batch.moves]
        if (after := batch.next) is None:
            break
    assert len(seen) == 5 and set(seen) == reports


@pytest.mark.parametrize("who", ["sokha", "borey", "tola"])
def test_only_supervisors_look_ahead(cast, sign_in, who):
    client = sign_in(getattr(cast, who))
    assert client.get("/levels/moves/").status_code == client.post("/levels/moves/").status_code == 404


def test_the_command_says_what_would_move(db, drop_report, new_rules, capsys):
    drop_report(threatened="yes")
    new_rules()
    assert main(["levels"]) == 1  # decides otherwise than its newest version says
    assert "add a version" in capsys.readouterr().err


def test_the_command_counts(db, drop_report, new_rules, capsys, monkeypatch):
    drop_report(threatened="yes")
    new_rules()
    monkeypatch.setattr(levels.Rules, "changed_unsaid", False)
    assert main(["levels"]) == 0
    told = capsys.readouterr().out
    assert "high -> immediate: 1" in told and "looked at 1 of 1" in told


# ---- other countries -----------------------------------------------------------------------------------------------


def test_the_route_follows_from_where_they_are(cast, sign_in, taken):
    report = taken(way="online")
    data = {"child": "kh", "alleged": "gb", "host": "nl"}
    page = text(sign_in(cast.sokha).post(f"/r/{report.pk}/countries/", data, follow=True))
    assert "the police of the district first" in page and "liaison officer" in page and "INHOPE" in page
    report.refresh_from_db()
    assert (report.country_of_child, report.country_of_alleged, report.country_of_host) == ("kh", "gb", "nl")


def test_what_is_not_known_shows_no_route(taken):
    assert countries.route(taken(way="online")) == []


def test_a_country_of_no_list_is_refused_and_others_do_not_say(cast, sign_in, taken):
    report = taken(way="online")
    data = {"child": "xx", "alleged": "gb", "host": ""}
    response = sign_in(cast.sokha).post(f"/r/{report.pk}/countries/", data)
    assert response.status_code == 422 and 'value="gb" selected' in response.content.decode()
    refused = sign_in(cast.bopha).post(f"/r/{report.pk}/countries/", data | {"child": "kh"}, follow=True)
    assert "Take the report first." in text(refused)
    report.refresh_from_db()
    assert report.country_of_alleged == ""


def test_the_routes_are_whole_and_name_no_number():
    book = countries.book()
    for where in book.routes.values():
        assert set(where) == {"abroad", "home"} and all(words["en"] and words["km"] for words in where.values())
        assert not any(sign.isdigit() for words in where.values() for sign in "".join(words.values()))
    assert all(len(slug) == 2 and words["km"] for slug, words in book.countries.items())
