"""The door: every write goes through it, and leaves a row in the log.

    @action("report.take", rule=rules.may_take)
    def take(*, by: Actor, report: Report, now: datetime) -> None: ...

The rule is called with the same arguments and raises `Denied` or `NotNow`. The outermost action opens the transaction,
collects the rows of all actions inside it and appends them last, so that act and row stand or fall together. A refusal
is logged after its rollback, in a transaction of its own.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from tumpeang.access import kept, log, records
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.roles import SYSTEM_PERMISSIONS, Permission

P = ParamSpec("P")
T = TypeVar("T")


class Actor(Protocol):
    """Whoever acts: a worker (`access.User`) or the house itself (`SYSTEM`)."""

    @property
    def kind(self) -> str: ...

    def can(self, permission: Permission) -> bool: ...


@dataclass(frozen=True)
class _System:
    """The house itself: the timetable and the command line."""

    kind: str = "system"
    id: UUID | None = None

    def can(self, permission: Permission) -> bool:
        return permission in SYSTEM_PERMISSIONS


SYSTEM = _System()

_open: ContextVar[list[log.Entry] | None] = ContextVar("open_actions", default=None)
_current: ContextVar[log.Entry | None] = ContextVar("current_action", default=None)


def action(name: str, *, rule: Callable[..., None], target: str = "") -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a keyword-only function an action. `target` names the argument that the act is about.

    Without `target`, or when it is missing, a returned model instance is taken.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def acting(*args: P.args, **kwargs: P.kwargs) -> T:
            by: Any = kwargs["by"]
            entry = log.Entry(action=name, actor_kind=by.kind, actor_id=by.id)
            _aim(entry, kwargs.get(target))
            if _open.get() is not None:
                return _run(entry, rule, function, args, kwargs)
            return _run_outermost(entry, rule, function, args, kwargs)

        acting.action_name = name  # type: ignore[attr-defined]
        return acting

    return decorate


def note(**facts: int | str | list[str] | list[int]) -> None:
    """Add to the row of the running action: field names, counts, ids. Never a value of a record."""
    entry = _current.get()
    if entry is None:
        raise records.OutsideAction("there is no action to note this for")
    entry.notes.update(facts)


def _run_outermost(entry: log.Entry, rule: Any, function: Any, args: Any, kwargs: Any) -> Any:
    rows: list[log.Entry] = []
    token = _open.set(rows)
    try:
        with transaction.atomic():
            result = _run(entry, rule, function, args, kwargs)
            log.append(rows, at=timezone.now())
            return result
    except (Denied, NotNow) as refusal:
        entry.outcome = "refused"
        entry.notes = {"reason": type(refusal).__name__}
        with transaction.atomic():
            log.append([entry], at=timezone.now())
        raise
    finally:
        _open.reset(token)


def _run(entry: log.Entry, rule: Any, function: Any, args: Any, kwargs: Any) -> Any:
    rows = _open.get()
    if rows is None:
        raise records.OutsideAction("an action runs inside the door")
    rows.append(entry)
    token = _current.set(entry)
    try:
        with kept.anew():
            rule(**kwargs)
            with records.writing():
                result = function(*args, **kwargs)
    finally:
        _current.reset(token)
    if not entry.target_id:
        _aim(entry, result)
    return result


def _aim(entry: log.Entry, thing: Any) -> None:
    if isinstance(thing, models.Model):
        entry.target_kind, entry.target_id = thing._meta.model_name or "", str(thing.pk)
