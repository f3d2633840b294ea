from datetime import timedelta

import pytest

from tumpeang.access import circle
from tumpeang.access.models import LogRow
from tumpeang.cases import opening
from tumpeang.cases.models import Case
from tumpeang.cases.plan import Agreed, Alleged, Plan, Promise, Row
from tumpeang.intake.queries import REACH as REPORTS
from tumpeang.people.sheet import Contact, Fact, Name, Sheet, script_of
from tumpeang.people.states import ContactKind, FactKind


@pytest.fixture
def row():
    """`row(report, "child_victim", name="Maly", phone=…)`: one person of a report, as the worker filled it in."""

    def filled(report, *roles, key="", relation="", same_as="", person=None, name=None, sex=None, phone=None):
        values = [
            name and Name(name, script_of(name)),
            sex and Fact(FactKind.SEX, sex),
            phone and Contact(ContactKind.PHONE, phone),
        ]
        return Row(
            key=key or f"{report.pk.hex[:6]}-{roles[0]}", report=report, roles=roles, relation=relation,
            same_as=same_as, person=person, sheet=Sheet(tuple(value for value in values if value)),
        )  # fmt: skip

    return filled


@pytest.fixture
def plan(row, now):
    """`plan(report, …)`: a case filled in, with a child, a reporter and somebody alleged for each report."""

    def filled(*reports, **more):
        rows = [
            one
            for report in reports
            for one in (
                row(report, "child_victim", name="Maly"),
                row(report, "reporter"),
                row(report, "alleged_perpetrator", relation="neighbour"),
            )
        ]
        usual = {
            "rows": rows,
            "alleged": [Alleged(report, forms=("emotional",), setting="home_or_family") for report in reports],
            "title": "A child and a neighbour",
            "priority": "high",
            "told": "That we listen, and whom we may have to tell.",
            "wants": "To stay at school.",
            "agreed": [Agreed(purpose="services", basis="child_consent", child=rows[0].key)],
            "promises": [Promise(to="child", what="Call on Friday", due_at=now + timedelta(days=2))],
        }
        return Plan(reports=list(reports), **(usual | more))

    return filled


@pytest.fixture
def case(cast, drop_report, plan, now):
    """`case(report, …, by=cast.sokha, lead=…)`: opened through the action; without a report, from a new one."""

    def opened(*reports, by=None, lead=None, **more) -> Case:
        by = by or cast.sokha
        reports = reports or (drop_report(way="adult"),)
        return opening.open_case(by=by, reports=list(reports), plan=plan(*reports, **more), lead=lead or by, now=now)

    return opened


@pytest.fixture
def restrict(cast, now):
    """`restrict(report, cast.dara, cast.vanna)`: only these may see it from now on."""

    def restricted(report, *people, reach=REPORTS, about_staff=False):
        circle.restrict(by=people[0], record=report, reach=reach, people=list(people), about_staff=about_staff, now=now)

    return restricted


@pytest.fixture
def done():
    """`done("case.open", case)`: how often an act on a thing stands in the log."""

    def count(action, thing, outcome="done"):
        return LogRow.objects.filter(action=action, target_id=str(thing.pk), outcome=outcome).count()

    return count
