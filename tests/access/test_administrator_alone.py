"""An administrator, alone, cannot come to read a report: every way tried through the pages, and refused.

Each test tries one way as Tola, then asks for two reports (one that waits, one that Sokha holds) and finds nothing.
Restoring a backup is tried in tests/config/test_backup.py.
"""

import io
import re
from types import SimpleNamespace

import pytest
import yaml
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from tests.access.conftest import text
from tests.cast import hire
from tests.test_doors import ALL as DOORS
from tumpeang.access import demo, leaving, proposals
from tumpeang.access.models import Invitation, Mark, Proposal, RoleGrant, User
from tumpeang.access.models import StaffSession as Session
from tumpeang.access.records import writing
from tumpeang.access.roles import Permission, Role, Scope
from tumpeang.access.states import Outcome
from tumpeang.config import cli
from tumpeang.config.worker import Worker
from tumpeang.intake import actions
from tumpeang.intake.models import Report

PASSWORD = "four words that belong"


@pytest.fixture(autouse=True)
def fresh_limits(request):
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    cache.clear()


@pytest.fixture
def alone(cast, sign_in, drop_report, now):
    """Tola at her desk, two reports, and `finds_nothing()`."""
    waiting, held = drop_report(), drop_report(way="adult")
    actions.take(by=cast.sokha, report=held, now=now)
    cast.sokha.set_password(PASSWORD)
    cast.sokha.save()
    desk = SimpleNamespace(cast=cast, client=sign_in(cast.tola), waiting=waiting, held=held)
    desk.finds_nothing = lambda client=None: finds_nothing(client or desk.client, [waiting, held])
    desk.finds_nothing()
    return desk


def finds_nothing(client, reports) -> None:
    for report in reports:
        assert client.get(f"/r/{report.pk}/").status_code in {302, 404}
        for act in ("account", "take", "answer"):
            response = client.post(f"/r/{report.pk}/{act}/", {"text": "Words."})
            assert response.status_code == 404 or "/account/" in response.url, act
        report.refresh_from_db()
    assert client.post("/find/", {"q": "a"}).status_code in {302, 404}
    assert [Report.objects.get(pk=report.pk).stage for report in reports] == ["waiting", "taken"]


def at(user, *rest) -> str:
    return "/".join(["/staff", str(user.pk), *rest, ""])


def stranger() -> Client:
    browser = Client()
    browser.cookies["l"] = "en"
    return browser


def sign_in_as(name, password) -> Client:
    browser = stranger()
    browser.post("/account/login/", {"login": name, "password": password})
    return browser


# ---- accounts ------------------------------------------------------------------------------------------------------


def add(desk, name="thida", *roles) -> User:
    data = {"display_name": name, "username": name, "language": "en", "roles": roles or ["call_taker"]}
    assert desk.client.post("/staff/new/", data).status_code == 302
    return User.objects.get(username=name)


def test_by_a_new_account(alone):
    """It has neither a password nor a code until somebody else agrees, and then the code is not hers to see."""
    new = add(alone)
    assert not new.has_usable_password() and not Invitation.objects.exists() and new.roles() == []
    for guess in ("", "!", PASSWORD, new.password):
        alone.finds_nothing(sign_in_as("thida", guess))
    begun = stranger().post(
        "/account/start/",
        {"username": "thida", "code": "AAAA-BBBB-CCCC-DDDD", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert begun.status_code == 422
    alone.finds_nothing()


def test_by_a_new_account_to_which_somebody_else_agreed(alone, sign_in):
    """The code is on the decider's screen, once; the proposer finds it nowhere."""
    new = add(alone)
    shown = sign_in(alone.cast.borey).post(f"/decisions/{Proposal.objects.get().pk}/approve/").content.decode()
    code = re.search(r'class="handed">([^<]+)<', shown).group(1)
    for path in ("/staff/", at(new), at(new, "change"), at(new, "sessions"), "/decisions/", "/told/", "/roles/"):
        page = alone.client.get(path).content.decode()
        assert code not in page and code.replace("-", "") not in page, path
    for act in ("approve", "refuse", "withdraw"):
        again = alone.client.post(f"/decisions/{Proposal.objects.get().pk}/{act}/", follow=True)
        assert code not in again.content.decode()
    alone.finds_nothing()


def test_by_fields_that_no_form_has(alone):
    before = User.objects.get(username="sokha").password
    sent = {
        "display_name": "Sokha", "language": "km", "alert_email": "", "username": "tola2", "password": PASSWORD,
        "password1": PASSWORD, "is_active": "on", "roles": "supervisor", "role": "supervisor", "scope": "organisation",
        "is_superuser": "on", "is_staff": "on",
    }  # fmt: skip
    for who in (alone.cast.sokha, alone.cast.tola):
        alone.client.post(at(who, "change"), sent)
    assert User.objects.get(username="sokha").password == before
    assert User.objects.get(username="tola").roles() == [Role.ADMINISTRATOR]
    alone.finds_nothing()


def test_by_an_account_that_was_closed(alone, sign_in):
    """Somebody who left is proposed to be let in again: it waits, and what would open is empty."""
    gone = alone.cast.bopha
    gone.set_password(PASSWORD)
    gone.is_active = False
    gone.save()
    alone.client.post(at(gone, "reopen"))
    alone.finds_nothing(sign_in_as("bopha", PASSWORD))
    sign_in(alone.cast.borey).post(f"/decisions/{Proposal.objects.get().pk}/approve/")
    alone.finds_nothing(sign_in_as("bopha", PASSWORD))
    alone.finds_nothing()


# ---- roles ---------------------------------------------------------------------------------------------------------


def test_by_a_role_for_herself(alone):
    for role in ("call_taker", "supervisor", "director", "investigator"):
        alone.client.post(at(alone.cast.tola, "role"), {"role": role, "scope": "organisation"})
    assert Proposal.objects.filter(outcome=Outcome.WAITING).count() == 4
    assert User.objects.get(username="tola").roles() == [Role.ADMINISTRATOR]
    alone.finds_nothing()


def test_by_agreeing_to_her_own_proposal(alone):
    alone.client.post(at(alone.cast.tola, "role"), {"role": "supervisor", "scope": "organisation"})
    proposal = Proposal.objects.get()
    for sent in ({}, {"by": str(alone.cast.borey.pk)}, {"decided_by": str(alone.cast.borey.pk)}):
        assert alone.client.post(f"/decisions/{proposal.pk}/approve/", sent).status_code == 404
    proposal.refresh_from_db()
    assert proposal.outcome == Outcome.WAITING
    alone.finds_nothing()


def test_by_agreeing_to_her_own_proposal_with_a_deciders_hat(alone, sign_in):
    """Two people once gave her the hat of who decides. It still takes another person, whoever it is about."""
    with writing():
        RoleGrant.objects.filter(user=alone.cast.rithy).delete()
        RoleGrant(user=alone.cast.tola, role=Role.BOARD_MEMBER, scope=Scope.ORGANISATION).save()
    client = sign_in(User.objects.get(username="tola"))
    for who, words in ((alone.cast.tola, "You proposed this"), (alone.cast.nimol, "You proposed this")):
        client.post(at(who, "role"), {"role": "supervisor", "scope": "organisation"})
        proposal = Proposal.objects.get(user=who)
        assert words in text(client.post(f"/decisions/{proposal.pk}/approve/", follow=True))
    alone.finds_nothing(client)
    alone.finds_nothing(sign_in(alone.cast.nimol))


def test_by_a_second_account_of_her_own_that_decides(alone):
    """Who makes an account and proposes that it decides cannot sign in with it, so cannot agree to anything with it."""
    second = add(alone, "tola2", "board_member", "director")
    assert Proposal.objects.filter(user=second).count() == 2
    browser = sign_in_as("tola2", PASSWORD)
    for proposal in Proposal.objects.all():
        assert alone.client.post(f"/decisions/{proposal.pk}/approve/").status_code == 404
        assert browser.post(f"/decisions/{proposal.pk}/approve/").url.startswith("/account/login/")
    assert second.roles() == []
    alone.finds_nothing()


def test_by_taking_roles_away_until_nobody_else_is_left(alone):
    for who, role in ((alone.cast.rithy, "board_member"), (alone.cast.borey, "director")):
        alone.client.post(at(who, "role", role, "take"))
    assert len([user for user in User.objects.all() if user.can(Permission.DECIDE)]) == 1
    alone.finds_nothing()


# ---- a reset -------------------------------------------------------------------------------------------------------


def test_by_resetting_a_call_taker(alone):
    alone.client.post(at(alone.cast.sokha, "reset"))
    proposal = Proposal.objects.get()
    assert alone.client.post(f"/decisions/{proposal.pk}/approve/").status_code == 404
    assert User.objects.get(username="sokha").check_password(PASSWORD)  # nothing happened
    alone.finds_nothing()


def test_by_a_reset_to_which_somebody_else_agreed(alone, sign_in):
    """Password and second step of Sokha are gone, and the code is not Tola's."""
    alone.client.post(at(alone.cast.sokha, "reset"))
    sign_in(alone.cast.borey).post(f"/decisions/{Proposal.objects.get().pk}/approve/")
    alone.finds_nothing(sign_in_as("sokha", PASSWORD))
    data = {"username": "sokha", "code": "AAAA-BBBB-CCCC-DDDD", "password1": PASSWORD, "password2": PASSWORD}
    assert stranger().post("/account/start/", data).status_code == 422
    alone.finds_nothing()


def test_by_the_librarys_own_ways_to_a_password(alone):
    for path in ("/account/password/reset/", "/account/signup/", "/account/password/set/", "/account/email/"):
        assert alone.client.post(path, {"email": "tola@example.org", "login": "sokha"}).status_code == 404
    data = {"oldpassword": PASSWORD, "password1": "other words than before", "password2": "other words than before"}
    alone.client.post("/account/password/change/", data | {"user": str(alone.cast.sokha.pk), "username": "sokha"})
    assert User.objects.get(username="sokha").check_password(PASSWORD)
    alone.finds_nothing()


def test_by_her_own_address_for_somebody_elses_alerts(committed, sign_in, now):
    """What comes by e-mail opens nothing: it holds no link and no code."""
    cast = hire(now)
    cast.sokha.alert_email = "sokha@example.org"
    cast.sokha.save()
    client = sign_in(cast.tola)
    changed = {"display_name": "Sokha", "language": "en", "alert_email": "tola@example.org"}
    client.post(at(cast.sokha, "change"), changed)
    client.post(at(cast.sokha, "reset"))
    proposals.approve(by=cast.borey, proposal=Proposal.objects.get(), now=now)
    Worker().run_queue()
    assert {address for message in mail.outbox for address in message.to} == {"sokha@example.org", "tola@example.org"}
    assert {(message.subject, message.body) for message in mail.outbox} == {("Tumpeang", "Please open Tumpeang.")}
    assert client.get("/next/").status_code == 404


# ---- teams, deputies, leaving --------------------------------------------------------------------------------------


def test_by_joining_and_leading_the_hotlines_team(alone):
    team = alone.cast.sokha.memberships.get().team
    joined = alone.client.post(f"/teams/{team.pk}/join/", {"user": alone.cast.tola.pk, "leads": "on"})
    assert joined.status_code == 302 and alone.cast.tola.memberships.filter(team=team, leads=True, until=None).exists()
    alone.finds_nothing()


def test_by_standing_in_for_a_call_taker(alone):
    alone.client.post(at(alone.cast.sokha, "deputies"), {"deputy": alone.cast.tola.pk})
    assert alone.cast.tola.stands_in_for.filter(user=alone.cast.sokha, until=None).exists()
    alone.finds_nothing()


def test_by_closing_an_account_and_taking_what_it_holds(alone):
    names = [line.holding.name for line in leaving.holds(alone.cast.sokha)]
    assert names
    tola = str(alone.cast.tola.pk)
    alone.client.post(at(alone.cast.sokha, "leave"), {"all": tola, "sure": "yes"} | dict.fromkeys(names, tola))
    assert User.objects.get(username="sokha").is_active
    alone.finds_nothing()


def test_by_a_seat_of_the_safeguarding_people(alone):
    for seat in ("focal", "board"):
        assert alone.client.post(f"/seats/{seat}/", {"who": alone.cast.tola.pk}).status_code == 404
    assert alone.client.get("/safeguarding/").status_code == 404
    alone.finds_nothing()


def test_by_any_address_that_a_report_has(alone):
    """Breaking the glass, opening it to herself, restricting it, taking it over, destroying it: whatever there is."""
    addresses = [name for name, arguments in DOORS.items() if arguments == {"report_id"}]
    assert len(addresses) >= 8
    tola = str(alone.cast.tola.pk)
    sent = {"to": tola, "user": tola, "people": [tola], "reason": "I want to.", "text": "Words."}
    for report in (alone.waiting, alone.held):
        for name in addresses:
            path = reverse(name, kwargs={"report_id": report.pk})
            assert alone.client.get(path).status_code != 200 and alone.client.post(path, sent).status_code >= 404, name
    alone.finds_nothing()


@pytest.fixture
def two_hats(alone, sign_in):
    """Tola is a social worker too, who reads what is her own."""
    with writing():
        RoleGrant(user=alone.cast.tola, role=Role.SOCIAL_WORKER, scope=Scope.TEAM).save()
    return sign_in(User.objects.get(username="tola"))


def reads(client, report) -> bool:
    return client.get(f"/r/{report.pk}/").status_code == 200


def test_who_keeps_accounts_and_reads_records_shows_herself_no_more(alone, two_hats):
    team = alone.cast.sokha.memberships.get().team
    words = "somebody else must do it"
    joined = two_hats.post(f"/teams/{team.pk}/join/", {"user": alone.cast.tola.pk}, follow=True)
    assert words in text(joined)
    stands_in = two_hats.post(at(alone.cast.sokha, "deputies"), {"deputy": alone.cast.tola.pk}, follow=True)
    assert words in text(stands_in)
    tola = str(alone.cast.tola.pk)
    given = {line.holding.name: tola for line in leaving.holds(alone.cast.sokha)}
    left = two_hats.post(at(alone.cast.sokha, "leave"), {"all": tola, "sure": "yes"} | given, follow=True)
    assert left.status_code == 422 and User.objects.get(username="sokha").is_active
    assert not reads(two_hats, alone.held)


def test_whoever_agrees_to_two_such_hats_is_warned(alone, sign_in):
    alone.client.post(at(alone.cast.tola, "role"), {"role": "social_worker", "scope": ""})
    alone.client.post(at(alone.cast.nimol, "role"), {"role": "social_worker", "scope": ""})
    page = text(sign_in(alone.cast.borey).get("/decisions/"))
    assert page.count("both keep accounts and read records") == 1


# ---- sessions, the demo, the machine -------------------------------------------------------------------------------


def test_by_somebody_elses_sign_in(alone, sign_in):
    sign_in(alone.cast.sokha)
    page = alone.client.get(at(alone.cast.sokha, "sessions")).content.decode()
    for row in Session.objects.filter(user=alone.cast.sokha):
        assert row.session_key not in page
        thief = stranger()
        thief.cookies["s"] = row.session_key
        alone.finds_nothing(thief)
    alone.finds_nothing()


def test_by_a_demo_link_outside_the_demo(alone):
    link = demo.sign_in_path(alone.cast.sokha)
    for change in ({"DEMO": False}, {"BIND": "0.0.0.0"}):
        with override_settings(**change):
            browser = stranger()
            assert browser.get(link).status_code == 404
            alone.finds_nothing(browser)
    with writing():
        Mark.objects.filter(name=Mark.DEMO).delete()
    browser = stranger()
    assert browser.get(link).status_code == 404
    alone.finds_nothing(browser)


def test_by_founding_the_house_once_more(alone, tmp_path, monkeypatch, capsys):
    people = tmp_path / "people.yaml"
    people.write_text(
        yaml.safe_dump(
            [
                {"username": "tola2", "name": "Tola", "roles": ["administrator", "supervisor"]},
                {"username": "tola3", "name": "Tola", "roles": ["director"]},
            ]
        )
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n{PASSWORD}\n"))
    before = User.objects.count()
    assert cli.main(["staff", "found", str(people)]) == 1
    assert User.objects.count() == before and not User.objects.filter(username="tola2").exists()
    assert capsys.readouterr().err.strip()
    alone.finds_nothing()


def test_by_the_frameworks_own_pages(alone):
    assert not apps.is_installed("django.contrib.admin")
    for path in ("/admin/", "/admin/login/", "/admin/access/user/", "/accounts/login/"):
        assert alone.client.get(path).status_code == 404
    alone.finds_nothing()


def test_by_the_log(alone):
    for path in ("/log/", "/log/state/"):
        assert alone.client.get(path).status_code == 404
    alone.finds_nothing()
