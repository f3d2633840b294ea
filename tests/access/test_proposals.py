"""What takes two people: roles, resets, reopening. And what one may do alone, and what nobody may."""

import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.utils import timezone, translation

from tests.cast import hire
from tumpeang.access import actions, invitations, proposals, queries
from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Invitation, LogRow, Notice, Proposal, RoleGrant, SafeguardingSeat, User
from tumpeang.access.models import StaffSession as Session
from tumpeang.access.records import writing
from tumpeang.access.roles import ROLES, SYSTEM_PERMISSIONS, Permission, Role, Scope
from tumpeang.access.states import NoticeKind, Outcome, ProposalKind
from tumpeang.config.worker import Worker


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


def told(user) -> list[str]:
    return [notice.kind for notice in Notice.objects.filter(user=user).order_by("at", "id")]


@pytest.fixture
def propose(cast, now):
    """Tola proposes that Rotha becomes a call-taker, unless said otherwise."""

    def make(by=None, user=None, role=Role.CALL_TAKER, scope=Scope.ORGANISATION):
        return proposals.propose_grant(by=by or cast.tola, user=user or cast.rotha, role=role, scope=scope, now=now)

    return make


# ---- a role takes two ----------------------------------------------------------------------------------------------


def test_a_role_is_given_when_another_person_agrees(cast, propose, now):
    proposal = propose()
    assert not fresh(cast.rotha).can(Permission.READ_REPORTS)
    proposals.approve(by=cast.borey, proposal=proposal, now=now)
    assert fresh(cast.rotha).scope_of(Permission.READ_REPORTS) == Scope.ORGANISATION
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.decided_by, proposal.decided_at) == (Outcome.APPROVED, cast.borey, now)


def test_a_role_that_is_held_gets_another_reach(cast, propose, now):
    proposal = propose(user=cast.sreyleak, role=Role.SOCIAL_WORKER, scope=Scope.TEAM)
    proposals.approve(by=cast.rithy, proposal=proposal, now=now)
    assert [(g.role, g.scope) for g in fresh(cast.sreyleak).grants.all()] == [("social_worker", "team")]


def test_the_worker_their_lead_and_the_proposer_are_told(cast, propose, now):
    proposal = propose(user=cast.sokha, role=Role.LAWYER, scope=Scope.OWN)
    assert told(cast.borey) == told(cast.rithy) == [NoticeKind.PROPOSED]
    proposals.approve(by=cast.borey, proposal=proposal, now=now)
    for who in (cast.sokha, cast.dara, cast.tola):
        assert told(who) == [NoticeKind.ROLE_GIVEN], who
    assert told(cast.bopha) == told(cast.sothy) == []


def test_of_whom_nobody_leads_the_deciders_are_told(cast, propose, now):
    proposals.approve(by=cast.borey, proposal=propose(user=cast.nimol), now=now)
    assert NoticeKind.ROLE_GIVEN not in told(cast.borey)  # who did it, and leads the team
    proposals.approve(by=cast.borey, proposal=propose(user=cast.serey), now=now)
    assert NoticeKind.ROLE_GIVEN in told(cast.rithy)


@pytest.mark.parametrize("key", ["sokha", "dara", "sothy", "borey", "serey", "rithy", "chenda", "nimol"])
def test_only_who_manages_staff_proposes(cast, now, key):
    by = getattr(cast, key)
    with pytest.raises(Denied):
        proposals.propose_grant(by=by, user=cast.rotha, role=Role.LAWYER, scope=Scope.OWN, now=now)
    with pytest.raises(Denied):
        proposals.propose_reset(by=by, user=cast.rotha, now=now)
    with pytest.raises(Denied):
        proposals.take_role(by=by, user=cast.sokha, role=Role.CALL_TAKER, now=now)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("key", ["tola", "sokha", "dara", "sothy", "serey", "chenda", "nimol"])
def test_only_who_decides_decides(cast, propose, now, key):
    proposal = propose()
    for act in (proposals.approve, proposals.refuse):
        with pytest.raises(Denied):
            act(by=getattr(cast, key), proposal=proposal, now=now)
    assert not fresh(cast.rotha).can(Permission.READ_REPORTS)


def both_hats(cast):
    """Tola is given the director's role too, by whom it takes."""
    with writing():
        RoleGrant(user=cast.tola, role=Role.DIRECTOR, scope=Scope.ORGANISATION).save()
    return fresh(cast.tola)


def test_nobody_decides_what_they_proposed(cast, propose, now):
    tola = both_hats(cast)
    proposal = propose(by=tola)
    for act in (proposals.approve, proposals.refuse):
        with pytest.raises(NotNow, match="You proposed this"):
            act(by=tola, proposal=proposal, now=now)
    assert not fresh(cast.rotha).can(Permission.READ_REPORTS)


def test_nobody_decides_about_themselves(cast, propose, now):
    proposal = propose(user=cast.borey, role=Role.ADMINISTRATOR)
    with pytest.raises(NotNow, match="about you"):
        proposals.approve(by=cast.borey, proposal=proposal, now=now)
    proposals.approve(by=cast.rithy, proposal=proposal, now=now)
    assert fresh(cast.borey).can(Permission.MANAGE_STAFF)


@pytest.mark.parametrize("who", ["tola", "rotha"])
def test_the_table_itself_refuses_a_second_person_who_is_none(cast, propose, who):
    proposal = propose()
    with pytest.raises(IntegrityError), transaction.atomic(), writing():
        decided = {"outcome": Outcome.APPROVED, "decided_by": getattr(cast, who)}
        Proposal.objects.filter(pk=proposal.pk).update(**decided)


def test_the_table_itself_refuses_what_nobody_approved_and_two_that_wait(cast, propose, now):
    proposal = propose()
    with pytest.raises(IntegrityError), transaction.atomic(), writing():
        Proposal.objects.filter(pk=proposal.pk).update(outcome=Outcome.APPROVED)
    with pytest.raises(IntegrityError), transaction.atomic(), writing():
        Proposal(
            kind=ProposalKind.GRANT, user=cast.rotha, role=Role.CALL_TAKER, scope=Scope.OWN, proposed_by=cast.tola,
            proposed_at=now, expires_at=now,
        ).save()  # fmt: skip


def test_the_same_asked_twice_waits_once_and_something_else_has_to_wait(cast, propose):
    assert propose() == propose()
    with pytest.raises(NotNow, match="waits for a second person already"):
        propose(scope=Scope.OWN)
    propose(role=Role.LAWYER, scope=Scope.OWN)
    assert Proposal.objects.count() == 2
    assert told(cast.borey) == [NoticeKind.PROPOSED] * 2


def test_what_is_held_already_is_not_proposed(cast, propose):
    with pytest.raises(NotNow, match="has this role already"):
        propose(user=cast.sokha)


def test_what_is_decided_is_decided_once(cast, propose, now):
    proposal = propose()
    proposals.refuse(by=cast.borey, proposal=proposal, now=now)
    for act in (proposals.approve, proposals.refuse):
        with pytest.raises(NotNow, match="does not wait any more"):
            act(by=cast.rithy, proposal=proposal, now=now)
    assert not fresh(cast.rotha).can(Permission.READ_REPORTS)
    assert told(cast.tola) == [NoticeKind.NOT_AGREED] and told(cast.rotha) == []


def test_a_closed_account_gets_nothing(cast, propose, now):
    proposal = propose()
    cast.rotha.is_active = False
    cast.rotha.save()
    with pytest.raises(NotNow, match="This account is closed"):
        proposals.approve(by=cast.borey, proposal=proposal, now=now)
    with pytest.raises(NotNow, match="This account is closed"):
        propose(role=Role.LAWYER)
    proposal.refresh_from_db()
    assert proposal.outcome == Outcome.WAITING and not fresh(cast.rotha).grants.filter(role="call_taker").exists()


def test_of_two_who_press_at_once_one_is_told(committed, now):
    """One agrees and one does not, in the same moment: what the row says is what happened."""
    cast = hire(now)
    role = {"role": Role.CALL_TAKER, "scope": Scope.ORGANISATION}
    waiting = [
        proposals.propose_grant(by=cast.tola, user=getattr(cast, key), now=now, **role)
        for key in ("rotha", "nimol", "serey", "phally")
    ]
    refused, start = [], threading.Barrier(2)

    def press(by, act):
        try:
            for proposal in waiting:
                start.wait()
                try:
                    act(by=by, proposal=Proposal.objects.get(pk=proposal.pk), now=now)
                except NotNow:
                    refused.append(by)
        finally:
            connections.close_all()

    pairs = [(cast.borey, proposals.approve), (cast.rithy, proposals.refuse)]
    threads = [threading.Thread(target=press, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == len(waiting)
    for proposal in waiting:
        proposal.refresh_from_db()
        approved = proposal.outcome == Outcome.APPROVED
        assert proposal.decided_by == (cast.borey if approved else cast.rithy)
        assert fresh(proposal.user).grants.filter(role=Role.CALL_TAKER).exists() is approved


# ---- time and second thoughts --------------------------------------------------------------------------------------


def test_the_proposer_takes_it_back_and_nobody_else_does(cast, propose, now):
    proposal = propose()
    with pytest.raises(Denied):
        proposals.withdraw(by=cast.borey, proposal=proposal, now=now)
    proposals.withdraw(by=cast.tola, proposal=proposal, now=now)
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.decided_by) == (Outcome.REFUSED, None)
    with pytest.raises(NotNow):
        proposals.approve(by=cast.borey, proposal=proposal, now=now)


def test_after_seven_days_it_is_over(cast, propose, now):
    proposal = propose()
    assert proposals.expire_due(now + timedelta(days=6, hours=23)) == 0
    with pytest.raises(NotNow, match="too old"):
        proposals.approve(by=cast.borey, proposal=proposal, now=now + timedelta(days=7))
    assert proposals.expire_due(now + timedelta(days=7)) == 1
    assert proposals.expire_due(now + timedelta(days=7)) == 0
    proposal.refresh_from_db()
    assert proposal.outcome == Outcome.EXPIRED and told(cast.tola) == [NoticeKind.NOT_AGREED]


def test_what_is_over_is_proposed_anew_before_the_worker_has_swept_it(cast, propose, now):
    old = propose()
    later = now + timedelta(days=8)
    new = proposals.propose_grant(
        by=cast.tola, user=cast.rotha, role=Role.CALL_TAKER, scope=Scope.ORGANISATION, now=later
    )
    old.refresh_from_db()
    assert old.outcome == Outcome.EXPIRED and new.pk != old.pk
    proposals.approve(by=cast.borey, proposal=new, now=later)


def test_no_person_sweeps(cast, now):
    with pytest.raises(Denied):
        proposals.expire(by=cast.borey, now=now)


# ---- a role is taken away by one, at once --------------------------------------------------------------------------


def test_taking_a_role_away_works_at_once_and_is_told(cast, now):
    proposals.take_role(by=cast.tola, user=cast.sokha, role=Role.CALL_TAKER, now=now)
    assert not fresh(cast.sokha).can(Permission.READ_REPORTS)
    assert told(cast.sokha) == told(cast.dara) == [NoticeKind.ROLE_TAKEN]
    with pytest.raises(NotNow, match="does not have this role"):
        proposals.take_role(by=cast.tola, user=cast.sokha, role=Role.CALL_TAKER, now=now)


@pytest.fixture
def no_seats(cast):
    """Nobody reads reports about own staff just now."""
    with writing():
        SafeguardingSeat.objects.update(until=timezone.now())


def test_the_last_who_proposes_or_decides_keeps_the_role(cast, no_seats, now):
    with pytest.raises(NotNow, match="nobody could propose or decide"):
        proposals.take_role(by=cast.tola, user=cast.tola, role=Role.ADMINISTRATOR, now=now)
    proposals.take_role(by=cast.tola, user=cast.rithy, role=Role.BOARD_MEMBER, now=now)  # Borey decides
    with pytest.raises(NotNow, match="nobody could propose or decide"):
        proposals.take_role(by=cast.tola, user=cast.borey, role=Role.DIRECTOR, now=now)
    assert fresh(cast.tola).can(Permission.MANAGE_STAFF) and fresh(cast.borey).can(Permission.DECIDE)


def test_one_person_with_both_hats_is_not_two(cast, no_seats, now):
    tola = both_hats(cast)
    proposals.take_role(by=tola, user=cast.rithy, role=Role.BOARD_MEMBER, now=now)
    with pytest.raises(NotNow, match="nobody could propose or decide"):
        proposals.take_role(by=tola, user=cast.borey, role=Role.DIRECTOR, now=now)


@pytest.mark.parametrize("role", [Role.CALL_TAKER, Role.DIRECTOR, Role.ADMINISTRATOR, Role.LAWYER])
def test_who_reads_reports_about_own_staff_reads_no_other_and_keeps_no_accounts(cast, propose, now, role):
    with pytest.raises(NotNow, match="that seat goes with no role"):
        propose(user=cast.chenda, role=role)
    proposals.approve(by=cast.borey, proposal=propose(user=cast.chenda, role=Role.TRAINER), now=now)


def test_who_has_such_a_seat_since_it_was_proposed_does_not_get_the_role(cast, propose, no_seats, now):
    proposal = propose(user=cast.chenda, role=Role.CALL_TAKER)
    with writing():
        SafeguardingSeat.objects.filter(user=cast.chenda).update(until=None)
    with pytest.raises(NotNow, match="that seat goes with no role"):
        proposals.approve(by=cast.borey, proposal=proposal, now=now)


def test_the_role_behind_a_seat_is_not_taken_away(cast, now):
    with pytest.raises(NotNow, match="Give that seat to somebody else first"):
        proposals.take_role(by=cast.tola, user=cast.chenda, role=Role.SAFEGUARDING, now=now)
    assert fresh(cast.chenda).can(Permission.READ_SAFEGUARDING)


# ---- a new beginning -----------------------------------------------------------------------------------------------


def test_a_reset_ends_everything_and_gives_the_code_to_the_decider(cast, sign_in, now):
    cast.sokha.set_password("four words that belong")
    cast.sokha.save()
    client = sign_in(cast.sokha)
    assert client.get("/check/").status_code == 200
    proposal = proposals.propose_reset(by=cast.tola, user=cast.sokha, now=now)
    assert client.get("/check/").status_code == 200  # nothing yet
    code = proposals.approve(by=cast.borey, proposal=proposal, now=now)
    assert invitations.find(username="sokha", code=code, now=now).user == cast.sokha
    assert not fresh(cast.sokha).has_usable_password()
    assert not Authenticator.objects.filter(user=cast.sokha).exists()
    assert not Session.objects.filter(user=cast.sokha).exists()
    assert client.get("/check/").status_code == 302
    assert told(cast.sokha) == told(cast.dara) == [NoticeKind.FACTORS_RESET]


def test_another_reset_ends_the_code_before(cast, now):
    codes = []
    for _ in range(2):
        proposal = proposals.propose_reset(by=cast.tola, user=cast.sokha, now=now)
        codes.append(proposals.approve(by=cast.borey, proposal=proposal, now=now))
    assert invitations.find(username="sokha", code=codes[0], now=now) is None
    assert invitations.find(username="sokha", code=codes[1], now=now)


def test_the_first_role_of_a_new_account_gives_one_code(cast, now):
    new = actions.add_worker(by=cast.tola, username="thida", display_name="Thida")
    codes = []
    for role in (Role.CALL_TAKER, Role.TRAINER):
        proposal = proposals.propose_grant(by=cast.tola, user=new, role=role, scope=Scope.OWN, now=now)
        codes.append(proposals.approve(by=cast.borey, proposal=proposal, now=now))
    assert codes[0] and not codes[1]  # the first one stands
    assert Invitation.objects.filter(user=new).count() == 1


def test_who_has_begun_needs_no_code(cast, propose, now):
    cast.rotha.set_password("four words that belong")
    cast.rotha.save()
    assert proposals.approve(by=cast.borey, proposal=propose(), now=now) == ""


def test_a_reopened_account_is_empty(cast, now):
    sokha = cast.sokha
    sokha.set_password("four words that belong")
    sokha.is_active, sokha.left_at = False, now
    sokha.save()
    proposal = proposals.propose_reopen(by=cast.tola, user=sokha, now=now)
    assert proposals.approve(by=cast.rithy, proposal=proposal, now=now) == ""
    opened = fresh(sokha)
    assert opened.is_active and opened.left_at is None and not opened.has_usable_password()
    assert opened.roles() == [] and not opened.can(Permission.READ_REPORTS)
    assert NoticeKind.REOPENED in told(sokha)
    again = proposals.propose_grant(by=cast.tola, user=opened, role=Role.CALL_TAKER, scope=Scope.OWN, now=now)
    assert proposals.approve(by=cast.borey, proposal=again, now=now)  # and now a code


def test_only_a_closed_account_is_reopened(cast, now):
    with pytest.raises(NotNow, match="This account is open"):
        proposals.propose_reopen(by=cast.tola, user=cast.sokha, now=now)


# ---- the house itself ----------------------------------------------------------------------------------------------


def test_the_house_itself_gives_nobody_anything(cast, now):
    held = {permission for allowed in ROLES.values() for permission in allowed}
    assert not SYSTEM_PERMISSIONS & held
    with pytest.raises(Denied):
        actions.add_worker(by=SYSTEM, username="thida", display_name="Thida")
    with pytest.raises(Denied):
        proposals.propose_grant(by=SYSTEM, user=cast.rotha, role=Role.LAWYER, scope=Scope.OWN, now=now)
    with pytest.raises(NotNow, match="People work here already"):
        actions.found(by=SYSTEM, founders=[], someone_works_here=queries.someone_works_here())


# ---- what is written down, and what is not -------------------------------------------------------------------------


def test_the_log_says_who_did_what_and_holds_no_code(cast, now):
    new = actions.add_worker(by=cast.tola, username="thida", display_name="Thida")
    proposal = proposals.propose_grant(by=cast.tola, user=new, role=Role.TRAINER, scope=Scope.OWN, now=now)
    code = proposals.approve(by=cast.borey, proposal=proposal, now=now)
    rows = {row.action: row for row in LogRow.objects.all()}
    assert rows["proposal.grant"].actor_id == cast.tola.pk and rows["proposal.grant"].target_id == str(new.pk)
    assert rows["proposal.approve"].actor_id == cast.borey.pk and rows["proposal.approve"].notes["role"] == "trainer"
    everything = str(list(LogRow.objects.values())) + str(list(Invitation.objects.values()))
    assert code not in everything and code.replace("-", "") not in everything and "Thida" not in everything


def test_mails_say_only_that_there_is_something(committed, now):
    cast = hire(now)
    for who in (cast.borey, cast.rithy):
        who.alert_email, who.language = f"{who.username}@example.org", "en"
        who.save()
    proposals.propose_reset(by=cast.tola, user=cast.sokha, now=now)
    Worker().run_queue()
    assert sorted(message.to for message in mail.outbox) == [["borey@example.org"], ["rithy@example.org"]]
    assert {(message.subject, message.body) for message in mail.outbox} == {("Tumpeang", "Please open Tumpeang.")}
