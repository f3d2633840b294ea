"""The mark of a view that may be seen without signing in. Apart, because the public face uses it without accounts."""

from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V", bound=Callable[..., object])


def open_to_all(view: V) -> V:
    view.open_to_all = True  # type: ignore[attr-defined]
    return view
