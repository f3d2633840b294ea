"""Searching, behind the door: that somebody looked is logged with counts and ids, never for what.

The page opens what it shows, so it is this act that says who was seen in a list (access/logbook.py).
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.models import User
from tumpeang.people import finding, queries, rules, score_words, words
from tumpeang.people.asking import Asked
from tumpeang.people.models import Person
from tumpeang.people.queries import Portrait
from tumpeang.people.score_words import Said

MOST = 20
MOST_BESIDE = 5  # beside a form: more than a glance takes is not read


@dataclass(frozen=True)
class Hit:
    """One line: who it may be, and why. Several records of one person are one line."""

    portrait: Portrait
    line: str
    reasons: list[Said]


@action("person.find", rule=rules.may_read)
def find(*, by: User, asked: Asked, now: datetime) -> list[Hit]:
    """Whom it may be, the most likely first."""
    return _hits(by, asked, now, MOST)


@action("person.known", rule=rules.may_read)
def known(*, by: User, asked: Asked, now: datetime) -> list[Hit]:
    """Who is perhaps known already, before somebody is written down."""
    return _hits(by, asked, now, MOST_BESIDE)


def _hits(user: User, asked: Asked, now: datetime, most: int) -> list[Hit]:
    today = localdate(now)
    found = finding.look(user, asked, today=today, most=most)
    people = {person.pk: person for person in Person.objects.filter(pk__in=[one.person for one in found])}
    portraits = queries.portraits(user, people.values())
    hits: dict[object, Hit] = {}
    for one in found:
        portrait = portraits[one.person]
        line = words.line_of(portrait, today)
        hits.setdefault(portrait.person.pk, Hit(portrait, line, score_words.reasons(one.score)))
    records = {record.pk for hit in hits.values() for record in hit.portrait.group.records}  # not only those that hit
    door.note(count=len(hits), persons=sorted(map(str, records)))
    return list(hits.values())
