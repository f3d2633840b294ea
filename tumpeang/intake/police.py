"""The police, rung by rung: who was asked, what they said, and who is asked next, by when (`reference/rungs.yaml`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tumpeang.access import door, notices
from tumpeang.access import queries as access
from tumpeang.access.door import action
from tumpeang.access.models import User
from tumpeang.access.states import NoticeKind
from tumpeang.directory.queries import services_near
from tumpeang.intake import circle, triage, triage_rules
from tumpeang.intake.levels import in_language
from tumpeang.intake.models import PoliceContact, Report, Task
from tumpeang.intake.rules import may_hold
from tumpeang.intake.states import PoliceResult, TaskKind

_FILE = Path(__file__).parent / "reference" / "rungs.yaml"


@dataclass(frozen=True)
class Rung:
    slug: str
    labels: dict[str, str]
    asks: dict[str, str]
    police: bool  # the numbers of the police in the directory are its numbers

    @property
    def label(self) -> str:
        return in_language(self.labels)

    @property
    def ask(self) -> str:
        return in_language(self.asks)


@dataclass(frozen=True)
class Ladder:
    rungs: dict[str, Rung]
    minutes: dict[str, int]  # to the next rung, by level
    marks: dict[str, str]  # results after which the next rung is asked, and what is kept of them for evidence

    def after(self, slug: str) -> Rung | None:
        order = list(self.rungs)
        place = order.index(slug) + 1
        return self.rungs[order[place]] if place < len(order) else None


@lru_cache(maxsize=1)
def ladder() -> Ladder:
    data = yaml.safe_load(_FILE.read_text())
    rungs = {slug: Rung(slug, one["label"], one["ask"], one["police"]) for slug, one in data["rungs"].items()}
    return Ladder(rungs, data["minutes"], data["next_after"])


@action("police.contact", rule=triage_rules.may_write_contact, target="report")
def write_contact(
    *, by: User, report: Report, rung: str, unit: str, officer: str, at: datetime, result: str, note: str, now: datetime
) -> PoliceContact:
    """Write down who was asked and what they said. It does the task that asked for it, and may make the next one."""
    fresh = triage.lock(by, report)
    may_hold(by=by, report=fresh)
    book = ladder()
    contact = PoliceContact(
        report=fresh, rung=rung, unit=unit, officer=officer or None, at=at, result=result, note=note or None, by=by,
        obstruction=book.marks.get(result, ""),
    )  # fmt: skip
    contact.save(force_insert=True)
    _do_asked(by, fresh, contact, now)
    if result in book.marks:
        _ask_next(by, fresh, contact, now)
    door.note(fields=["result"])
    return contact


def contacts_of(report: Report) -> list[PoliceContact]:
    """In order."""
    return list(PoliceContact.objects.filter(report=report).select_related("by").order_by("at"))


def next_of(task: Task) -> Rung | None:
    """Whom a task says to ask."""
    return ladder().rungs.get(task.to_whom) if task.kind == TaskKind.POLICE_NEXT else None


def numbers(rung: Rung, report: Report) -> list[Any]:
    """Where that rung is reached, from the directory: the nearest first."""
    if not rung.police:
        return []
    services = services_near("police", report.province)
    return [way for service in services for way in service.ways if way.kind == "phone"]


def _do_asked(by: User, report: Report, contact: PoliceContact, now: datetime) -> None:
    words = f"{ladder().rungs[contact.rung].label}: {PoliceResult(contact.result).label}"
    for task in Task.objects.filter(report=report, kind=TaskKind.POLICE_NEXT, done_at=None):
        task.done_by, task.done_at, task.outcome = by, now, words
        task.save(update_fields=["done_by", "done_at", "outcome"])


def _ask_next(by: User, report: Report, contact: PoliceContact, now: datetime) -> None:
    """The next rung, in the time of the level, counted from the refusal; after the last, who answers for it."""
    rung = ladder().after(contact.rung)
    if rung:
        due = contact.at + timedelta(minutes=ladder().minutes[report.level])
        Task(
            report=report, kind=TaskKind.POLICE_NEXT, to_whom=rung.slug, given_to=report.taken_by, due_at=due
        ).save()  # fmt: skip
        return
    people = {one.pk: one for one in (*triage.supervisors(), *access.deciders()) if circle.sees(one, report)}
    kind = NoticeKind.POLICE_SILENT
    notices.tell(by=by, to=people.values(), kind=kind, target_kind=circle.LABEL, target=report.pk, now=now)
