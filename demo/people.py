"""Plays the demo's list of people: brought in, compared, two records joined, a family that waits to be looked at."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from tumpeang.access.models import User
from tumpeang.people import actions, birth, comparing, import_files, importing, merging, queries
from tumpeang.people.forms import read_place
from tumpeang.people.models import Person, PersonImport, PersonName, ToCompare
from tumpeang.people.sheet import Name, Sheet, Value, script_of
from tumpeang.people.states import ImportState, NameKind, Source

_LISTS = UUID("b7e0a9ad-1f8f-4a52-9b0a-6b2a7f3f5f10")  # our own namespace for the list's id


def play(told: dict[str, Any], *, who: dict[str, User], now: datetime) -> None:
    _bring(told["brought"], told["list"], who, now)
    known = told["known"]
    for person in known["people"]:
        _write(person, by=who[known["who"]], at=_at(known, now))
    for one in told["related"]:
        actions.relate(by=who[one["who"]], person=_named(one["one"], who), other=_named(one["other"], who),
                       kind=one["kind"], source=Source.FAMILY, now=now)  # fmt: skip
    _join(told["joined"], who, now)
    while ToCompare.objects.exists():
        comparing.compare_due(now)


def _bring(brought: dict[str, Any], text: str, who: dict[str, User], now: datetime) -> None:
    by, at, content = who[brought["by"]], _at(brought, now), text.encode()
    made = importing.bring(
        by=by, table=import_files.read(content), content=content, file_name=brought["file"],
        source=Source(brought["source"]), now=at, id=uuid5(_LISTS, brought["file"]),
    )  # fmt: skip
    importing.say_columns(by=by, brought=made, columns=made.columns, now=at)
    _until(made, ImportState.READY, at)
    importing.decide(by=by, brought=made, take=[one["line"] for one in _fresh(made).found or []], now=at)
    _until(made, ImportState.WRITTEN, at)


def _until(made: PersonImport, state: ImportState, at: datetime) -> None:
    while _fresh(made).state != state:
        importing.go_on(at)


def _fresh(made: PersonImport) -> PersonImport:
    return PersonImport.objects.get(pk=made.pk)


def _write(person: dict[str, Any], *, by: User, at: datetime) -> None:
    """More about somebody of the case."""
    values: list[Value] = [
        Name(person["name"], script_of(person["name"]), NameKind.DOCUMENT),
        birth.read(person["born"], today=localdate(at)),
        *([read_place(person["lives"])] if "lives" in person else []),
    ]
    found = _with_name(person["called"], by)
    actions.write(by=by, person=found, sheet=Sheet(tuple(values)), source=Source.DOCUMENT, now=at)


def _join(joined: dict[str, Any], who: dict[str, User], now: datetime) -> None:
    one, other, at = _named(joined["one"], who), _named(joined["other"], who), _at(joined, now)
    chosen = {"name": next(row.pk for row in PersonName.objects.filter(person=one) if row.name == joined["called"])}
    link = merging.propose(by=who[joined["says"]], one=one, other=other, chosen=chosen, now=at)
    merging.agree(by=who[joined["agrees"]], link=link, now=at)


def _named(name: str, who: dict[str, User]) -> Person:
    return _with_name(name, who["dara"])


def _with_name(name: str, user: User) -> Person:
    """Who bears this name, among whom a worker sees."""
    for row in PersonName.objects.filter(person__in=queries.visible_to(user)).select_related("person"):
        if row.name == name:
            return row.person
    raise LookupError("nobody of the story is called so")


def _at(step: dict[str, Any], now: datetime) -> datetime:
    return now - timedelta(minutes=step["minutes_ago"])
