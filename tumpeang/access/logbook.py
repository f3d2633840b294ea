"""The log as people read it: its rows page by page, in words, and who saw one thing.

Rows hold ids and field names only, and so do these pages; names of workers are looked up. Reading is an act of its own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.models import LogRow, User
from tumpeang.access.registry import Act, registry
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs

PAGE = 50
HOUSE = "house"
READ = "log.read"
_NUMBER_SIGNS = 6  # how colleagues call a thing: the beginning of its id
_FEWEST_SIGNS = 4
_ID_SIGNS = 32
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OUT_OF_TURN = 200  # rows: two that were written at once may stand in the other order of their times


@dataclass(frozen=True)
class Filters:
    """What the page shows; values are checked where they are read from the address."""

    who: str = ""  # a worker's id, or HOUSE
    act: str = ""
    outcome: str = ""  # done, refused
    thing: str = ""  # an id or its first signs
    since: date | None = None
    until: date | None = None
    before: int | None = None  # the page after this row
    own: bool = False  # with one's own readings of the log

    def names(self) -> list[str]:
        return [name for name in ("who", "act", "outcome", "thing", "since", "until") if getattr(self, name)]


@dataclass(frozen=True)
class Line:
    """One row in words."""

    seq: int
    at: datetime
    who: str  # a name; empty: the house itself
    act: str | Promise
    slug: str
    refused: bool
    kind: str | Promise  # of the thing
    thing: str  # its id
    number: str
    name: str  # of the worker that it is about
    notes: list[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    next: int | None = None


@action(READ, rule=needs(Permission.READ_LOG))
def read(*, by: User, filters: Filters) -> Page:
    """One page, newest first. That it was read is logged: by which filters, and whom or what it was about."""
    found = list(_rows(by, filters)[: PAGE + 1])
    about = {name: str(getattr(filters, name)) for name in ("who", "thing") if getattr(filters, name)}
    door.note(filters=filters.names(), **about)
    following = found[PAGE - 1].seq if len(found) > PAGE else None
    return Page(lines=_in_words(found[:PAGE]), next=following)


def _rows(by: User, filters: Filters) -> QuerySet[LogRow]:
    rows = LogRow.objects.order_by("-seq")
    if not filters.own:
        rows = rows.exclude(action=READ, actor_id=by.pk)
    if filters.before:
        rows = rows.filter(seq__lt=filters.before)
    if filters.who:
        rows = rows.filter(actor_id=None if filters.who == HOUSE else filters.who)
    if filters.act:
        rows = rows.filter(action=filters.act)
    if filters.outcome:
        rows = rows.filter(outcome=filters.outcome)
    if filters.thing:
        rows = rows.filter(target_id__in=_ids(filters.thing))
    return _between(rows, filters.since, filters.until)


def _ids(typed: str) -> list[str]:
    """The ids of things that begin with what was typed."""
    signs = typed.strip().lower().replace("-", "")
    if not _FEWEST_SIGNS <= len(signs) <= _ID_SIGNS or set(signs) - set("0123456789abcdef"):
        return [typed.strip()]
    first, last = UUID(signs.ljust(_ID_SIGNS, "0")), UUID(signs.ljust(_ID_SIGNS, "f"))
    same = LogRow.objects.filter(target_id__gte=str(first), target_id__lte=str(last))
    return list(same.order_by("target_id").values_list("target_id", flat=True).distinct()[:PAGE])


def _between(rows: QuerySet[LogRow], since: date | None, until: date | None) -> QuerySet[LogRow]:
    """From one day to another. Days are turned into row numbers first: the list walks along those."""
    for day, after in ((since, True), (until, False)):
        if day is None:
            continue
        start = timezone.make_aware(datetime.combine(day + timedelta(days=0 if after else 1), time.min))
        edge = LogRow.objects.filter(at__gte=start).order_by("at").values_list("seq", flat=True).first()
        if after:
            rows = rows.none() if edge is None else rows.filter(at__gte=start, seq__gte=edge - _OUT_OF_TURN)
        elif edge is not None:
            rows = rows.filter(at__lt=start, seq__lte=edge + _OUT_OF_TURN)
    return rows


def _in_words(rows: list[LogRow]) -> list[Line]:
    mentioned = {one for row in rows for value in row.notes.values() for one in _strings(value) if _ID.fullmatch(one)}
    workers = {str(row.actor_id) for row in rows if row.actor_id} | {
        r.target_id for r in rows if r.target_kind == "user"
    }
    names = names_of(mentioned | workers)
    return [
        Line(
            seq=row.seq,
            at=row.at,
            who=names.get(str(row.actor_id), "") if row.actor_id else "",
            act=act_of(row.action, row.notes).words,
            slug=row.action,
            refused=row.outcome == "refused",
            kind=registry.things.get(row.target_kind, row.target_kind),
            thing=row.target_id,
            number=_number(row.target_id),
            name=names.get(row.target_id, "") if row.target_kind == "user" else "",
            notes=[(name, _said(value, names)) for name, value in sorted(row.notes.items())],
        )
        for row in rows
    ]


def _strings(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _said(value: Any, names: dict[str, str]) -> str:
    """A note: workers by name, other things by number."""
    return ", ".join(names.get(one) or (_number(one) if _ID.fullmatch(one) else one) for one in _strings(value))


def _number(thing: str) -> str:
    return thing[:_NUMBER_SIGNS].upper() if _ID.fullmatch(thing) else thing


def act_of(slug: str, notes: dict[str, Any] | None = None) -> Act:
    """An act in words; what the accounts library told, by its event. An unknown one is shown as it is written."""
    event = f"{slug}:{(notes or {}).get('event', '')}"
    return registry.acts.get(event) or registry.acts.get(slug) or Act(slug)


def acts_to_choose() -> list[tuple[str, str]]:
    """Every act of the house in words, for the filter, in the order of the reader's language."""
    named = [(slug, str(act.words)) for slug, act in registry.acts.items() if ":" not in slug]
    return sorted(named, key=lambda pair: pair[1])


def names_of(ids: Iterable[Any]) -> dict[str, str]:
    """Names of workers by id, of those who left too."""
    rows = User.objects.filter(pk__in=list(ids)).values_list("pk", "display_name")
    return {str(pk): name for pk, name in rows}


def everybody() -> list[User]:
    """Who may stand in the log: those who left too."""
    return list(User.objects.order_by("-is_active", "display_name"))


# ---- who saw this --------------------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What one worker did with one thing."""

    who: str
    first: datetime
    last: datetime
    looked: int = 0
    opened: int = 0
    refused: int = 0
    acts: list[str | Promise] = field(default_factory=list)  # beside looking, each once


@action("record.who_saw", rule=needs(Permission.SEE_WHO_SAW), target="record")
def who_saw(
    *, by: User, record: Model, parts: Iterable[UUID] = (), also: Iterable[LogRow] = (), besides: Iterable[UUID] = ()
) -> list[Seen]:
    """Everybody who looked at a record or did something with it, who did so last first.

    `parts`: ids of what belongs to it (its answers). `also`: rows that show it among others (a list that was read).
    `besides`: workers of whom this reader is not told (access/glass.py).
    """
    ids = [str(record.pk), *map(str, parts)]
    rows = LogRow.objects.filter(target_id__in=ids, actor_kind="worker").exclude(actor_id__in=list(besides))
    groups = rows.values("actor_id", "action", "outcome").annotate(Min("at"), Max("at"), Count("seq"))
    told = list(
        groups.order_by("action").values_list("actor_id", "action", "outcome", "at__min", "at__max", "seq__count")
    )
    told += [(r.actor_id, r.action, r.outcome, r.at, r.at, 1) for r in also if r.actor_id not in set(besides)]
    names = names_of({one[0] for one in told})
    seen: dict[UUID | None, Seen] = {}
    for actor, slug, outcome, first, last, times in told:
        one = seen.setdefault(actor, Seen(names.get(str(actor), _("Somebody")), first, last))
        one.first, one.last = min(one.first, first), max(one.last, last)
        _count(one, act_of(slug), outcome, times)
    return sorted(seen.values(), key=lambda one: one.last, reverse=True)


def _count(one: Seen, act: Act, outcome: str, times: int) -> None:
    if outcome != "done":
        one.refused += times
    elif act.sort == "look":
        one.looked += times
    elif act.sort == "open":
        one.opened += times
    elif act.words not in one.acts:
        one.acts.append(act.words)
