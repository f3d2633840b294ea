"""Where a lower room hears from an upper one: the one visible place, filled in each room's `apps.py`.

(a) visibility: for each type of a lower room, subqueries of what is visible through an upper room
(b) closing: what blocks a closing
(c) timeline: sources of a timeline
A fourth kind needs a decision record first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Visibility = Callable[[Any], Any]
Blockers = Callable[[Any], Iterable[str]]
Source = Callable[[Any], Iterable[Any]]


@dataclass
class Registry:
    visibility: dict[str, list[Visibility]] = field(default_factory=dict)
    closing: dict[str, list[Blockers]] = field(default_factory=dict)
    timeline: dict[str, list[Source]] = field(default_factory=dict)

    def show(self, label: str, subquery: Visibility) -> None:
        """`subquery(user)` gives the ids of `label` that an upper room makes visible to the user."""
        self.visibility.setdefault(label, []).append(subquery)

    def block(self, label: str, blockers: Blockers) -> None:
        """`blockers(record)` gives the reasons why a record of `label` cannot be closed yet."""
        self.closing.setdefault(label, []).append(blockers)

    def tell(self, label: str, source: Source) -> None:
        """`source(record)` gives the timeline's events of a record of `label`."""
        self.timeline.setdefault(label, []).append(source)


registry = Registry()
