"""Every write on a case, behind the door: looking, notes, tasks, whose it is. Opening, joining, people, consents and
closing have modules of their own beside this."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access import queries as access
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import Team, User
from tumpeang.access.notices import tell
from tumpeang.access.states import NoticeKind
from tumpeang.cases import listing, queries, rules
from tumpeang.cases.models import Case, CaseTask, Note
from tumpeang.cases.states import Status


@action("case.look", rule=rules.may_read, target="case")
def look(*, by: User, case: Case) -> None:
    """Open a case's page: who is in it and what was noted stands on it. Looking is logged."""


@action("case.list", rule=rules.may_read)
def look_at_list(*, by: User, filters: listing.Filters) -> listing.Page:
    """A page of the list, with the cases' neutral lines. Looking is logged, one row a page."""
    page = listing.page(by, filters)
    door.note(cases=[str(case.pk) for case in page.cases])
    return page


@action("case.find", rule=rules.may_read)
def find(*, by: User, typed: str) -> Case | None:
    """Look for a case by its number. That somebody looked is logged, not for what."""
    found = queries.numbered(by, typed)
    door.note(found=int(found is not None))
    return found


# ---- notes and tasks -----------------------------------------------------------------------------------------------


@action("case.note", rule=rules.may_write, target="case")
def write_note(*, by: User, case: Case, text: str, now: datetime, id: UUID | None = None) -> Note:
    """Write a note. `id` is the form's own: the same form sent twice is one note."""
    locked(case)
    before = Note.objects.filter(pk=id).first() if id else None
    if before and (before.case_id, before.by_id) == (case.pk, by.pk):
        return before
    note = Note(id=id if id and not before else uuid4(), case=case, text=text, by=by, at=now)
    note.save(force_insert=True)
    return note


@action("case.add_task", rule=rules.may_add_task, target="case")
def add_task(
    *,
    by: User,
    case: Case,
    what: str,
    due_at: datetime,
    given_to: User,
    now: datetime,
    promised_to: str = "",
    id: UUID | None = None,
) -> CaseTask:
    """Something to be done, or that was promised, and by when. Whoever has to do it is told."""
    locked(case)
    before = CaseTask.objects.filter(pk=id).first() if id else None
    if before and (before.case_id, before.by_id) == (case.pk, by.pk):
        return before
    if given_to not in queries.workers(case):
        raise NotNow(_("This person does not see this case: open it to them first."))
    task = CaseTask(
        id=id if id and not before else uuid4(), case=case, what=what, promised_to=promised_to, due_at=due_at,
        given_to=given_to, by=by, at=now,
    )  # fmt: skip
    task.save(force_insert=True)
    tell_of(case, NoticeKind.CASE_TASK, by=by, to=[given_to], now=now)
    door.note(task=str(task.pk), promised=int(bool(promised_to)))
    return task


@action("case.do_task", rule=rules.may_do, target="task")
def do_task(*, by: User, task: CaseTask, outcome: str, now: datetime) -> None:
    """Say what was done. Anybody may who works on the case: what was promised must not wait for one person."""
    if not CaseTask.objects.filter(pk=task.pk, done_at=None).update(done_at=now):
        raise NotNow(_("This was done already."))
    task.done_by, task.done_at, task.outcome = by, now, outcome
    task.save(update_fields=["done_by", "done_at", "outcome"])
    door.note(case=str(task.case_id))


# ---- whose it is, and how urgent -----------------------------------------------------------------------------------


@action("case.hand_over", rule=rules.may_steer, target="case")
def hand_over(*, by: User, case: Case, to: User, team: Team | None, now: datetime) -> None:
    """Another lead, and the team that works on it (theirs when none is named). No reason is asked; both are told.

    Tasks of who sees the case no more go with it.
    """
    fresh = steered(by, case)
    rules.in_work(fresh)
    rules.may_lead(to)
    if queries.is_hidden_from(to, fresh):
        raise NotNow(_("This case is restricted, and %(name)s is not on its list.") % {"name": to})
    before = fresh.lead
    fresh.lead, fresh.team = to, team or access.team_of(to)
    fresh.save(update_fields=["lead", "team"])
    keep_due(fresh, queries.workers(fresh))
    tell_of(fresh, NoticeKind.CASE_HANDED, by=by, to=[before, to], now=now)
    door.note(to=str(to.pk), team=str(fresh.team_id or ""))


@action("case.set_priority", rule=rules.may_steer, target="case")
def set_priority(*, by: User, case: Case, priority: str) -> None:
    fresh = steered(by, case)
    rules.in_work(fresh)
    door.note(before=fresh.priority, after=priority)
    fresh.priority = priority
    fresh.save(update_fields=["priority"])


@action("case.hold", rule=rules.may_steer, target="case")
def hold(*, by: User, case: Case) -> None:
    """Nothing can be done for a while. What was promised stays due."""
    _follow(by, case, Status.ON_HOLD)


@action("case.go_on", rule=rules.may_steer, target="case")
def go_on(*, by: User, case: Case) -> None:
    if case.status == Status.CLOSED:
        raise NotNow(_("This case is closed. Take it up again first."))
    _follow(by, case, Status.OPEN)


# ---- shared by the acts on cases -----------------------------------------------------------------------------------


def locked(case: Case) -> Case:
    """The case as it is now, while it can be worked on; it stays so until this act is done."""
    fresh = Case.objects.select_for_update().get(pk=case.pk)
    rules.in_work(fresh)
    return fresh


def steered(by: User, case: Case) -> Case:
    """The case as it is now, locked, for somebody who says where it goes."""
    fresh = Case.objects.select_for_update(of=("self",)).select_related("lead").get(pk=case.pk)
    if not queries.steers(by, fresh):
        raise NotNow(_("Only who leads this case, or who leads them, can change this."))
    return fresh


def keep_due(case: Case, people: Iterable[User]) -> None:
    """What was given to somebody who sees the case no more is its lead's: what was promised stays due."""
    CaseTask.objects.filter(case=case, done_at=None).exclude(given_to__in=list(people)).update(given_to=case.lead)


def tell_of(case: Case, kind: NoticeKind, *, by: User, to: Iterable[User], now: datetime) -> None:
    """Tell workers that something was done with a case."""
    tell(by=by, to=to, kind=kind, now=now, target_kind=queries.REACH.label, target=case.pk)


def _follow(by: User, case: Case, status: Status) -> None:
    fresh = steered(by, case)
    rules.may_follow(fresh, status)
    fresh.status = status
    fresh.save(update_fields=["status"])
