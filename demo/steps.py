"""Steps of the story beyond taking and answering: the police, the duty to report, care, what was told back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tumpeang.access.models import User
from tumpeang.intake import actions, duty, feedback, police, queries
from tumpeang.intake.models import Report

Step = dict[str, Any]


def _police(step: Step, by: User, report: Report, at: datetime) -> None:
    words = {key: step.get(key, "") for key in ("unit", "officer", "note")}
    police.write_contact(by=by, report=report, rung=step["rung"], result=step["result"], at=at, now=at, **words)


def _say_duty(step: Step, by: User, report: Report, at: datetime) -> None:
    duty.say(
        by=by, report=report, answer="required", rule=step["rule"], to_whom=step["to_whom"],
        by_when=at + timedelta(hours=step["within_hours"]), child_told=step["child_told"], why="", now=at,
    )  # fmt: skip


def _decide_duty(step: Step, by: User, report: Report, at: datetime) -> None:
    duty.decide(by=by, report=report, duty=duty.said_of(report)[0], agreed=step["agreed"], now=at)


def _do_task(step: Step, by: User, report: Report, at: datetime) -> None:
    task = next(one for one in queries.tasks(report) if one.kind == step["kind"] and one.done_at is None)
    actions.do_task(by=by, task=task, outcome=step["text"], now=at)


def _say_acting(_step: Step, by: User, report: Report, at: datetime) -> None:
    actions.say_acting(by=by, report=report, now=at)


def _tell_back(step: Step, by: User, report: Report, at: datetime) -> None:
    feedback.tell_back(by=by, report=report, to_whom=step["to_whom"], word=step["word"], now=at)


STEPS: dict[str, Callable[[Step, User, Report, datetime], None]] = {
    "police": _police,
    "say_duty": _say_duty,
    "decide_duty": _decide_duty,
    "task": _do_task,
    "acting": _say_acting,
    "tell_back": _tell_back,
}
