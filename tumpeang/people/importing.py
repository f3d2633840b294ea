"""Bringing in a list of people: read, looked through for who is known already, decided, written down, taken back.

A file is kept encrypted under a key of its own until it is decided what becomes of it; then the key is destroyed. The
worker process looks and writes in rounds, so a list of thousands stops nobody, and goes on after a restart.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access import queries as access
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs, only_house
from tumpeang.people import actions, erasing, import_lines, import_looking, queries
from tumpeang.people.import_columns import COLUMNS, guess, tell_somebody
from tumpeang.people.import_files import Table
from tumpeang.people.import_looking import found_of, lines_of
from tumpeang.people.models import ImportedPerson, Pair, Person, PersonImport, Relation, SamePerson
from tumpeang.people.states import ImportState, PairDecision, Source
from tumpeang.people.together import locked
from tumpeang.vault import index
from tumpeang.vault.keystore import keystore

AT_ONCE = 20  # lines
PATIENCE = timedelta(days=7)  # what nobody decided is dropped
_BUDGET = timedelta(milliseconds=300)
_MAY = needs(Permission.IMPORT_PEOPLE)
_MADE = timedelta(seconds=1)  # values written later than that are somebody's
_OVER = (ImportState.WRITTEN, ImportState.DROPPED, ImportState.UNDOING, ImportState.UNDONE)


def visible_to(user: User) -> QuerySet[PersonImport]:
    if not user.can(Permission.IMPORT_PEOPLE):
        return PersonImport.objects.none()
    return queries.imports_visible_to(user).select_related("by", "team", "undone_by")


def import_for(user: User, import_id: UUID) -> PersonImport:
    """One list, or 404."""
    found = visible_to(user).filter(pk=import_id).first()
    if found is None:
        raise Http404
    return found


# ---- what a worker does --------------------------------------------------------------------------------------------


@action("import.read", rule=_MAY)
def bring(
    *, by: User, table: Table, content: bytes, file_name: str, source: Source, now: datetime, id: UUID
) -> PersonImport:
    """Take in a list that was read. Nobody is written down yet. `id` is the form's own: sent twice it is one list."""
    before = PersonImport.objects.filter(pk=id).first()
    if before and before.by_id == by.pk:
        return before
    digest = hashlib.sha256(content).hexdigest()
    same = queries.imports_visible_to(by).filter(fingerprint__in=index.tokens("people.import", digest))
    if same.exclude(state__in=[ImportState.DROPPED, ImportState.UNDONE]).exists():
        raise NotNow(_("This file was brought in already."))
    row = PersonImport(
        id=id, by=by, team=access.team_of(by), at=now, source=source, lines=len(table.lines), file_name=file_name,
        table={"head": table.head, "lines": table.lines}, columns=guess(table.head),
        fingerprint=index.token("people.import", digest), version=index.current_version(),
    )  # fmt: skip
    row.save(force_insert=True)
    door.note(lines=row.lines)
    return row


@action("import.see", rule=_MAY, target="brought")
def see(*, by: User, brought: PersonImport) -> None:
    """Open the page of a list. Looking is logged."""


@action("import.columns", rule=_MAY, target="brought")
def say_columns(*, by: User, brought: PersonImport, columns: list[str], now: datetime) -> None:
    """Say what the columns hold. The worker process then looks for who is known already. May be said anew."""
    fresh = _locked(by, brought, ImportState.READ, ImportState.READY)
    if len(columns) != len(fresh.columns) or not set(columns) <= set(COLUMNS):
        raise Denied
    if not tell_somebody(columns):
        raise NotNow(_("Say in which column the names are, or something else that people are known by."))
    fresh.columns, fresh.state, fresh.reached, fresh.found = columns, ImportState.LOOKING, 0, []
    fresh.save(update_fields=["columns", "state", "reached", "found"])


@action("import.decide", rule=_MAY, target="brought")
def decide(*, by: User, brought: PersonImport, take: Iterable[int], now: datetime) -> None:
    """Write down the new people, and those lines in doubt that were chosen. `take`: numbers of lines."""
    fresh = _locked(by, brought, ImportState.READY)
    if fresh.by_id != by.pk:  # what was found is theirs to know
        raise NotNow(_("Only who brought in this list decides."))
    wanted = set(take)
    bad = {line["line"] for line in found_of(fresh) if line["kind"] == import_looking.BAD}
    doubted = {line["line"] for line in found_of(fresh) if line["kind"] in import_looking.ASKED} - wanted
    known = {line["line"]: line["person"] for line in found_of(fresh) if line["line"] in doubted and _is_known(line)}
    there = {str(pk) for pk in locked(known.values())}
    gone = {line for line, person in known.items() if person not in there}  # erased since: who is told of is new
    fresh.kept_back, fresh.known = sorted(bad | doubted - gone), sorted(there)
    fresh.state, fresh.reached, fresh.decided_at = ImportState.WRITING, 0, now
    fresh.save(update_fields=["kept_back", "known", "state", "reached", "decided_at"])
    door.note(lines=fresh.lines, kept_back=len(fresh.kept_back))


@action("import.drop", rule=_MAY, target="brought")
def drop(*, by: User, brought: PersonImport, now: datetime) -> None:
    """Bring in nothing; the file is destroyed."""
    fresh = _locked(by, brought, ImportState.READ, ImportState.LOOKING, ImportState.READY)
    _over(fresh, ImportState(fresh.state), ImportState.DROPPED, now)


@action("import.undo", rule=_MAY, target="brought")
def undo(*, by: User, brought: PersonImport, now: datetime) -> None:
    """Take back everybody whom nobody has used since. Who was used stays."""
    fresh = _locked(by, brought, ImportState.WRITTEN)
    fresh.state, fresh.reached, fresh.undone_by, fresh.undone_at = ImportState.UNDOING, 0, by, now
    fresh.save(update_fields=["state", "reached", "undone_by", "undone_at"])


def _locked(by: User, brought: PersonImport, *states: ImportState) -> PersonImport:
    """As it is now, locked; who may not see it learns nothing."""
    if not visible_to(by).filter(pk=brought.pk).exists():
        raise Denied
    fresh = PersonImport.objects.select_for_update(of=("self",)).get(pk=brought.pk)
    if fresh.state not in states:
        raise NotNow(_("This is not possible any more: somebody went on with this list."))
    return fresh


# ---- what the worker process does ----------------------------------------------------------------------------------


def go_on(now: datetime) -> None:
    """A round: looks, writes, takes back, as long as there is time; forgets what nobody decided, and old files."""
    until = monotonic() + _BUDGET.total_seconds()
    _drop_what_is_lost(now)
    while monotonic() < until and (brought := _next()):
        _ROUNDS[ImportState(brought.state)](by=SYSTEM, brought=brought, now=now)
    for late in PersonImport.objects.filter(state__in=[ImportState.READ, ImportState.READY], at__lte=now - PATIENCE):
        expire(by=SYSTEM, brought=late, now=now)
    over = PersonImport.objects.filter(state__in=_OVER).values_list("pk", flat=True)
    for subject in keystore().find(over):
        destroy_file(by=SYSTEM, import_id=subject)


def _drop_what_is_lost(now: datetime) -> None:
    """Lists that a restored copy shows, whose file was destroyed since."""
    open_ones = PersonImport.objects.exclude(state__in=_OVER)
    ids = set(open_ones.values_list("pk", flat=True))  # asked once: a list that comes in meanwhile has its file
    for brought in open_ones.filter(pk__in=ids - set(keystore().find(ids))):
        expire(by=SYSTEM, brought=brought, now=now)


def _next() -> PersonImport | None:
    rows = PersonImport.objects.filter(state__in=list(_ROUNDS)).select_related("by")
    return rows.order_by("at", "pk").first()


@action("import.look", rule=only_house, target="brought")
def look(*, by: Actor, brought: PersonImport, now: datetime) -> None:
    """The next lines: what each says, and whether whoever brought the list knows such a person already."""
    lines = lines_of(brought)[brought.reached : brought.reached + AT_ONCE]
    brought.found = found_of(brought) + import_looking.look(brought, lines, localdate(brought.at))
    brought.reached += len(lines)
    if brought.reached >= brought.lines:
        brought.found, brought.state = import_looking.twice(brought), ImportState.READY
    _save(brought, ImportState.LOOKING, "found", "reached", "state")


@action("import.write", rule=only_house, target="brought")
def write(*, by: Actor, brought: PersonImport, now: datetime) -> None:
    """Write down the next people, in the name of whoever brought them. However often it is tried, a line is one."""
    lines = lines_of(brought)[brought.reached : brought.reached + AT_ONCE]
    for number, cells in lines:
        if number not in brought.kept_back:
            read = import_lines.read(brought.columns, cells, today=localdate(brought.at))
            key = uuid5(brought.pk, str(number))
            person = actions.add_from_list(
                by=by, maker=brought.by, sheet=read.sheet, source=Source(brought.source), now=now, id=key
            )
            ImportedPerson.objects.get_or_create(of=brought, line=number, defaults={"person": person})
    brought.reached += len(lines)
    if brought.reached >= brought.lines:
        _over(brought, ImportState.WRITING, ImportState.WRITTEN, now)
    else:
        _save(brought, ImportState.WRITING, "reached")


@action("import.take_back", rule=only_house, target="brought")
def take_back(*, by: Actor, brought: PersonImport, now: datetime) -> None:
    """Erase the next people of a list, as long as nobody has used them."""
    rows = ImportedPerson.objects.filter(of=brought, line__gt=brought.reached).select_related("person")
    batch = list(rows.order_by("line")[:AT_ONCE])
    there = locked(row.person_id for row in batch)  # locked: who uses one of them does it before, or not at all
    known = _known_elsewhere(brought)
    for row in batch:
        if row.person_id in there and row.person_id not in known and not is_used(there[row.person_id]):
            erasing.destroy(row.person_id, now)
    if batch:
        brought.reached = batch[-1].line
        _save(brought, ImportState.UNDOING, "reached")
    else:
        brought.state = ImportState.UNDONE
        _save(brought, ImportState.UNDOING, "state")


@action("import.expire", rule=only_house, target="brought")
def expire(*, by: Actor, brought: PersonImport, now: datetime) -> None:
    """Nobody decided within a week, or the file is gone: nothing more is brought in. Not if somebody goes on by now."""
    _over(brought, ImportState(brought.state), ImportState.DROPPED, now)


@action("import.destroy_file", rule=only_house)
def destroy_file(*, by: Actor, import_id: UUID) -> None:
    """The key of a file that was decided upon: no copy of the database opens it any more."""
    keystore().destroy(import_id)
    door.note(list=str(import_id))


_ROUNDS: dict[ImportState, Callable[..., None]] = {
    ImportState.LOOKING: look,
    ImportState.WRITING: write,
    ImportState.UNDOING: take_back,
}


def _save(brought: PersonImport, was: ImportState, *fields: str) -> None:
    """Only while nobody else changed it: a list that was dropped meanwhile stays dropped."""
    if not PersonImport.objects.select_for_update(of=("self",)).filter(pk=brought.pk, state=was).exists():
        raise NotNow(_("This is not possible any more: somebody went on with this list."))
    brought.save(update_fields=list(fields))


def _over(brought: PersonImport, was: ImportState, state: ImportState, now: datetime) -> None:
    """The file is not needed any more: what it held goes at once, its key with the next round of the worker.

    Only from the state in which it was found: what somebody decided meanwhile holds.
    """
    left = PersonImport.objects.filter(pk=brought.pk, state=was).update(
        state=state, reached=brought.lines, decided_at=now, table=None, found=None, file_name=None
    )
    if not left:
        raise NotNow(_("This is not possible any more: somebody went on with this list."))


# ---- what was used -------------------------------------------------------------------------------------------------


def is_used(person: Person) -> bool:
    """Whether somebody did anything with a person since a list brought them."""
    if person.placed_at:
        return True
    later = Q(at__gt=person.made_at + _MADE) | Q(ended_at__isnull=False)
    said = any(table.objects.filter(person=person).filter(later).exists() for table in queries.KINDS.values())
    one_of = Q(one=person) | Q(other=person)
    return (
        said
        or Relation.objects.filter(Q(person=person) | Q(other=person)).exists()
        or SamePerson.objects.filter(one_of).exists()
        or Pair.objects.filter(one_of).exclude(decision=PairDecision.OPEN).exists()
    )


def _is_known(line: import_looking.Found) -> bool:
    """Whether a line was held to tell of somebody who is known, not of another line."""
    return line["kind"] in (import_looking.SAME, import_looking.DOUBTFUL)


def _known_elsewhere(brought: PersonImport) -> set[UUID]:
    """For whom another list left its own line out, as they were known: what it told of them is nowhere else."""
    others = PersonImport.objects.exclude(pk=brought.pk).exclude(state__in=[ImportState.UNDOING, ImportState.UNDONE])
    lists = others.filter(decided_at__gte=brought.at).values_list("known", flat=True)
    return {UUID(person) for known in lists for person in known}


def people_of(user: User, brought: PersonImport) -> list[ImportedPerson]:
    """Whom a list brought and who is still there, as far as the reader sees them."""
    rows = ImportedPerson.objects.filter(of=brought, person__erased_at=None)
    seen = queries.visible_to(user).filter(pk=OuterRef("person"))
    return list(rows.filter(Exists(seen)).select_related("person").order_by("line"))


def counts(brought: PersonImport) -> dict[str, Any]:
    """How many people a list brought, and how many are still there."""
    rows = ImportedPerson.objects.filter(of=brought)
    return {"made": rows.count(), "there": rows.filter(person__erased_at=None).count()}
