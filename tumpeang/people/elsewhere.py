"""Known elsewhere: another team knows somebody of whom something is alleged, and who asks does not see them.

Nothing of them is told, not even a name: only that there is somebody, and who answers for them; and the owner hears
that somebody looked. Never children, nor whose age is not known; never whom a restricted case or report tells of: they
are left out by the same statement, so that nothing, not even the number of queries, is another with them. A name alone
is not enough to ask.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import LogRow, User
from tumpeang.access.notices import tell
from tumpeang.access.registry import registry
from tumpeang.access.states import NoticeKind
from tumpeang.people import finding, postings, rules, tokens
from tumpeang.people.asking import EXACT, Asked
from tumpeang.people.finding import Found
from tumpeang.people.models import Person, PersonBirth
from tumpeang.people.queries import LABEL, visible_to
from tumpeang.people.states import ContactKind, Ended
from tumpeang.people.together import of_other_records
from tumpeang.vault import cipher, secrets

CHILDHOOD = 18
FEWEST_DIGITS = 6  # of a number on a document: fewer are a year
_TICKET = "people.elsewhere"
_SURE = {"name": {"letters", "strict"}, "birth_year": {"same", "possible"}}


@dataclass(frozen=True)
class Known:
    """Somebody is known elsewhere. `ticket`: sealed, what the button that asks sends back."""

    owner: User
    ticket: str


def left_today(user: User, now: datetime) -> int:
    """How often this worker may still ask today."""
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    done = LogRow.objects.filter(actor_id=user.pk, action="person.elsewhere", at__gte=midnight).count()
    return max(0, int(limits()["elsewhere_a_day"]) - done)


def can_be_asked(asked: Asked) -> bool:
    """A whole name with an age or a year; or a phone or a number: every word could be a user name, and most are not.

    Not with many years: who fits in a decade is not surely the same.
    """
    if any(map(_is_definite, asked.values)):
        return True
    named = bool(asked.names) and not asked.one_part
    return named and asked.birth is not None and asked.birth.last.year - asked.birth.first.year < tokens.MOST_YEARS


@action("person.elsewhere", rule=rules.may_ask_elsewhere)
def look(*, by: User, asked: Asked, now: datetime) -> list[Known]:
    """Whether another team knows somebody who fits. The owner of each is told that somebody looked.

    The filters of a search take no part: yes and no to them would tell what is known of whom one does not see.
    """
    if not left_today(by, now):
        raise NotNow(_("You have asked other teams as often as one may in a day. Tomorrow it is open again."))
    known, owners_of = [], registry.told_elsewhere[LABEL].owners
    for found in _fitting(by, asked, now):
        owners = [owner for owner in owners_of(found.person) if owner != by]
        for owner in owners[:1]:
            known.append(Known(owner, _seal(by, found.person, now)))
        tell(by=by, to=owners, kind=NoticeKind.SOUGHT, now=now, target_kind=LABEL, target=found.person)
    door.note(count=len(known))
    return known


@action("person.ask_owner", rule=rules.may_ask_elsewhere)
def ask(*, by: User, ticket: str, now: datetime) -> None:
    """Ask the owner to get in touch. They see who asks, and decide what they say."""
    person = _open(by, ticket, now)
    owners = registry.told_elsewhere[LABEL].owners(person) if person else []
    if person is None or not owners:
        raise NotNow(_("This is from another day, or has changed. Search again."))
    tell(by=by, to=owners, kind=NoticeKind.ASKED_ABOUT, now=now, about=by, target_kind=LABEL, target=person)


@cache
def limits() -> dict[str, int]:
    raw: Any = yaml.safe_load((Path(__file__).parent / "reference" / "search.yaml").read_text(encoding="utf-8"))
    return {str(name): int(value) for name, value in raw.items()}


# ---- inside --------------------------------------------------------------------------------------------------------


def _fitting(user: User, asked: Asked, now: datetime) -> list[Found]:
    """Who surely fits of those who may be told of, and whom the worker does not see."""
    seen = visible_to(user).filter(pk=OuterRef("pk"))
    today = localdate(now)
    may_be_told = registry.told_elsewhere[LABEL].may_be_told()
    among = Person.objects.filter(may_be_told, _grown_up(today), ~Exists(seen), erased_at=None)
    votes = postings.vote(asked.groups(today), among, limits()["elsewhere_opened"])
    people = {vote.person: bool(vote.votes & EXACT) for vote in votes}
    found = finding.ranked(user, asked, people, most=len(people))
    return [one for one in found if _is_sure(one)][: limits()["elsewhere_told"]]


def _grown_up(today: date) -> Q:
    """Surely no child, by what is known of all records of one person; of whom no age is known may be one."""
    births = PersonBirth.objects.exclude(ended_as=Ended.MISTAKE)
    known, young = Q(), Q()
    for rows in (births.filter(person=OuterRef("pk")), *of_other_records(births)):
        known |= Q(Exists(rows))
        young |= Q(Exists(rows.filter(last_year__gte=today.year - CHILDHOOD)))
    return known & ~young


def _is_sure(found: Found) -> bool:
    reached = {step.field: step.level for step in found.score.steps}
    return any(map(_is_definite, found.exact)) or all(reached.get(field) in levels for field, levels in _SURE.items())


def _is_definite(value: tokens.Value) -> bool:
    kind, text = value
    if kind == tokens.IDENTIFIER:
        return sum(sign.isdigit() for sign in text) >= FEWEST_DIGITS
    return kind != ContactKind.USER_NAME


def _seal(user: User, person: UUID, now: datetime) -> str:
    """Another each time: two of them do not say that they are of one person."""
    return secrets.encrypt_text(f"{person} {localdate(now).isoformat()}", f"{_TICKET}|{user.pk}")


def _open(user: User, ticket: str, now: datetime) -> UUID | None:
    """The person of a ticket that this worker was given today."""
    try:
        person, day = secrets.decrypt_text(ticket, f"{_TICKET}|{user.pk}").split()
    except (ValueError, cipher.Unreadable):
        return None
    return UUID(person) if day == localdate(now).isoformat() else None
