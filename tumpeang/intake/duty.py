"""Whether the law obliges us to report: said by one, decided by another, never by the machine.

`reference/duty.yaml` offers rules to name; it decides nothing. Whoever is not sure asks a lawyer, who says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import yaml
from django.utils.translation import gettext_lazy as _

from tumpeang.access import circle as who
from tumpeang.access import notices
from tumpeang.access import queries as access
from tumpeang.access.door import action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.states import NoticeKind
from tumpeang.intake import circle, queries, triage, triage_rules
from tumpeang.intake.levels import in_language
from tumpeang.intake.models import Duty, Report, Task
from tumpeang.intake.queries import REACH
from tumpeang.intake.states import OPEN, DutyAnswer, TaskKind

_FILE = Path(__file__).parent / "reference" / "duty.yaml"
OPINION_WITHIN = timedelta(hours=4)


@dataclass(frozen=True)
class Rule:
    slug: str
    topics: dict[str, str]
    sources: dict[str, str]
    to_whom: str
    hours: int
    confirmed: str | None  # by which lawyer, when

    @property
    def topic(self) -> str:
        return in_language(self.topics)

    @property
    def source(self) -> str:
        return in_language(self.sources)


@dataclass(frozen=True)
class Book:
    rules: dict[str, Rule]
    to_whom: dict[str, dict[str, str]]
    child_told: dict[str, dict[str, str]]


@lru_cache(maxsize=1)
def book() -> Book:
    data = yaml.safe_load(_FILE.read_text())
    rules = {
        slug: Rule(slug, one["topic"], one["source"], one["to_whom"], one["hours"], one["confirmed"])
        for slug, one in data["rules"].items()
    }
    return Book(rules, data["to_whom"], data["child_told"])


@action("duty.say", rule=triage_rules.may_say_duty, target="report")
def say(
    *,
    by: User,
    report: Report,
    answer: str,
    rule: str = "",
    to_whom: str = "",
    by_when: datetime | None = None,
    child_told: str,
    why: str,
    ask: User | None = None,
    now: datetime,
) -> Duty:
    """Say what the law demands; another person decides. Not sure: a lawyer is asked, and says instead."""
    fresh = triage.lock(by, report)
    triage_rules.may_say_here(by=by, report=fresh)
    _close_question(by, fresh, now)
    required = answer == DutyAnswer.REQUIRED
    duty = Duty(
        report=fresh, answer=answer, rule=rule if required else "", to_whom=to_whom if required else "",
        by_when=by_when if required else None, child_told=child_told, why=why or None, said_by=by, said_at=now,
    )  # fmt: skip
    duty.save(force_insert=True)
    if ask and not circle.sees(ask, fresh):
        who.open_to(by=by, record=fresh, reach=REACH, to=ask, now=now)
    if answer == DutyAnswer.UNSURE:
        Task(
            report=fresh, kind=TaskKind.DUTY_OPINION, given_to=ask, asked_by=by, due_at=now + OPINION_WITHIN
        ).save()  # fmt: skip
    people = [ask] if ask else [one for one in deciders() if circle.sees(one, fresh)]
    kind = NoticeKind.DUTY_SAID
    notices.tell(by=by, to=people, kind=kind, target_kind=circle.LABEL, target=fresh.pk, now=now)
    return duty


@action("duty.decide", rule=triage_rules.may_decide_duty, target="report")
def decide(*, by: User, report: Report, duty: Duty, agreed: bool, now: datetime) -> None:
    """The second person. Agreed and required: from then on it is to be done in time. Otherwise it is said anew."""
    fresh = triage.lock(by, report)
    waiting = Duty.objects.filter(pk=duty.pk, report=fresh, decided_at=None)
    if not waiting.update(decided_by=by, decided_at=now, agreed=agreed):
        raise NotNow(_("This was decided already."))
    if agreed and duty.answer == DutyAnswer.REQUIRED:
        due = duty.by_when or now
        Task(
            report=fresh, kind=TaskKind.DUTY, to_whom=duty.to_whom[:20], given_to=fresh.taken_by, due_at=due
        ).save()  # fmt: skip


def said_of(report: Report) -> list[Duty]:
    """Everything that was said and decided, the newest first."""
    rows = Duty.objects.filter(report=report).select_related("said_by", "decided_by")
    return list(rows.order_by("-said_at", "-id"))


def waiting_for(user: User) -> list[Duty]:
    """What others said and this worker may decide or, where nobody was sure, say; the oldest first."""
    if not user.can(Permission.DECIDE_DUTY):
        return []
    rows = Duty.objects.filter(queries.about_seen(user), decided_at=None, report__stage__in=OPEN).exclude(said_by=user)
    return list(rows.select_related("report", "said_by").defer("report__account", "why").order_by("said_at", "id"))


def duty_of(report: Report, duty_id: UUID) -> Duty:
    found = Duty.objects.filter(pk=duty_id, report=report).first()
    if found is None:
        raise Denied
    return found


def deciders() -> list[User]:
    return access.workers_who_can(Permission.DECIDE_DUTY)


def _close_question(by: User, report: Report, now: datetime) -> None:
    """An open "not sure" is answered by somebody else saying what they know; anything else waits for its decision."""
    open_one = Duty.objects.filter(report=report, decided_at=None).first()
    if open_one is None:
        return
    if open_one.answer != DutyAnswer.UNSURE or open_one.said_by_id == by.pk:
        raise NotNow(_("Another person decides first on what was said."))
    open_one.decided_by, open_one.decided_at, open_one.agreed = by, now, False
    open_one.save(update_fields=["decided_by", "decided_at", "agreed"])
    Task.objects.filter(report=report, kind=TaskKind.DUTY_OPINION, done_at=None).update(done_by=by, done_at=now)
