"""Who may do what with a case, and what may follow: pure functions. Whether a case is seen is asked first (queries)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.cases.states import ALLEGED, CARERS, CHILDREN, NEXT, SAID_BY_PEOPLE, ClosingOutcome, Decision, Status


def may_read(*, by: Any, **_kwargs: Any) -> None:
    check(by, Permission.READ_CASES)


def may_open(*, by: Any, reports: list[Any], lead: Any, **_kwargs: Any) -> None:
    check(by, Permission.OPEN_CASES)
    if not reports:
        raise NotNow(_("A case is opened from at least one report."))
    may_lead(lead)


def may_lead(person: Any) -> None:
    if not person.can(Permission.WORK_ON_CASES):
        raise NotNow(_("This person does not work on cases."))


def may_work(*, by: Any, case: Any, **_kwargs: Any) -> None:
    """Write into a case, while it is not over and not shown in another."""
    check(by, Permission.WORK_ON_CASES)
    in_work(case)


def in_work(case: Any) -> None:
    if case.shown_in_id:
        raise NotNow(_("This case was merged into another one: work there."))
    if case.status == Status.CLOSED:
        raise NotNow(_("This case is closed. Take it up again first."))


def may_write(*, by: Any, case: Any, text: str, **_kwargs: Any) -> None:
    may_work(by=by, case=case)
    if not text.strip():
        raise NotNow(_("Write something first."))


def may_add_task(*, by: Any, case: Any, what: str, given_to: Any, **_kwargs: Any) -> None:
    may_write(by=by, case=case, text=what)
    may_lead(given_to)


def may_do(*, by: Any, task: Any, outcome: str, **_kwargs: Any) -> None:
    """Also in a case that is shown in another: what was promised stays due."""
    check(by, Permission.WORK_ON_CASES)
    if task.done_at:
        raise NotNow(_("This was done already."))
    if not outcome.strip():
        raise NotNow(_("Write what was done."))


def may_steer(*, by: Any, **_kwargs: Any) -> None:
    """Lead, team, priority, hold: whose case it is, who leads their team, who agrees to closings (actions ask)."""
    if not (by.can(Permission.WORK_ON_CASES) or by.can(Permission.CLOSE_CASES)):
        raise Denied(Permission.WORK_ON_CASES)


def may_follow(case: Any, status: Status) -> None:
    if case.shown_in_id:
        raise NotNow(_("This case was merged into another one: work there."))
    if status not in NEXT[Status(case.status)]:
        raise NotNow(_("This is not possible in the case's present state."))


# ---- joining and parting -------------------------------------------------------------------------------------------


def may_link(*, by: Any, case: Any, **_kwargs: Any) -> None:
    may_work(by=by, case=case)


def may_split(*, by: Any, **_kwargs: Any) -> None:
    check(by, Permission.WORK_ON_CASES)


def may_merge(*, by: Any, case: Any, into: Any, **_kwargs: Any) -> None:
    check(by, Permission.WORK_ON_CASES)
    if case.pk == into.pk:
        raise NotNow(_("Choose another case: this is the same one."))
    if case.shown_in_id:
        raise NotNow(_("This case was merged already."))
    if into.shown_in_id:
        raise NotNow(_("That case was merged into another one: choose that one."))
    if Status.CLOSED in {case.status, into.status}:
        raise NotNow(_("One of the two cases is closed. Take it up again first."))


# ---- who is asked --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What is known of one person in a case, as far as asking them goes."""

    person: Any  # an id, or a key of a form's row
    roles: frozenset[str]
    relations: frozenset[str] = frozenset()  # to the child
    named: bool = True  # it is known who they are


def may_agree(person: Any, parts: Iterable[Part]) -> bool:
    """Whether a grown-up may be asked to agree for a child: never somebody who is, or may be, under suspicion.

    Somebody alleged of whom only the relation to the child is told ("a stepfather") may be any carer of that relation.
    """
    parts = list(parts)
    mine = [part for part in parts if part.person == person]
    roles = frozenset().union(*(part.roles for part in mine))
    relations = frozenset().union(*(part.relations for part in mine))
    nameless = [part for part in parts if part.roles & ALLEGED and not part.named]
    suspected = frozenset().union(*(part.relations for part in nameless))
    return bool(roles & CARERS) and not roles & (ALLEGED | CHILDREN) and not relations & suspected


def is_child(person: Any, parts: Iterable[Part]) -> bool:
    return any(part.person == person and part.roles & CHILDREN for part in parts)


def fits(consent: Any, parts: list[Part]) -> None:
    """A consent says who agreed, and they could be asked; any other basis says why."""
    if consent.basis not in SAID_BY_PEOPLE:
        if not consent.why.strip():
            raise NotNow(_("Write why you act on this basis."))
        if consent.decision != Decision.GIVEN:
            raise NotNow(_("Only people can say no: choose who was asked."))
        return
    if not is_child(consent.child, parts):
        raise NotNow(_("Choose the child who was asked."))
    if consent.basis == "child_consent":
        return
    if consent.caregiver is None or not consent.caregiver_as:
        raise NotNow(_("Choose the caregiver who was asked."))
    if not may_agree(consent.caregiver, parts):
        # the same words whatever the reason: why somebody is not asked may be known to a few only
        raise NotNow(_("This person is not asked to agree. Choose somebody else, or another basis."))


def may_withdraw(*, by: Any, consent: Any, **_kwargs: Any) -> None:
    check(by, Permission.WORK_ON_CASES)
    if consent.withdrawn_at:
        raise NotNow(_("This was withdrawn already."))


# ---- closing: two people -------------------------------------------------------------------------------------------


def may_propose_closing(*, by: Any, case: Any, words: str, blockers: list[str], **_kwargs: Any) -> None:
    check(by, Permission.WORK_ON_CASES)
    may_follow(case, Status.CLOSED)
    if not words.strip():
        raise NotNow(_("Write what was reached, and what stays for the child."))
    nothing_open(blockers)


def may_approve_closing(*, by: Any, closing: Any, blockers: list[str], **_kwargs: Any) -> None:
    _second(by, closing)
    may_follow(closing.case, Status.CLOSED)
    nothing_open(blockers)


def may_refuse_closing(*, by: Any, closing: Any, remark: str, **_kwargs: Any) -> None:
    """The second person, or who proposed it and takes it back."""
    if closing.proposed_by_id != by.id:
        _second(by, closing)
        if not remark.strip():
            raise NotNow(_("Write a remark, so that who proposed it knows what is missing."))
    _waits(closing)


def may_take_up(*, by: Any, case: Any, **_kwargs: Any) -> None:
    check(by, Permission.WORK_ON_CASES)
    may_follow(case, Status.OPEN)


def nothing_open(blockers: list[str]) -> None:
    if blockers:
        raise NotNow(_("Something is still open: %(what)s") % {"what": " · ".join(map(str, blockers))})


def _second(by: Any, closing: Any) -> None:
    check(by, Permission.CLOSE_CASES)
    _waits(closing)
    if closing.proposed_by_id == by.id:
        raise NotNow(_("You proposed this: somebody else decides."))


def _waits(closing: Any) -> None:
    if closing.outcome != ClosingOutcome.WAITING:
        raise NotNow(_("This was decided already."))
