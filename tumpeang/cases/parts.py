"""Actions on people in a case: added, given a part, a part ended, related to each other."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.cases import rules
from tumpeang.cases.actions import locked
from tumpeang.cases.models import Case, Participant
from tumpeang.people import actions as people
from tumpeang.people.models import Person
from tumpeang.people.sheet import Sheet
from tumpeang.people.states import Source


@action("case.add_person", rule=rules.may_work, target="case")
def add_person(
    *,
    by: User,
    case: Case,
    sheet: Sheet,
    source: Source,
    role: str,
    now: datetime,
    relation: str = "",
    id: UUID | None = None,
) -> Person:
    """Write somebody down and give them a part, in one act. `id` is the form's own."""
    person = people.add(by=by, sheet=sheet, source=source, now=now, id=id)
    give_part(by=by, case=case, person=person, role=role, relation=relation, now=now)
    return person


@action("case.give_part", rule=rules.may_work, target="case")
def give_part(*, by: User, case: Case, person: Person, role: str, now: datetime, relation: str = "") -> None:
    """Give somebody who is known a part in a case. Said twice, they have it once."""
    locked(case)
    people.place(by=by, person=person, now=now)
    Participant.objects.get_or_create(
        case=case, person=person, role=role, ended_at=None,
        defaults={"relation_to_child": relation, "by": by, "at": now},
    )  # fmt: skip
    door.note(person=str(person.pk), role=role)


@action("case.end_part", rule=rules.may_work, target="case")
def end_part(*, by: User, case: Case, part: Participant, now: datetime) -> None:
    """Somebody has this part no more, whatever told of it. The row stays."""
    locked(case)
    same: Any = Participant.objects.filter(pk=part.pk, ended_at=None)
    if not same.update(ended_at=now, ended_by=by):
        raise NotNow(_("This was ended already."))
    door.note(person=str(part.person_id), role=part.role)


@action("case.relate", rule=rules.may_work, target="case")
def relate(*, by: User, case: Case, person: Person, other: Person, kind: str, source: Source, now: datetime) -> None:
    """Two people of a case: how one stands to the other."""
    people.relate(by=by, person=person, other=other, kind=kind, source=source, now=now)
