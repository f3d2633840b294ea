"""Plays the story through the actions: the letterbox's and the inbox's own, in the order of their times."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml

from demo import casework, people
from demo.night import night
from demo.steps import STEPS
from tumpeang.access import actions as access
from tumpeang.access import proposals, seats, teams
from tumpeang.access import queries as workers
from tumpeang.access.door import SYSTEM
from tumpeang.access.models import Mark, User
from tumpeang.access.roles import Role, Scope
from tumpeang.access.states import Seat
from tumpeang.directory.queries import search_places
from tumpeang.intake import actions as intake
from tumpeang.intake import queries
from tumpeang.intake.models import Report
from tumpeang.intake.opening import Opener
from tumpeang.letterbox import actions as letterbox

HERE = Path(__file__).parent
SEATED = timedelta(days=90)  # before the story begins
_NAMES = UUID("6d0c6e9e-6f2b-4f3f-9c53-0a1f0c6b7d11")  # our own namespace for the cast's ids


def load(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text())


def worker_id(key: str) -> UUID:
    return uuid5(_NAMES, key)


def hire(*, now: datetime) -> dict[str, User]:
    """The cast's accounts, offices and teams, and who is on call."""
    cast = load("cast.yaml")
    founders = [
        access.Founder(
            id=worker_id(person["key"]),
            username=person["key"],
            display_name=person["name"],
            roles=[Role(role) for role in person["roles"]],
            scopes={Role(role): Scope(scope) for role, scope in person.get("scopes", {}).items()},
            language=person["language"],
        )
        for person in cast["workers"]
    ]
    made = access.found(by=SYSTEM, founders=founders, someone_works_here=workers.someone_works_here())
    users = dict(zip((person["key"] for person in cast["workers"]), made, strict=True))
    access.mark(by=SYSTEM, name=Mark.DEMO, now=now)
    _settle(cast, users, now)
    seated = {Seat(person["seat"]): users[person["key"]] for person in cast["workers"] if "seat" in person}
    seats.found_seats(by=SYSTEM, people=seated, now=now - SEATED)
    called = sorted((p for p in cast["workers"] if p.get("on_call")), key=lambda p: p["on_call"])
    intake.set_on_call(by=users["dara"], users=[users[person["key"]] for person in called])
    return users


def _settle(cast: Any, users: dict[str, User], now: datetime) -> None:
    """Offices and teams, and who works in them."""
    for office in cast["offices"]:
        place = teams.add_office(by=SYSTEM, id=worker_id(office["key"]), name=office["name"], name_km=office["name_km"])
        for team in office["teams"]:
            made = teams.add_team(
                by=SYSTEM, id=worker_id(team["key"]), office=place, name=team["name"], name_km=team["name_km"]
            )
            for key in team["people"]:
                teams.join_team(by=SYSTEM, user=users[key], team=made, leads=key == team["lead"], now=now)


def play(*, now: datetime) -> list[str]:
    """Every report of the story, then what workers did; returns the receipts, in the order of the story."""
    opener = Opener()
    receipts = [_told(entry, opener, now)[0] for entry in load("story.yaml")]
    who = casework.workers_by_key({person["key"]: worker_id(person["key"]) for person in load("cast.yaml")["workers"]})
    night(load("night.yaml"), who=who, now=now)
    _case(opener, who, now)
    people.play(load("people.yaml"), who=who, now=now)
    _ask_for_a_second_person(now)
    return receipts


def _told(entry: dict[str, Any], opener: Opener, now: datetime) -> tuple[str, Report | None]:
    """One report from the web, sent and opened, and what workers did with it; its receipt beside it."""
    at = now - timedelta(minutes=entry["minutes_ago"])
    cookie, _ = letterbox.open_draft(now=at, **entry["reporter"])
    letterbox.keep_answers(cookie=cookie, answers=_answers(entry["answers"]), reached=1, now=at)
    receipt = letterbox.send(cookie=cookie, mark="", now=at)
    letterbox.forget_draft(cookie=cookie)
    opener.run(at)
    report = Report.objects.order_by("-received_at").filter(received_at=at).first()
    for step in entry.get("then", []):
        _do(step, report, now)
    return receipt, report


def _case(opener: Opener, who: dict[str, User], now: datetime) -> None:
    """A call and two reports from the web become one case."""
    told = load("cases.yaml")
    reports = [casework.call(told["call"], by=who[told["call"]["who"]], now=now)]
    reports += [report for entry in told["web"] if (report := _told(entry, opener, now)[1])]
    casework.open_case(told["case"], reports=reports, who=who, now=now)


def _ask_for_a_second_person(now: datetime) -> None:
    """Somebody new, and a wider reach for somebody known: both wait for whoever decides."""
    tola, sreyleak = (workers.worker(worker_id(key)) for key in ("tola", "sreyleak"))
    if tola is None or sreyleak is None:
        return
    proposals.hire(
        by=tola, id=worker_id("thida"), username="thida", display_name="Thida", language="km", alert_email=None,
        roles=[Role.TRAINER], now=now - timedelta(hours=3),
    )  # fmt: skip
    proposals.propose_grant(
        by=tola, user=sreyleak, role=Role.SOCIAL_WORKER, scope=Scope.TEAM, now=now - timedelta(hours=2)
    )


def _answers(answers: dict[str, Any]) -> dict[str, Any]:
    answers = dict(answers)
    name = answers.pop("place_name", None)
    found = search_places(name, limit=1) if name else []
    return answers | ({"place": found[0].pk} if found else {})


def _do(step: dict[str, Any], report: Report | None, now: datetime) -> None:
    if report is None:
        return
    report.refresh_from_db()
    who = workers.worker(worker_id(step["who"]))
    at = now - timedelta(minutes=step["minutes_ago"])
    if who is None:
        return
    if step["does"] == "take":
        intake.read_account(by=who, report=report, now=at)
        intake.take(by=who, report=report, now=at)
    elif step["does"] == "answer":
        intake.write_answer(by=who, report=report, text=step["text"], now=at)
    elif step["does"] == "approve":
        intake.approve_answer(by=who, answer=queries.answers(report)[-1], now=at)
    elif step["does"] == "end":
        intake.end(by=who, report=report, outcomes=step["outcomes"], now=at, **queries.open_counts(report))
    elif step["does"] in STEPS:
        STEPS[step["does"]](step, who, report, at)
    else:
        raise ValueError(f"the story knows no step {step['does']!r}")
