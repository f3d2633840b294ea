"""Every address of a case and of its people, for every role, in every situation: doors.yaml says who comes in."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.test_doors import ADDRESSES, ALL, DOORS, INSIDE, OUTSIDE, ask
from tumpeang.access import actions as access
from tumpeang.access import queries as workers
from tumpeang.access import teams
from tumpeang.access.door import SYSTEM
from tumpeang.access.models import BrokenGlass, Deputy, Listed, RecordGrant, Restriction
from tumpeang.access.records import writing
from tumpeang.cases import opening
from tumpeang.cases.models import Case, CaseTask, Closing, Consent, Participant
from tumpeang.cases.plan import Agreed, Plan, Promise, Row
from tumpeang.cases.queries import REACH
from tumpeang.people.models import PersonName
from tumpeang.people.sheet import Name, Sheet, script_of

SITUATIONS = DOORS["sees_case"]


class World:
    """The cast, and one case that can hang on somebody in every way."""

    def __init__(self, cast, drop_report, now):
        self.cast, self.now = cast, now
        far = teams.add_office(by=SYSTEM, name="Elsewhere", name_km="កន្លែងផ្សេង")
        self.far = teams.add_team(by=SYSTEM, office=far, name="Far", name_km="ឆ្ងាយ")
        self.near = {
            team.office_id: teams.add_team(by=SYSTEM, office=team.office, name="Near", name_km="ជិត")
            for team in {workers.team_of(user) for user in self.people().values()}
            if team
        }
        self.stranger = access.add_worker(by=cast.tola, username="stranger", display_name="A stranger")
        self.case = self._opened(drop_report(way="adult"))

    def _opened(self, report):
        """With a child who agreed, a promise, and a proposal to close it."""
        child = Row(key="a", report=report, roles=("child_victim",), sheet=Sheet((Name("Maly", script_of("Maly")),)))
        plan = Plan(
            reports=[report], rows=[child], title="A child", priority="high",
            agreed=[Agreed(purpose="services", basis="child_consent", child="a")],
            promises=[Promise(to="child", what="Call", due_at=self.now + timedelta(days=1))],
        )  # fmt: skip
        by = self.cast.vanna
        made = opening.open_case(by=by, reports=[report], plan=plan, lead=by, now=self.now)
        with writing():
            closing = Closing(case=made, reason="goals_met", words="Safe.", proposed_by=self.stranger)
            closing.proposed_at = self.now
            closing.save()
        part = Participant.objects.get(report=report)
        self.arguments = {
            "case_id": made.pk, "report_id": report.pk, "part_id": part.pk, "person_id": part.person_id,
            "task_id": CaseTask.objects.get().pk, "consent_id": Consent.objects.get().pk, "closing_id": closing.pk,
            "kind": "name", "value_id": PersonName.objects.get().pk,
        }  # fmt: skip
        return made

    def people(self):
        return {role: getattr(self.cast, key) for role, key in DOORS["people"].items()}

    def put(self, situation, user):
        with writing():
            getattr(self, f"_{situation}")(user, workers.team_of(user))

    def _held(self, lead, team):
        Case.objects.filter(pk=self.case.pk).update(lead=lead, team=team)

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
        RecordGrant(kind=REACH.label, target=self.case.pk, user=user, at=self.now).save()

    def _glass(self, user, team):
        self._restricted(user, team)
        until = self.now + timedelta(hours=1)
        glass = BrokenGlass(kind=REACH.label, target=self.case.pk, user=user, reason="A child.", at=self.now)
        glass.until = until
        glass.save()

    def _restricted(self, user, team):
        self._held(self.stranger, team)
        self.list = Restriction(kind=REACH.label, target=self.case.pk, set_by=self.stranger, set_at=self.now)
        self.list.save()
        Listed(restriction=self.list, user=self.stranger).save()

    def _listed(self, user, team):
        self._restricted(user, team)
        Listed(restriction=self.list, user=user).save()


@pytest.fixture
def world(cast, drop_report, now):
    cache.clear()
    return World(cast, drop_report, now)


def expected(row, role, situation) -> str:
    to = DOORS["sets"][row["to"]] if isinstance(row["to"], str) else row["to"]
    return INSIDE if role in to and role in SITUATIONS[situation] else OUTSIDE


def situations(row, role) -> list[str]:
    """All for who may come at all; for who may never, those that open most (as in test_doors.py)."""
    may = any(expected(row, role, situation) == INSIDE for situation in SITUATIONS)
    return list(SITUATIONS) if may else [one for one in ("own", "granted", "listed", "glass") if one in SITUATIONS]


@pytest.mark.parametrize("name", [name for name in ADDRESSES if ADDRESSES[name].get("of") == "case"])
def test_who_comes_to_a_case(world, sign_in, name):
    row, wrong = ADDRESSES[name], []
    for role, user in world.people().items():
        client = sign_in(user)
        for situation in situations(row, role):
            with transaction.atomic():
                world.put(situation, user)
                seen = ask(client, name, row, world.arguments)
                transaction.set_rollback(True)
            if seen != expected(row, role, situation):
                wrong.append(f"{role}, {situation}: {seen}")
    assert not wrong, f"{name}: {wrong}"


def test_every_address_of_a_case_is_asked_with_what_it_takes():
    assert {name for name in ALL if "case_id" in ALL[name]} <= {name for name in ADDRESSES if "of" in ADDRESSES[name]}
