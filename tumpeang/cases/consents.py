"""Actions of consent: who agreed to one thing, or on which other basis we act; and taking it back."""

from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.cases import queries, rules
from tumpeang.cases.actions import locked
from tumpeang.cases.models import Case, Consent
from tumpeang.cases.plan import Agreed


@action("consent.keep", rule=rules.may_work, target="case")
def keep(*, by: User, case: Case, consent: Agreed, now: datetime, id: UUID | None = None) -> Consent:
    """Write down what one person or two agreed to, for one purpose. `id` is the form's own."""
    fresh = locked(case)
    before = Consent.objects.filter(pk=id).first() if id else None
    if before and (before.case_id, before.by_id) == (case.pk, by.pk):
        return before
    rules.fits(consent, queries.known_parts(queries.all_parts(fresh)))
    row = Consent(
        id=id if id and not before else uuid4(),
        case=case,
        purpose=consent.purpose,
        basis=consent.basis,
        decision=consent.decision,
        child_id=consent.child,
        caregiver_id=consent.caregiver,
        caregiver_as=consent.caregiver_as,
        recipients=consent.recipients or None,
        why=consent.why or None,
        until=consent.until,
        by=by,
        at=now,
    )
    row.save(force_insert=True)
    door.note(consent=str(row.pk), purpose=consent.purpose, basis=consent.basis)
    return row


@action("consent.withdraw", rule=rules.may_withdraw, target="consent")
def withdraw(*, by: User, consent: Consent, now: datetime) -> None:
    """From now on it holds no more. No reason is asked."""
    if not Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by):
        raise NotNow(_("This was withdrawn already."))
    door.note(case=str(consent.case_id))
