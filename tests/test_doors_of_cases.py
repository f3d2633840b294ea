"""Every address of a case and of its people, for every role, in every situation: doors.yaml says who comes in."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.test_doors import ADDRESSES, ALL, DOORS, INSIDE, OUTSIDE, Hanging, ask, once_a_file
from tumpeang.access.records import writing
from tumpeang.cases import opening
from tumpeang.cases.models import Case, CaseTask, Closing, Consent, Participant
from tumpeang.cases.plan import Agreed, Plan, Promise, Row
from tumpeang.cases.queries import REACH
from tumpeang.people.models import Pair, PersonContact, PersonName, SamePerson
from tumpeang.people.sheet import Contact, Name, Sheet, script_of
from tumpeang.people.states import ContactKind

SITUATIONS = DOORS["sees_case"]


class World(Hanging):
    """The cast, and one case that can hang on somebody in every way."""

    label = REACH.label

    def __init__(self, cast, drop_report, now):
        super().__init__(cast, now)
        self.case = self._opened(drop_report(way="adult"))
        self.target = self.case.pk

    def _opened(self, report):
        """With a child who agreed, a promise, a proposal to close it, and a child that may be the same."""
        children = [
            Row(key=name, report=report, roles=("child_victim",),
                sheet=Sheet((Name(name, script_of(name)), Contact(ContactKind.PHONE, phone))))
            for name, phone in (("Maly", "012 555 701"), ("Malee", "012 555 702"))
        ]  # fmt: skip
        plan = Plan(
            reports=[report], rows=children, title="A child", priority="high",
            agreed=[Agreed(purpose="services", basis="child_consent", child="Maly")],
            promises=[Promise(to="child", what="Call", due_at=self.now + timedelta(days=1))],
        )  # fmt: skip
        by = self.cast.vanna
        made = opening.open_case(by=by, reports=[report], plan=plan, lead=by, now=self.now)
        with writing():
            closing = Closing(case=made, reason="goals_met", words="Safe.", proposed_by=self.stranger)
            closing.proposed_at = self.now
            closing.save()
        part, other = Participant.objects.filter(report=report).order_by("at", "person__made_at", "pk")
        link = self._same(part.person, other.person)
        self.arguments = {
            "case_id": made.pk, "report_id": report.pk, "part_id": part.pk, "person_id": part.person_id,
            "task_id": CaseTask.objects.get().pk, "consent_id": Consent.objects.get().pk, "closing_id": closing.pk,
            "kind": "name", "value_id": PersonName.objects.filter(person=part.person).get().pk,
            "contact_id": PersonContact.objects.get(person=part.person).pk,
            "other_id": other.person_id, "link_id": link.pk, "how": "agree",
        }  # fmt: skip
        return made

    def _same(self, one, other):
        """A stranger said that they are one person; the house had found them."""
        first, second = sorted((one.pk, other.pk))
        with writing():
            Pair(one_id=first, other_id=second, weight=9, model="persons 1", found_at=self.now).save()
            link = SamePerson(one_id=first, other_id=second, proposed_by=self.stranger, proposed_at=self.now)
            link.save()
        return link

    def _held(self, lead, team):
        Case.objects.filter(pk=self.case.pk).update(lead=lead, team=team)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with once_a_file(django_db_blocker) as ground:
        yield World(*ground)


def expected(row, role, situation) -> str:
    to = DOORS["sets"][row["to"]] if isinstance(row["to"], str) else row["to"]
    return INSIDE if role in to and role in SITUATIONS[situation] else OUTSIDE


def situations(row, role) -> list[str]:
    """All for who may come at all; for who may never, those that open most (as in test_doors.py)."""
    may = any(expected(row, role, situation) == INSIDE for situation in SITUATIONS)
    return list(SITUATIONS) if may else [one for one in ("own", "granted", "listed", "glass") if one in SITUATIONS]


@pytest.mark.parametrize("name", [name for name in ADDRESSES if ADDRESSES[name].get("of") == "case"])
def test_who_comes_to_a_case(world, name):
    cache.clear()  # what was limited before
    row, wrong = ADDRESSES[name], []
    for role, user in world.people().items():
        client = world.clients[role]
        for situation in situations(row, role):
            with transaction.atomic():
                world.hang(situation, user)
                seen = ask(client, name, row, world.arguments)
                transaction.set_rollback(True)
            if seen != expected(row, role, situation):
                wrong.append(f"{role}, {situation}: {seen}")
    assert not wrong, f"{name}: {wrong}"


def test_every_address_of_a_case_is_asked_with_what_it_takes():
    assert {name for name in ALL if "case_id" in ALL[name]} <= {name for name in ADDRESSES if "of" in ADDRESSES[name]}
