"""Plays the demo's case: from a call and two reports of the web to one case with four people, through the actions."""

from datetime import datetime, timedelta
from typing import Any

from tumpeang.access import queries as workers
from tumpeang.access.models import User
from tumpeang.cases import actions, opening
from tumpeang.cases.models import Case
from tumpeang.cases.plan import Agreed, Alleged, Plan, Promise, Row
from tumpeang.intake import calls
from tumpeang.intake.models import Report
from tumpeang.people import birth, choices
from tumpeang.people.sheet import Contact, Fact, Name, Sheet, script_of
from tumpeang.people.states import ContactKind, FactKind


def call(told: dict[str, Any], *, by: User, now: datetime) -> Report:
    """A call, begun, listened to and ended."""
    begun = now - timedelta(minutes=told["minutes_ago"])
    made = calls.begin(by=by, kind="phone", now=begun)
    calls.say(by=by, call=made, answers=told["answers"], now=begun)
    ended = begun + timedelta(minutes=told["lasts"])
    made = calls.end(by=by, call=made, contact_type=told["type"], story=told["story"], now=ended)
    if made.report is None:
        raise ValueError("a call with a story leaves a report")
    return made.report


def open_case(told: dict[str, Any], *, reports: list[Report], who: dict[str, User], now: datetime) -> Case:
    """Open it, with its people, and do what followed."""
    at = now - timedelta(minutes=told["minutes_ago"])
    by, lead = who[told["by"]], who[told["lead"]]
    case = opening.open_case(by=by, reports=reports, plan=_plan(told, reports, at, now), lead=lead, now=at)
    for step in told["then"]:
        _do(step, case, who[step["who"]], now)
    return case


def _plan(told: dict[str, Any], reports: list[Report], at: datetime, now: datetime) -> Plan:
    alleged = told["alleged"]
    return Plan(
        reports=reports,
        rows=[_row(person, reports[person["report"]], at) for person in told["people"]],
        alleged=[Alleged(one, forms=tuple(alleged["forms"]), setting=alleged["setting"]) for one in reports],
        title=told["title"],
        priority=told["priority"],
        told=told["told"],
        wants=told["wants"],
        agreed=[Agreed(**one) for one in told["agreed"]],
        promises=[Promise(to=one["to"], what=one["what"], due_at=_due(one, now)) for one in told["promises"]],
    )


def _row(person: dict[str, Any], report: Report, at: datetime) -> Row:
    values = [
        *(Name(person[key], script_of(person[key])) for key in ("km", "latin") if key in person),
        birth.from_age(*choices.BANDS[person["band"]], on=at.date()) if "band" in person else None,
        Fact(FactKind.SEX, person["sex"]) if "sex" in person else None,
        Contact(ContactKind.PHONE, person["phone"]) if "phone" in person else None,
    ]
    return Row(
        key=person["key"],
        report=report,
        roles=tuple(person["roles"]),
        relation=person.get("relation", ""),
        same_as=person.get("same_as", ""),
        sheet=Sheet(tuple(value for value in values if value)),
    )


def _due(step: dict[str, Any], now: datetime) -> datetime:
    return now + timedelta(minutes=step["in_minutes"])


def _do(step: dict[str, Any], case: Case, by: User, now: datetime) -> None:
    at = now - timedelta(minutes=step["minutes_ago"])
    if step["does"] == "note":
        actions.write_note(by=by, case=case, text=step["text"], now=at)
    elif step["does"] == "task":
        actions.add_task(by=by, case=case, what=step["text"], due_at=_due(step, now), given_to=by, now=at)
    else:
        raise ValueError(f"a case of the story knows no step {step['does']!r}")


def workers_by_key(ids: dict[str, Any]) -> dict[str, User]:
    """Those of the cast who work here, by their key."""
    found = {key: workers.worker(one) for key, one in ids.items()}
    return {key: user for key, user in found.items() if user}
