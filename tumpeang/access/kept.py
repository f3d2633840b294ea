"""What is read once a request: small facts about who is signed in. Without a request, or in an action: read anew."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


def once(key: Any, read: Callable[[], T]) -> T:
    """What `read` gives: read now, or kept since earlier in this request."""
    kept = _kept.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: T = kept[key]
    return found


@contextmanager
def for_one_request(known: Mapping[Any, Any] | None = None) -> Iterator[None]:
    """What is read inside is read once, and what is `known` not at all."""
    token = _kept.set(dict(known or {}))
    try:
        yield
    finally:
        _kept.reset(token)


@contextmanager
def anew() -> Iterator[None]:
    """Inside nothing is kept, and afterwards nothing of before: whoever writes may have changed it."""
    kept = _kept.get()
    token = _kept.set(None)
    try:
        yield
    finally:
        _kept.reset(token)
        if kept is not None:
            kept.clear()
