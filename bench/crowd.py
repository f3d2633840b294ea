"""Very many reports and cases, written in bulk: for measuring how pages grow, never for a look around.

Whatever a page opens is real: the cases that are visited, with their people, notes and reports; titles of open cases.
The crowd around it has real columns, real index rows and a ciphertext of real size, but one for all: a page passes
over it and never opens it, and a key for each would take hours.
"""

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tumpeang.access import queries as access
from tumpeang.access.models import Listed, Restriction, User
from tumpeang.access.records import writing
from tumpeang.cases import actions, opening
from tumpeang.cases.models import Case, CaseReport, CaseTask, Participant, Serial
from tumpeang.cases.plan import Agreed, Alleged, Plan, Promise, Row
from tumpeang.intake.models import Report, ReportToken, Task
from tumpeang.intake.states import Stage, TaskKind
from tumpeang.people.models import Person
from tumpeang.people.sheet import Contact, Fact, Name, Sheet, script_of
from tumpeang.people.states import ContactKind, FactKind
from tumpeang.vault.keystore import keystore

REAL = 60  # reports
CASES, OF_ONE_CASE = 20, 3  # real cases, each of so many reports
NOTES = 30
TITLE = "A child and a neighbour"
BATCH = 2000
YEARS = 10
FEWEST_OPEN, OPEN_SHARE = 200, 0.01
RESTRICTED = 0.001
TOKENS, TASKS = 0.3, 0.2  # rows a report
REPORTS_A_CASE, PEOPLE_A_CASE = 10, 3
LED_OPEN = 0.1  # share of cases that are not closed
_SEED = 20_260_101


class Crowd:
    """Grows from one size to the next; the same seed gives the same crowd."""

    def __init__(self, users: dict[str, User], now: datetime) -> None:
        self.users, self.now, self.dice = users, now, random.Random(_SEED)
        self.teams = {user.pk: getattr(access.team_of(user), "pk", None) for user in users.values()}
        self.pattern: list[Report] = []
        self.title: Any = None
        self.size = 0
        self.serial = 0

    def begin(self) -> list[Case]:
        """The real ones; returns the cases to visit, the fullest first."""
        from demo import scaled

        for _done in scaled.add_reports(REAL, now=self.now):
            pass
        reports = list(Report.objects.order_by("pk"))
        leads = [self.users[name] for name in ("sreyleak", "mony", "kosal", "phally")]
        cases = [
            self._open(reports[start : start + OF_ONE_CASE], leads[start % len(leads)])
            for start in range(0, CASES * OF_ONE_CASE, OF_ONE_CASE)
        ]
        for number in range(NOTES):
            text = f"Note {number}: visited, and spoke with the school."
            actions.write_note(by=cases[0].lead, case=cases[0], text=text, now=self.now)
        self.pattern = list(Report.objects.order_by("pk"))  # with their ciphertexts, unopened
        self.title = Case.objects.get(pk=cases[0].pk).__dict__["title"]
        self.serial, self.size = Serial.objects.get().last, len(reports)
        return cases

    def _open(self, reports: list[Report], lead: User) -> Case:
        rows = [row for report in reports for row in self._rows(report)]
        due = self.now + timedelta(days=self.dice.randrange(1, 9))
        plan = Plan(
            reports=reports, rows=rows, title=TITLE, priority="high", told="That we listen.",
            alleged=[Alleged(report, forms=("emotional",)) for report in reports],
            agreed=[Agreed(purpose="services", basis="child_consent", child=rows[0].key)],
            promises=[Promise(to="child", what="Call on Friday", due_at=due)],
        )  # fmt: skip
        return opening.open_case(by=self.users["dara"], reports=reports, plan=plan, lead=lead, now=self.now)

    def _rows(self, report: Report) -> Iterator[Row]:
        for role in ("child_victim", "reporter", "caregiver", "alleged_perpetrator"):
            name = f"Name {self.dice.randrange(100_000)}"
            values = (Name(name, script_of(name)), Fact(FactKind.SEX, "female"),
                      Contact(ContactKind.PHONE, f"012 {self.dice.randrange(100_000, 999_999)}"))  # fmt: skip
            yield Row(key=f"{report.pk.hex}-{role}", report=report, roles=(role,), sheet=Sheet(values))

    # ---- the crowd ---------------------------------------------------------------------------------------------

    def grow(self, size: int) -> Iterator[int]:
        """Add reports and cases until there are `size` reports; yields how many there are."""
        open_ones = max(FEWEST_OPEN, int(size * OPEN_SHARE))
        while self.size < size:
            number = min(BATCH, size - self.size)
            share = open_ones / size
            with writing(), transaction.atomic():
                reports = [self._report(share) for _ in range(number)]
                Report.objects.bulk_create(reports, batch_size=500)
                self._beside(reports)
                self._cases(reports)
            self.size += number
            yield self.size

    def _report(self, open_share: float) -> Report:
        like = self.dice.choice(self.pattern)
        fields = {name: value for name, value in like.__dict__.items() if not name.startswith("_")}
        fields |= {"id": self._uuid(), "cluster": None}
        is_open = self.dice.random() < open_share
        ago = timedelta(minutes=self.dice.randrange(60 * 24 * (30 if is_open else 365 * YEARS)))
        at = self.now - ago
        fields |= {"received_at": at, "due_at": at + timedelta(hours=4)}
        holder = self.users[self.dice.choice(["sokha", "bopha", "kosal", "mony", "sreyleak", "phally"])]
        if is_open and self.dice.random() < 0.5:
            return Report(**fields | {"stage": Stage.WAITING, "taken_by_id": None, "taken_at": None, "team_id": None})
        fields |= {"taken_by_id": holder.pk, "taken_at": at, "team_id": self._team(holder)}
        fields["answered_at"] = None if is_open and self.dice.random() < 0.3 else at + timedelta(hours=1)
        if is_open:
            return Report(**fields | {"stage": Stage.TAKEN})
        return Report(**fields | {"stage": Stage.ENDED, "ended_at": at + timedelta(days=3)})

    def _beside(self, reports: list[Report]) -> None:
        """Index rows of phones (some shared), tasks, and a few restrictions to other people."""
        ReportToken.objects.bulk_create(
            [ReportToken(report=one, kind="phone", version=1, token=self._token())
             for one in reports if self.dice.random() < TOKENS],
            ignore_conflicts=True, batch_size=500,
        )  # fmt: skip
        tasks = [one for one in reports if self.dice.random() < TASKS]
        Task.objects.bulk_create(
            [Task(report=one, kind=TaskKind.CLINICAL_CARE, due_at=one.due_at,
                  done_at=one.ended_at, done_by_id=one.taken_by_id if one.ended_at else None) for one in tasks],
            batch_size=500,
        )  # fmt: skip
        for one in reports:
            if self.dice.random() < RESTRICTED:
                row = Restriction(kind="intake.report", target=one.pk, set_by=self.users["dara"], set_at=self.now)
                row.save()
                for name in ("vanna", "dara"):
                    Listed(restriction=row, user=self.users[name]).save()

    def _cases(self, reports: list[Report]) -> None:
        chosen = [one for one in reports if one.taken_by_id][::REPORTS_A_CASE]
        cases = [self._case(one) for one in chosen]
        keystore().make_many(case.pk for case in cases if not case.closed_at)
        Case.objects.bulk_create(cases, batch_size=500)
        pairs = list(zip(cases, chosen, strict=True))
        CaseReport.objects.bulk_create(
            [CaseReport(case=case, report=one, by_id=case.lead_id, at=case.opened_at) for case, one in pairs],
            batch_size=500,
        )
        people = [(case, one, Person(id=self._uuid(), made_by_id=case.lead_id, made_at=case.opened_at,
                                     placed_at=case.opened_at))
                  for case, one in pairs for _ in range(PEOPLE_A_CASE)]  # fmt: skip
        Person.objects.bulk_create([person for _case, _one, person in people], batch_size=500)
        roles = ("child_victim", "reporter", "alleged_perpetrator")
        Participant.objects.bulk_create(
            [Participant(report=one, person=person, role=roles[number % PEOPLE_A_CASE], by_id=case.lead_id,
                         at=case.opened_at) for number, (case, one, person) in enumerate(people)],
            batch_size=500,
        )  # fmt: skip
        CaseTask.objects.bulk_create(
            [CaseTask(case=case, what=self.title, due_at=case.opened_at, given_to_id=case.lead_id,
                      by_id=case.lead_id, at=case.opened_at, done_at=case.closed_at,
                      done_by_id=case.lead_id if case.closed_at else None) for case in cases if case.closed_at],
            batch_size=500,
        )  # fmt: skip

    def _case(self, report: Report) -> Case:
        self.serial += 1
        lead = self.users[self.dice.choice(["kosal", "mony", "sreyleak", "phally"])]
        opened = report.received_at + timedelta(hours=2)
        is_open = self.dice.random() < LED_OPEN
        closed: dict[str, Any] = {} if is_open else {
            "status": "closed", "closed_at": opened + timedelta(days=90), "closed_because": "goals_met"}  # fmt: skip
        return Case(
            id=self._uuid(), year=opened.year, serial=self.serial, title=TITLE if is_open else self.title,
            priority="medium", lead=lead, team_id=self._team(lead), opened_by=lead,
            opened_at=opened - timedelta(days=1), **closed,
        )  # fmt: skip

    def _team(self, user: User) -> Any:
        return self.teams[user.pk]

    def _token(self) -> int:
        """One of so many phones that each is told about three times."""
        return self.dice.randrange(max(1000, self.size // 10))

    def _uuid(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)


def sizes() -> list[int]:
    return [int(one) for one in os.environ.get("SIZES", "1000,100000,1000000").split(",")]
