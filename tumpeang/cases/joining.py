"""Actions that part and join: a report split off, two cases merged, and taken apart again.

Only links are set and ended, so every way back is open. Bringing a report to a case is in opening.py.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.access.states import NoticeKind
from tumpeang.cases import rules
from tumpeang.cases.actions import tell_of
from tumpeang.cases.models import Case, CaseReport, Merge


@action("case.split", rule=rules.may_split, target="case")
def split(*, by: User, case: Case, link: CaseReport, now: datetime) -> None:
    """Split a report off: what it alleges, and the people known from it only, go with it. It is then in no case."""
    if not CaseReport.objects.filter(pk=link.pk, ended_at=None).update(ended_at=now, ended_by=by):
        raise NotNow(_("This report was split off already."))
    tell_of(case, NoticeKind.CASE_CHANGED, by=by, to=[case.lead], now=now)
    door.note(report=str(link.report_id))


@action("case.merge", rule=rules.may_merge, target="case")
def merge(*, by: User, case: Case, into: Case, now: datetime) -> Merge:
    """Show one case in another from now on. Both stay as they are, with their keys; who leads them is told."""
    one, other = _both(case, into)
    rules.may_merge(by=by, case=one, into=other)
    row = Merge(case=one, into=other, by=by, at=now)
    row.save(force_insert=True)
    _show(_family_of(one), in_case=other)
    tell_of(other, NoticeKind.CASE_CHANGED, by=by, to=[one.lead, other.lead], now=now)
    door.note(into=str(other.pk))
    return row


@action("case.unmerge", rule=rules.may_split, target="case")
def unmerge(*, by: User, case: Case, now: datetime) -> None:
    """Take a merged case out again, with all that was merged into it."""
    row = Merge.objects.select_for_update(of=("self",)).filter(case=case, ended_at=None).select_related("into").first()
    if row is None:
        raise NotNow(_("This case is not merged into another one."))
    row.ended_at, row.ended_by = now, by
    row.save(update_fields=["ended_at", "ended_by"])
    Case.objects.filter(pk=case.pk).update(shown_in=None)
    _show(_family_of(case)[1:], in_case=case)
    tell_of(case, NoticeKind.CASE_CHANGED, by=by, to=[case.lead, row.into.lead], now=now)
    door.note(out_of=str(row.into_id))


def _both(case: Case, into: Case) -> tuple[Case, Case]:
    """The two cases as they are now, locked in an order that is the same for everybody."""
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=[case.pk, into.pk]).select_related("lead")
    fresh = {row.pk: row for row in rows.order_by("pk")}
    return fresh[case.pk], fresh[into.pk]


def _family_of(case: Case) -> list[Case]:
    """A case and all that is merged into it, step by step."""
    found, last = [case], [case]
    while last:
        merges = Merge.objects.filter(into__in=last, ended_at=None).select_related("case")
        last = [row.case for row in merges]
        found += last
    return found


def _show(cases: list[Case], *, in_case: Case) -> None:
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(shown_in=in_case)
