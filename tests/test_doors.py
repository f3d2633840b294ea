"""Every address of the staff face, for every role, in every situation: tests/doors.yaml says who comes in.

One world for all tests of a file: whatever a visit changes is undone.
"""

import copy
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from tests import cast as the_cast
from tests import reports
from tests.intake.sealed import drop as drop_sealed
from tumpeang.access import actions as access
from tumpeang.access import glass, proposals, teams
from tumpeang.access import queries as workers
from tumpeang.access.door import SYSTEM
from tumpeang.access.models import BrokenGlass, Deputy, Listed, RecordGrant, Restriction
from tumpeang.access.records import writing
from tumpeang.access.roles import Role, Scope
from tumpeang.intake import call_back, callers, calls, retention
from tumpeang.intake.models import Answer, Call, Caller, Duty, ExposureWatch, Report, ShiftHandover, Task
from tumpeang.intake.opening import Opener
from tumpeang.intake.queries import REACH
from tumpeang.intake.safe_time import SafeTime
from tumpeang.intake.states import AnswerStage, Stage, TaskKind
from tumpeang.letterbox.models import SealedReport
from tumpeang.people import import_files, importing
from tumpeang.people.models import PersonImport
from tumpeang.people.states import Source

DOORS = yaml.safe_load((Path(__file__).parent / "doors.yaml").read_text())
ADDRESSES = DOORS["addresses"]
LABEL = "intake.report"
INSIDE, OUTSIDE, SIGN_IN = "comes in", "nothing there", "sign in first"


def patterns(resolver=None, prefix="", outer=()):
    """Every address by its name: name -> the names of its arguments."""
    found = {}
    for pattern in (resolver or get_resolver("tumpeang.config.urls_staff")).url_patterns:
        names = {*outer, *pattern.pattern.regex.groupindex}
        if isinstance(pattern, URLPattern):
            found[prefix + pattern.name] = names
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            found |= patterns(pattern, prefix + inner, names)
    return found


ALL = patterns()


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(ALL) - set(ADDRESSES) == set(), "say in doors.yaml who may open these"
    assert set(ADDRESSES) - set(ALL) == set(), "these addresses are gone"


def test_the_file_names_every_role():
    from tumpeang.access.roles import Role

    assert {role.value for role in Role} <= set(DOORS["people"])


# ---- the world ---------------------------------------------------------------------------------------------------


class Hanging:
    """One record (`label`, `target`) and each way in which it can hang on somebody: tried on reports and on cases."""

    label: str
    target: Any  # its id

    def __init__(self, cast, now):
        self.cast, self.now = cast, now
        # signed in once, and never out: each visit is undone (`ask`)
        self.clients = {role: the_cast.signed_in(user) for role, user in self.people().items()}
        far = teams.add_office(by=SYSTEM, name="Elsewhere", name_km="កន្លែងផ្សេង")
        self.far = teams.add_team(by=SYSTEM, office=far, name="Far", name_km="ឆ្ងាយ")
        self.near = {
            team.office_id: teams.add_team(by=SYSTEM, office=team.office, name="Near", name_km="ជិត")
            for team in {workers.team_of(user) for user in self.people().values()}
            if team
        }
        self.stranger = access.add_worker(by=cast.tola, username="stranger", display_name="A stranger")

    def people(self):
        return {role: getattr(self.cast, key) for role, key in DOORS["people"].items()}

    def hang(self, situation, user):
        with writing():
            getattr(self, f"_{situation}")(user, workers.team_of(user))

    def _held(self, by, team):
        raise AssertionError("each kind of record says how it is held")

    def _own(self, user, team):
        self._held(user, team)

    def _stood_in_for(self, user, team):
        Deputy(user=self.stranger, deputy=user, since=self.now).save()
        self._held(self.stranger, self.far)

    def _team(self, user, team):
        self._held(self.stranger, team)

    def _office(self, user, team):
        self._held(self.stranger, self.near[team.office_id] if team else self.far)

    def _other(self, user, team):
        self._held(self.stranger, self.far)

    def _granted(self, user, team):
        self._held(self.stranger, self.far)
        RecordGrant(kind=self.label, target=self.target, user=user, at=self.now).save()

    def _glass(self, user, team):
        self._restricted(user, team)
        until = self.now + timedelta(hours=1)
        BrokenGlass(kind=self.label, target=self.target, user=user, reason="A child.", at=self.now, until=until).save()

    def _restricted(self, user, team):
        self._held(self.stranger, team)
        self.list = Restriction(kind=self.label, target=self.target, set_by=self.stranger, set_at=self.now)
        self.list.save()
        Listed(restriction=self.list, user=self.stranger).save()

    def _listed(self, user, team):
        self._restricted(user, team)
        Listed(restriction=self.list, user=user).save()


class World(Hanging):
    """The cast, and one report for each way in which a report can hang on somebody."""

    label = LABEL

    def __init__(self, cast, drop_report, now):
        super().__init__(cast, now)
        self.report = drop_report()
        self.target = self.report.pk
        with writing():
            self.answer = Answer(
                report=self.report, text="Words.", written_by=self.stranger, written_at=now, stage=AnswerStage.CHECKING
            )
            self.answer.save()
            self.task = Task(report=self.report, kind=TaskKind.CLINICAL_CARE, due_at=now)
            self.task.save()
            self.duty = Duty(report=self.report, answer="not_required", said_by=self.stranger, said_at=now)
            self.duty.save()
        self.nothing = {"report_id": uuid4(), "answer_id": uuid4(), "task_id": uuid4(), "duty_id": uuid4()}
        self.destroying = self._destroying(drop_report)
        self.broken = self._broken(drop_report())
        self.staff = self._staff()
        self.desk = self._desk()
        self.brought = self._brought()
        self.about_staff = {"sealed_id": drop_sealed(now).pk, "seat": "board"}

    def _desk(self):
        """A shift that the supervisor gave to the call-taker, who has not signed, is in a call in which the supervisor
        reads along, and lets them see the counter."""
        with writing():
            handover = ShiftHandover(giver=self.cast.dara, taker=self.cast.sokha, given_at=self.now)
            handover.save()
            ExposureWatch(user=self.cast.sokha, supervisor=self.cast.dara).save()
            call = Call(
                worker=self.cast.sokha, kind="phone", began_at=self.now, reads_along=self.cast.dara
            )  # fmt: skip
            call.save(force_insert=True)
            caller = Caller(number=123_456, worker=self.cast.sokha, opened_at=self.now)
            caller.save(force_insert=True)
        return {"handover_id": handover.pk, "call_id": call.pk, "caller_id": caller.pk}

    def _brought(self):
        """A list of people that the supervisor read in, of the manager's office."""
        table = import_files.read(b"Name\nMaly\n")
        row = importing.bring(
            by=self.cast.dara, table=table, content=b"Name", file_name="list", source=Source.PARTNER, now=self.now,
            id=uuid4(),
        )  # fmt: skip
        with writing():
            PersonImport.objects.filter(pk=row.pk).update(team=workers.team_of(self.cast.sothy))
        return {"import_id": row.pk}

    def _broken(self, report):
        """A report of nobody, opened by the lawyer in an emergency: those who decide were told."""
        broken = glass.break_glass(
            by=self.cast.phally, record=report, reach=REACH, reason="Somebody may come to harm.", minutes=30, tries=0,
            now=self.now,
        )  # fmt: skip
        return {"glass_id": broken.pk}

    def _staff(self):
        """A worker, their team and office, a deputy, and a role that waits for a second person."""
        person = self.cast.sokha
        team = workers.team_of(person)
        proposal = proposals.propose_grant(
            by=self.cast.tola, user=person, role=Role.LAWYER, scope=Scope.OWN, now=self.now
        )
        with writing():
            deputy = Deputy(user=person, deputy=self.cast.bopha, since=self.now)
            deputy.save()
        return {
            "worker_id": person.pk, "team_id": team.pk, "office_id": team.office_id, "deputy_id": deputy.pk,
            "proposal_id": proposal.pk, "role": Role.CALL_TAKER.value,
        }  # fmt: skip

    def _destroying(self, drop_report):
        """A proposal for destruction that waits, and one that left its certificate; both of the manager's office."""
        done, waiting = (self._proposed(drop_report()) for _ in range(2))
        retention.approve(by=self.cast.borey, disposal=done, count=1, now=self.now)
        retention.destroy_approved(self.now)
        return {"disposal_id": waiting.pk, "item_id": waiting.items.get().pk, "number": done.number}

    def _proposed(self, report):
        team = workers.team_of(self.cast.sothy)
        with writing():
            Report.objects.filter(pk=report.pk).update(stage=Stage.ENDED, ended_at=self.now, team=team)
        report.refresh_from_db()
        return retention.propose(by=self.cast.dara, report=report, reason="asked", now=self.now)

    def calling_back(self):
        """The call-taker begins to call back somebody who agreed."""
        sokha, now = self.cast.sokha, self.now
        call = calls.begin(by=sokha, kind="phone", now=now)
        callers.agree_call_back(
            by=sokha, call=call, how="phone", number="012 345 678", safe=SafeTime("At noon"),
            if_someone_else="This is the shop.", code_word="mango", now=now,
        )  # fmt: skip
        report = calls.end(by=sokha, call=call, contact_type="counselling", story="A worry.", now=now).report
        return call_back.begin(by=sokha, report=report, now=now).pk

    def put(self, situation, user):
        """Hang the report on the worker in that way; returns the arguments of its addresses."""
        self.hang(situation, user)
        if situation == "safeguarding":
            return self.nothing | {"report_id": self.sealed.pk}
        return {
            "report_id": self.report.pk,
            "answer_id": self.answer.pk,
            "task_id": self.task.pk,
            "duty_id": self.duty.pk,
        }

    def _held(self, by, team):
        Report.objects.filter(pk=self.report.pk).update(stage=Stage.TAKEN, taken_by=by, taken_at=self.now, team=team)

    def _waiting(self, user, team):
        Report.objects.filter(pk=self.report.pk).update(stage=Stage.WAITING, taken_by=None, team=None)

    def _safeguarding(self, user, team):
        self.sealed = SealedReport(
            pk=uuid4(), recipient="safeguarding focal-0001 board-0001", sealed=b"sealed", received_at=self.now
        )
        self.sealed.save(force_insert=True)

    def _erased(self, user, team):
        self._held(user, team)
        Report.objects.filter(pk=self.report.pk).update(erased_at=self.now)


@contextmanager
def once_a_file(django_db_blocker):
    """A transaction around all tests of a file: yields the cast, a way to drop reports, and the time."""
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        yield the_cast.hire(now), reports.dropping(now, Opener()), now
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with once_a_file(django_db_blocker) as ground:
        yield World(*ground)


def outcome(response) -> str:
    if response.status_code == 404:
        return OUTSIDE
    if response.status_code == 302 and response.url.startswith("/account/login/"):
        return SIGN_IN
    assert response.status_code in {200, 204, 302, 401, 422, 503}, response.status_code
    return SIGN_IN if response.status_code == 401 else INSIDE


def ask(client, name, row, arguments) -> str:
    path = reverse(name, kwargs={key: arguments[key] for key in ALL[name]})
    send = client.post if row.get("as") == "POST" else client.get
    data = {key: arguments.get(str(value)[1:], value) for key, value in row.get("with", {}).items()}
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        result = outcome(send(path, data))
        transaction.set_rollback(True)
    client.cookies = cookies
    return result


NOBODYS = {
    "role": "lawyer",
    "token": "x",
    "key": "1",
    "uidb36": "1",
    "pk": 1,
    "number": 1,
}  # arguments that lead nowhere


def arguments_for(world, name):
    """What the addresses that are about something other than a report are asked with."""
    if name == "intake:back":
        return {"call_id": world.calling_back()}
    return (
        world.nothing
        | NOBODYS
        | world.destroying
        | world.about_staff
        | world.broken
        | world.staff
        | world.desk
        | world.brought
    )


def expected(row, role, situation=None) -> str:
    if row.get("closed"):
        return OUTSIDE
    to = DOORS["sets"][row["to"]] if isinstance(row.get("to"), str) else row.get("to", [])
    if row.get("open"):
        return INSIDE
    comes = role in to and (situation is None or role in DOORS["sees"][situation])
    return INSIDE if comes else OUTSIDE


def situations(row, role) -> list[str]:
    """All for who may come at all; for who may never, those that open most."""
    may = not row.get("closed") and (row.get("open") or expected(row, role) == INSIDE)
    return list(DOORS["sees"]) if may else ["own", "granted", "listed", "glass"]


@pytest.mark.parametrize("name", [name for name in ADDRESSES if not ADDRESSES[name].get("of")])
def test_who_comes_in(world, name):
    cache.clear()  # what was limited before
    row, wrong = ADDRESSES[name], []
    for role, client in world.clients.items():
        with transaction.atomic():
            seen = ask(client, name, row, arguments_for(world, name))
            transaction.set_rollback(True)
        if seen != expected(row, role):
            wrong.append(f"{role}: {seen}")
    assert not wrong, f"{name}: {wrong}"


@pytest.mark.parametrize("name", [name for name in ADDRESSES if ADDRESSES[name].get("of") == "report"])
def test_who_comes_to_a_report(world, name):
    cache.clear()  # what was limited before
    row, wrong = ADDRESSES[name], []
    for role, user in world.people().items():
        client = world.clients[role]
        for situation in situations(row, role):
            with transaction.atomic():
                arguments = world.nothing | world.put(situation, user)
                seen = ask(client, name, row, arguments)
                transaction.set_rollback(True)
            if seen != expected(row, role, situation):
                wrong.append(f"{role}, {situation}: {seen}")
    assert not wrong, f"{name}: {wrong}"


@pytest.mark.parametrize("name", [name for name in ADDRESSES if not ADDRESSES[name].get("open")])
def test_nobody_comes_in_without_signing_in(db, name):
    path = reverse(name, kwargs={key: NOBODYS.get(key, uuid4()) for key in ALL[name]})
    seen = outcome(Client().get(path))
    assert seen in ({OUTSIDE, SIGN_IN} if ADDRESSES[name].get("closed") else {SIGN_IN}), name
