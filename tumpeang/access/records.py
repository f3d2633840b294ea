"""`Record`, the base of our tables: it refuses to be written outside an action.

The guard stops mistakes, not attackers. This module imports no table, so that the public face, which has no accounts,
can read the directory.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

from tumpeang.vault.classes import internal

R = TypeVar("R", bound=models.Model)

_acting: ContextVar[bool] = ContextVar("acting", default=False)


class OutsideAction(RuntimeError):
    """A record was about to be written outside an action."""


@contextmanager
def writing() -> Iterator[None]:
    """Allow writes inside. Only the door, and migrations' data steps, may use it."""
    token = _acting.set(True)
    try:
        yield
    finally:
        _acting.reset(token)


def require_action(model: type[models.Model]) -> None:
    if not _acting.get():
        raise OutsideAction(f"{model.__name__} is written through an action only")


class GuardedQuerySet(models.QuerySet[R]):
    def update(self, **kwargs: Any) -> int:
        require_action(self.model)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        require_action(self.model)
        return super().delete()

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[R]:
        require_action(self.model)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Any, *args: Any, **kwargs: Any) -> int:
        require_action(self.model)
        return super().bulk_update(objs, *args, **kwargs)


class Record(models.Model):
    """A table of ours. Ids are made before saving, because ciphertexts are bound to them."""

    id = internal(models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False))

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        require_action(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        require_action(type(self))
        return super().delete(*args, **kwargs)
