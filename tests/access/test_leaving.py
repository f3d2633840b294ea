"""A leaver: nothing opens, nothing is orphaned, and either all of it happens or nothing."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import product
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone, translation

from tests.access.conftest import text
from tests.test_doors import ADDRESSES, ALL
from tumpeang.access import leaving, proposals, queries, teams
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import (
    BrokenGlass,
    Deputy,
    Invitation,
    Listed,
    LogRow,
    Membership,
    Notice,
    Proposal,
    RecordGrant,
    Restriction,
    RoleGrant,
    SafeguardingSeat,
    StaffSession,
    User,
)
from tumpeang.access.records import writing
from tumpeang.access.registry import registry
from tumpeang.access.roles import Role, Scope
from tumpeang.access.states import NoticeKind, Outcome, Seat
from tumpeang.cases.models import Case, CaseTask
from tumpeang.intake import actions
from tumpeang.intake.models import Call, Caller, ExposureWatch, OnCall, Report, Ring, ShiftHandover, Task
from tumpeang.intake.states import CallKind, RingReason, Stage, TaskKind

# every key that points to a worker: which rows of it are open, and so may not point to somebody who left.
# None: it says who did something, and stays for ever
OPEN = {
    "access.Membership.user": Q(until=None),
    "access.Deputy.user": Q(until=None),
    "access.Deputy.deputy": Q(until=None),
    "access.RoleGrant.user": Q(),
    "access.Proposal.user": Q(outcome="waiting"),
    "access.Proposal.proposed_by": Q(outcome="waiting"),
    "access.Invitation.user": Q(ended_at=None),
    "access.StaffSession.user": Q(),
    "access.SafeguardingSeat.user": Q(until=None),
    "access.RecordGrant.user": Q(ended_at=None),
    "access.Listed.user": Q(restriction__lifted_at=None),
    "access.BrokenGlass.user": None,  # with a time of its own: test_nothing_opens
    "access.Notice.user": Q(seen_at=None) | Q(carried_at=None),
    "access.Notice.about": None,
    "account.EmailAddress.user": None,  # the library's; this house keeps no addresses there
    "mfa.Authenticator.user": Q(),
    "cases.Case.lead": ~Q(status="closed"),
    "cases.Case.opened_by": None,
    "cases.CaseTask.given_to": Q(done_at=None),
    "cases.Closing.proposed_by": None,  # decided by anybody else who may
    "people.SamePerson.proposed_by": None,  # agreed to by anybody else who may
    "intake.Report.taken_by": Q(stage="taken"),
    "intake.Task.given_to": Q(done_at=None),
    "intake.Task.asked_by": Q(done_at=None),
    "intake.OnCall.user": Q(),
    "intake.Ring.user": Q(seen_at=None) | Q(carried_at=None),
    "intake.Caller.worker": Q(),
    "intake.Call.worker": Q(ended_at=None),
    "intake.Call.reads_along": Q(ended_at=None),
    "intake.ShiftHandover.giver": None,  # what was given stays given
    "intake.ShiftHandover.taker": Q(taken_at=None),
    "intake.Exposure.user": None,
    "intake.ExposureWatch.user": None,  # their own counter; nobody counts any more
    "intake.ExposureWatch.supervisor": Q(),
    "intake.Disposal.proposed_by": None,  # decided by anybody else who may
    "intake.KeptOut.user": None,  # never among the readers, also when they come back
}
# by their names: they say who did something. (An answer that waits is read by another, whoever wrote it.)
WHO_DID = {
    "by", "made_by", "ended_by", "decided_by", "checked_by", "done_by", "set_by", "lifted_by", "kept_by", "written_by",
    "said_by", "granted_by", "caused_by", "withdrawn_by", "passed_by", "undone_by",
}  # fmt: skip


def keys():
    """Every key in the database that points to a worker."""
    return [
        (f"{model._meta.label}.{field.name}", model, field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is User
    ]


def test_every_key_to_a_worker_says_what_becomes_of_it_when_they_leave():
    found = {label for label, _model, field in keys() if field.name not in WHO_DID}
    assert found - set(OPEN) == set(), "say in OPEN which rows are open, and give them in a Holding"
    assert set(OPEN) - found == set()


@pytest.fixture(autouse=True)
def english():
    """Refusals are compared in English."""
    with translation.override("en"):
        yield


def nobody_seated():
    with writing():
        SafeguardingSeat.objects.filter(until=None).update(until=timezone.now())


@pytest.fixture
def loaded(cast, drop_report, now):
    """Dara holds, waits for, may and is in everything that there is."""
    dara, sokha = cast.dara, cast.sokha
    held = drop_report(safety_now="not_safe", last_five_days="yes")
    actions.take(by=dara, report=held, now=now)
    held.refresh_from_db()
    actions.ask_opinion(by=dara, report=held, now=now)
    waiting = drop_report(way="adult")
    actions.take(by=dara, report=waiting, now=now)
    waiting.refresh_from_db()
    actions.ask_opinion(by=dara, report=waiting, now=now)
    actions.hand_over(by=dara, report=waiting, to=None, now=now)
    teams.name_deputy(by=dara, user=dara, deputy=cast.vanna, now=now)
    teams.name_deputy(by=sokha, user=sokha, deputy=dara, now=now)
    proposals.propose_reset(by=cast.tola, user=dara, now=now)
    soon = now + timedelta(hours=1)
    with writing():
        for people in ([dara, sokha], [dara]):
            row = Restriction(kind="intake.report", target=held.pk if len(people) == 1 else waiting.pk,
                              about_staff=len(people) == 1, set_by=dara, set_at=now)  # fmt: skip
            row.save()
            for one in people:
                Listed(restriction=row, user=one).save()
        RecordGrant(kind="intake.report", target=waiting.pk, user=dara, granted_by=sokha, at=now).save()
        BrokenGlass(kind="intake.report", target=waiting.pk, user=dara, reason="x", at=now, until=soon).save()
        Invitation(user=dara, code_hash="x", made_at=now, expires_at=soon).save()
        Notice(user=dara, kind=NoticeKind.GRANTED, at=now).save()
        Ring(report=held.pk, user=dara, reason=RingReason.LATE, since=now, at=now).save()
        Task.objects.filter(report=held, kind=TaskKind.CLINICAL_CARE).update(given_to=dara)
        caller = Caller(number=123456, worker=dara, opened_at=now)
        caller.save()
        Call(kind=CallKind.values[0], worker=dara, caller=caller, began_at=now).save()
        Call(kind=CallKind.values[0], worker=sokha, reads_along=dara, began_at=now).save()
        ShiftHandover(giver=cast.bopha, taker=dara, given_at=now).save()
        ExposureWatch(user=sokha, supervisor=dara).save()
        case = Case(year=2026, serial=1, title="x", priority="low", lead=dara, opened_by=sokha, opened_at=now)
        case.save()
        CaseTask(case=case, what="x", due_at=soon, given_to=dara, by=sokha, at=now).save()
    dara.alert_email = "dara@example.org"
    dara.set_password("four words that belong")
    dara.save()
    dara.held = held
    return dara


def everything_to(person) -> dict:
    """Each kind to this person where somebody may have it, else to whatever becomes of it."""

    class To(dict):
        def get(self, name, default=None):
            holding = next(one for one in registry.holdings if one.name == name)
            return person if person in holding.takers(self.user) else None

    return To()


def go(cast, user, heir, now):
    to = everything_to(heir)
    to.user = user
    leaving.leave(by=cast.tola, user=user, to=to, now=now)
    user.refresh_from_db()


# ---- nothing opens, nothing is orphaned ----------------------------------------------------------------------------


def test_nothing_open_points_to_somebody_who_left(cast, loaded, sign_in, now):
    sign_in(loaded)
    before = {label for label, model, field in keys() if OPEN.get(label) is not None
              and model._default_manager.filter(OPEN[label], **{field.name: loaded}).exists()}  # fmt: skip
    unused = {label for label, open_rows in OPEN.items() if open_rows is not None} - before
    assert unused == {"access.SafeguardingSeat.user", "access.Proposal.proposed_by"}, "the fixture has everything else"
    go(cast, loaded, cast.vanna, now)
    for label, model, field in keys():
        if OPEN.get(label) is not None:
            left = model._default_manager.filter(OPEN[label], **{field.name: loaded})
            assert not left.exists(), f"{label} still points to who left"
    assert leaving.holds(loaded) == []


def test_what_they_held_is_with_somebody_and_what_they_did_stays_theirs(cast, loaded, now):
    go(cast, loaded, cast.vanna, now)
    held = loaded.held
    held.refresh_from_db()
    assert (held.stage, held.taken_by, held.team) == (Stage.TAKEN, cast.vanna, teams.teams_of(cast.vanna)[0].team)
    asked = {task.report_id: task.asked_by for task in Task.objects.filter(kind=TaskKind.SECOND_OPINION)}
    assert asked.pop(held.pk) == cast.vanna and set(asked.values()) == {None}
    assert Task.objects.get(kind=TaskKind.CLINICAL_CARE).given_to == cast.vanna
    assert [row.user for row in OnCall.objects.order_by("rank")] == [cast.vanna]
    assert Caller.objects.get().worker == Call.objects.get(caller__isnull=False).worker == cast.vanna
    assert ShiftHandover.objects.get().taker == Case.objects.get().lead == CaseTask.objects.get().given_to == cast.vanna
    lists = {row.target: {one.user for one in row.listed.all()} for row in Restriction.objects.all()}
    assert lists[held.pk] == {cast.vanna} and {cast.sokha} in lists.values()
    assert Restriction.objects.first().set_by == loaded
    assert LogRow.objects.filter(action="report.take", actor_id=loaded.pk).exists()


def test_nothing_opens_to_somebody_who_left(cast, loaded, sign_in, now):
    client = sign_in(loaded)
    assert client.get("/").status_code == 200
    go(cast, loaded, cast.vanna, now)
    assert not loaded.is_active and loaded.left_at == now and loaded.alert_email is None
    for name, arguments in ALL.items():
        path, row = address(name, arguments), ADDRESSES.get(name, {})
        if row.get("open") or row.get("closed") or getattr(resolve(path).func, "open_to_all", False):
            continue  # sign-in pages: not part of the house
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 302 and answer.url.startswith("/account/login/"), name
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 401
    assert not Authenticator.objects.filter(user=loaded).exists()
    assert not BrokenGlass.objects.filter(user=loaded, until__gt=now).exists()
    assert authenticate(username="dara", password="four words that belong") is None


def address(name, arguments) -> str:
    """An address of that name, whatever its arguments are."""
    for values in product([uuid4(), 1, "x"], repeat=len(arguments)):
        with suppress(NoReverseMatch):
            return reverse(name, kwargs=dict(zip(arguments, values, strict=True)))
    raise AssertionError(name)


def test_who_left_opens_again_by_two_people_only_and_empty(cast, loaded, now):
    go(cast, loaded, cast.vanna, now)
    for act in (proposals.propose_reset, partial(proposals.propose_grant, role=Role.TRAINER, scope=Scope.OWN)):
        with pytest.raises(NotNow):
            act(by=cast.tola, user=loaded, now=now)
    proposal = proposals.propose_reopen(by=cast.tola, user=loaded, now=now)
    proposals.approve(by=cast.borey, proposal=proposal, now=now)
    loaded = User.objects.get(pk=loaded.pk)
    assert loaded.is_active and not loaded.roles() and not loaded.has_usable_password()


def test_everybody_concerned_is_told_once(cast, loaded, now):
    Notice.objects.count()
    go(cast, loaded, cast.vanna, now)
    about = Notice.objects.filter(about=loaded, kind__in=[NoticeKind.HANDED_OVER, NoticeKind.ACCOUNT_CLOSED])
    told = {(row.user.username, row.kind) for row in about}
    assert told == {("vanna", "handed_over"), ("borey", "account_closed"), ("rithy", "account_closed"),
                    ("sokha", "account_closed")}  # fmt: skip
    assert about.count() == len(told)
    listed = {row.user.username for row in Notice.objects.filter(kind=NoticeKind.LISTED, target=loaded.held.pk)}
    assert listed == {"vanna", "chenda", "rithy"}, "of a list about own staff the safeguarding people are told too"


def test_their_name_stays_on_what_they_did(cast, sign_in, taken, now):
    report = taken(by=cast.sokha)
    go(cast, cast.sokha, cast.bopha, now)
    page = text(sign_in(cast.bopha).get(f"/r/{report.pk}/"))
    assert "Sokha" in page and "Handed over by who closed an account" in page


# ---- all or nothing ------------------------------------------------------------------------------------------------


def refused(cast, user, to, now, words):
    rows = LogRow.objects.filter(outcome="done").count()
    with pytest.raises(NotNow, match=words):
        leaving.leave(by=cast.tola, user=user, to=to, now=now)
    user.refresh_from_db()
    assert user.is_active and LogRow.objects.filter(outcome="done").count() == rows


def test_without_a_successor_where_one_is_needed_nothing_is_done(cast, loaded, now):
    refused(cast, loaded, {}, now, "Choose who takes this over")
    loaded.held.refresh_from_db()
    assert loaded.held.taken_by == loaded and Listed.objects.filter(user=loaded).count() == 2


@pytest.mark.parametrize(("name", "key"), [("reports", "rotha"), ("on_call", "sokha"), ("last_on_lists", "rotha"),
                                           ("reports", "dara")])  # fmt: skip
def test_nobody_takes_over_what_they_may_not_hold(cast, loaded, now, name, key):
    to = dict.fromkeys([one.name for one in registry.holdings])
    to |= dict.fromkeys(["calls", "shifts", "last_on_lists", "reports", "callers", "cases"], cast.vanna)
    refused(cast, loaded, to | {name: getattr(cast, key)}, now, "cannot take this over")


def test_who_closes_an_account_gets_nothing_by_it(cast, sign_in, taken, now):
    """Else an administrator with a second hat could hand themselves what they may not see."""
    taken(by=cast.sokha)
    with writing():
        RoleGrant(user=cast.tola, role=Role.LAWYER, scope=Scope.OWN).save()
    tola = User.objects.get(pk=cast.tola.pk)
    with pytest.raises(NotNow, match="somebody else must take over"):
        leaving.leave(by=tola, user=cast.sokha, to={"reports": tola}, now=now)
    assert f'value="{tola.pk}"' not in sign_in(tola).get(f"/staff/{cast.sokha.pk}/leave/").content.decode()


def test_a_restricted_report_goes_to_its_list_only(cast, sign_in, taken, now):
    report = taken(by=cast.sokha)
    with writing():
        row = Restriction(kind="intake.report", target=report.pk, set_by=cast.sokha, set_at=now)
        row.save()
        for one in (cast.sokha, cast.vanna, cast.dara):
            Listed(restriction=row, user=one).save()
    refused(cast, cast.sokha, {"reports": cast.bopha}, now, "restricted")
    leaving.leave(by=cast.tola, user=cast.sokha, to={"reports": None}, now=now)
    report.refresh_from_db()
    assert report.stage == Stage.WAITING and {one.user for one in row.listed.all()} == {cast.vanna, cast.dara}
    assert sign_in(cast.bopha).get(f"/r/{report.pk}/").status_code == 404
    assert sign_in(cast.vanna).get(f"/r/{report.pk}/").status_code == 200


def test_who_sits_on_a_seat_stays_until_somebody_else_does(cast, now):
    assert queries.in_seat(Seat.FOCAL) == cast.chenda
    refused(cast, cast.chenda, {}, now, "Give that seat to somebody else")


def test_a_house_keeps_two_people_who_propose_and_decide(cast, now):
    nobody_seated()
    leaving.leave(by=cast.tola, user=cast.rithy, to={}, now=now)
    refused(cast, cast.borey, {}, now, "nobody could propose or decide")


def test_nobody_closes_their_own_account_or_one_twice(cast, now):
    refused(cast, cast.tola, {}, now, "Somebody else must close your account")
    leaving.leave(by=cast.tola, user=cast.rotha, to={}, now=now)
    cast.rotha.refresh_from_db()
    with pytest.raises(NotNow, match="closed"):
        leaving.leave(by=cast.tola, user=cast.rotha, to={}, now=now)
    assert LogRow.objects.filter(action="staff.leave", outcome="done").count() == 1


@pytest.mark.parametrize("key", ["sokha", "dara", "sothy", "borey", "serey", "rithy"])
def test_only_who_manages_staff_closes_accounts(cast, sign_in, now, key):
    by = getattr(cast, key)
    with pytest.raises(Denied):
        leaving.leave(by=by, user=cast.rotha, to={}, now=now)
    client = sign_in(by)
    path = f"/staff/{cast.rotha.pk}/leave/"
    assert client.get(path).status_code == client.post(path, {"sure": "yes"}).status_code == 404
    cast.rotha.refresh_from_db()
    assert cast.rotha.is_active


def test_who_proposed_something_and_left_proposes_it_no_more(cast, now):
    second = proposals.propose_grant(
        by=cast.tola, user=cast.sokha, role=Role.ADMINISTRATOR, scope=Scope.ORGANISATION, now=now
    )
    proposals.approve(by=cast.borey, proposal=second, now=now)
    sokha = User.objects.get(pk=cast.sokha.pk)
    waits = proposals.propose_grant(by=cast.tola, user=cast.nimol, role=Role.TRAINER, scope=Scope.OWN, now=now)
    leaving.leave(by=sokha, user=cast.tola, to={}, now=now)
    waits.refresh_from_db()
    assert waits.outcome == Outcome.REFUSED
    with pytest.raises(NotNow):
        proposals.approve(by=cast.borey, proposal=waits, now=now)


def test_who_is_first_on_call_and_leaves_without_a_successor_lets_the_next_move_up(cast, now):
    leaving.leave(by=cast.tola, user=cast.dara, to={}, now=now)
    assert [(row.rank, row.user) for row in OnCall.objects.order_by("rank")] == [(1, cast.vanna)]


# ---- the page ------------------------------------------------------------------------------------------------------


def test_the_page_says_what_they_hold_asks_once_more_and_then_does_it(cast, loaded, sign_in):
    client, path = sign_in(cast.tola), f"/staff/{loaded.pk}/leave/"
    page = text(client.get(path))
    assert "Dara leaves" in page and "Reports held: 1" in page and "Place among those on call: 1" in page
    wrong = client.post(path, {"all": "", "reports": "same"})
    assert wrong.status_code == 422 and "Choose who takes this over." in text(wrong)
    sent = {"all": str(cast.bopha.pk), **{one.holding.name: "same" for one in leaving.holds(loaded) if one.takers}}
    sent |= dict.fromkeys(["reports", "last_on_lists", "shifts"], str(cast.vanna.pk))
    sure = client.post(path, sent)
    assert sure.status_code == 200 and "Close the account of Dara?" in text(sure) and "Vanna" in text(sure)
    loaded.refresh_from_db()
    assert loaded.is_active
    assert f'value="{cast.vanna.pk}" selected' in client.post(path, sent | {"back": "yes"}).content.decode()
    done = client.post(path, sent | {"sure": "yes"}, follow=True)
    assert "The account is closed." in text(done)
    loaded.refresh_from_db()
    loaded.held.refresh_from_db()
    assert not loaded.is_active and loaded.held.taken_by == cast.vanna
    assert Caller.objects.get().worker == cast.bopha


def test_the_page_says_what_stands_against_it(cast, sign_in, now):
    client = sign_in(cast.tola)
    nobody_seated()
    leaving.leave(by=cast.tola, user=cast.rithy, to={}, now=now)
    page = client.get(f"/staff/{cast.borey.pk}/leave/").content.decode()
    assert "nobody could propose or decide" in page and "disabled" in page
    assert "Somebody else must close your account." in text(client.get(f"/staff/{cast.tola.pk}/leave/"))
    assert "This account is closed." in text(client.get(f"/staff/{cast.rithy.pk}/leave/"))


def test_who_holds_nothing_leaves_in_two_clicks(cast, sign_in):
    client, path = sign_in(cast.tola), f"/staff/{cast.nimol.pk}/leave/"
    assert "Nothing is open that hangs on them." in text(client.get(path))
    assert client.post(path, {"all": ""}).status_code == 200
    client.post(path, {"all": "", "sure": "yes"})
    cast.nimol.refresh_from_db()
    assert not cast.nimol.is_active and not RoleGrant.objects.filter(user=cast.nimol).exists()
    assert not Membership.objects.filter(user=cast.nimol, until=None).exists()
    assert not Deputy.objects.filter(user=cast.nimol, until=None).exists()
    assert not StaffSession.objects.filter(user=cast.nimol).exists()
    assert not Proposal.objects.filter(user=cast.nimol, outcome="waiting").exists()
    assert Report.objects.count() == 0
