"""Where a lower room hears from an upper one: the one visible place, filled in each room's `apps.py`.

(a) visibility: for each type of a lower room, conditions under which an upper room makes a row of it visible
(b) closing: what blocks a closing (a record's, a team's, an account's)
(c) timeline: sources of a timeline's events
(d) holdings: what a worker holds, and how it is given to another when they leave
(e) words: how the log's acts and things are called
(f) beside: what an upper room shows on the page of a lower room's record
(g) numbered: what an upper room finds by a number typed into a lower room's search
(h) elsewhere: which rows of a lower room may be told of to who does not see them, and who answers for them
For (d) and (e): docs/decisions/0010-what-a-leaver-holds.md, for (f): 0012-beside-a-record.md, for (g) and (h):
0015-known-elsewhere.md. A further kind needs a decision record first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise

Visibility = Callable[[Any], Q]
Blockers = Callable[[Any], Iterable[str]]
Words = str | Promise


def _nobody(_user: Any) -> list[Any]:
    return []


@dataclass(frozen=True)
class Holding:
    """One kind of open thing that hangs on a worker. After `give`, `count` is nought: leaving looks."""

    name: str  # "reports": of the form's field
    label: Words  # what it is, in the plural
    count: Callable[[Any], int]  # of a worker, now
    give: Callable[..., object]  # an action: by, user, to (a worker, or None for `rest`), now
    takers: Callable[[Any], list[Any]] = _nobody  # who may have it instead of a worker
    rest: Words = ""  # what becomes of it when nobody is named; empty: somebody must be


@dataclass(frozen=True)
class Act:
    """An act as the log's pages tell it. `sort`: what it says about who saw a thing."""

    words: Words
    sort: Literal["act", "look", "open"] = "act"  # looked at its page; opened what was told


@dataclass(frozen=True)
class Event:
    """One event of a timeline. `of`: the record that it tells of; who may not see that one does not see the event."""

    at: datetime
    what: Words
    who: str = ""
    note: Words = ""
    of: tuple[str, UUID] | None = None  # label and id


@dataclass(frozen=True)
class Panel:
    """A part of a page that an upper room fills: its template, and what the template shows as `panel`."""

    template: str
    shown: dict[str, Any]


@dataclass(frozen=True)
class Link:
    """Something found by its number: its words, and its page."""

    words: Words
    address: str


@dataclass(frozen=True)
class Elsewhere:
    """`may_be_told`: a condition on rows, whoever asks. `owners`: the workers who answer for the row with this id."""

    may_be_told: Callable[[], Q]
    owners: Callable[[UUID], list[Any]]


Source = Callable[[Any], Iterable[Event]]
Numbered = Callable[[Any, str], Iterable[Link]]
Beside = Callable[[Any, Any], Panel | None]


@dataclass
class Registry:
    visibility: dict[str, list[Visibility]] = field(default_factory=dict)
    closing: dict[str, list[Blockers]] = field(default_factory=dict)
    timeline: dict[str, list[Source]] = field(default_factory=dict)
    holdings: list[Holding] = field(default_factory=list)
    acts: dict[str, Act] = field(default_factory=dict)
    things: dict[str, Words] = field(default_factory=dict)
    panels: dict[str, list[Beside]] = field(default_factory=dict)
    finders: list[Numbered] = field(default_factory=list)
    told_elsewhere: dict[str, Elsewhere] = field(default_factory=dict)

    def show(self, label: str, condition: Visibility) -> None:
        """`condition(user)` holds for the rows of `label` that an upper room makes visible to the user.

        Best an `Exists` on the row (`OuterRef("pk")`): it then costs a look into an index, for one row and for a list.
        """
        self.visibility.setdefault(label, []).append(condition)

    def block(self, label: str, blockers: Blockers) -> None:
        """`blockers(record)` gives the reasons why a record of `label` cannot be closed yet."""
        self.closing.setdefault(label, []).append(blockers)

    def blocks(self, label: str, record: Any) -> list[str]:
        """Why this record cannot be closed yet, of all rooms."""
        return [str(reason) for blockers in self.closing.get(label, []) for reason in blockers(record)]

    def tell(self, label: str, source: Source) -> None:
        """`source(record)` gives the timeline's events of a record of `label`."""
        self.timeline.setdefault(label, []).append(source)

    def events(self, label: str, record: Any) -> list[Event]:
        """What happened to this record, of all rooms, the newest first."""
        told = [event for source in self.timeline.get(label, []) for event in source(record)]
        return sorted(told, key=lambda event: event.at, reverse=True)

    def put_beside(self, label: str, beside: Beside) -> None:
        """`beside(user, record)` gives what an upper room shows this user on the page of a record of `label`."""
        self.panels.setdefault(label, []).append(beside)

    def beside(self, label: str, user: Any, record: Any) -> list[Panel]:
        """What all upper rooms show this user on the page of this record."""
        return [panel for beside in self.panels.get(label, []) if (panel := beside(user, record))]

    def find_by_number(self, finder: Numbered) -> None:
        """`finder(user, typed)` gives what this user sees that has the number."""
        self.finders.append(finder)

    def numbered(self, user: Any, typed: str) -> list[Link]:
        """What all upper rooms have by this number."""
        return [link for finder in self.finders for link in finder(user, typed)]

    def tell_elsewhere(self, label: str, elsewhere: Elsewhere) -> None:
        """Rows of `label` that may be told of to who does not see them: that there is somebody, and whom to ask."""
        self.told_elsewhere[label] = elsewhere

    def hold(self, *holdings: Holding) -> None:
        """In the order in which they are given: what a later one looks at comes first."""
        self.holdings.extend(holdings)

    def name(self, acts: dict[str, Act], things: dict[str, Words]) -> None:
        """How a room calls its acts ("report.take") and its things (a model's name: "report")."""
        self.acts |= acts
        self.things |= things


registry = Registry()
