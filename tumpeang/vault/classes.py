"""Every model field says how careful one must be with it.

Wrap each field where it is declared::

    level = internal(models.CharField(max_length=10))
    story = narrative(EncryptedText())

`identity` and `narrative` accept encrypted fields only. `tests/test_house.py` fails on a field without a class.
"""

from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Field

from tumpeang.vault.fields import EncryptedField

F = TypeVar("F", bound="Field[Any, Any]")


class Privacy(StrEnum):
    PUBLIC = "public"  # may stand on a poster
    INTERNAL = "internal"  # says nothing about a person
    PERSONAL = "personal"  # about a person, not enough to find them
    IDENTITY = "identity"  # finds a person: always encrypted
    NARRATIVE = "narrative"  # what somebody told: always encrypted


def _classify(field: F, privacy: Privacy) -> F:
    field.privacy = privacy  # type: ignore[attr-defined]
    return field


def public(field: F) -> F:
    return _classify(field, Privacy.PUBLIC)


def internal(field: F) -> F:
    return _classify(field, Privacy.INTERNAL)


def personal(field: F) -> F:
    return _classify(field, Privacy.PERSONAL)


def identity(field: F) -> F:
    return _classify(_encrypted(field), Privacy.IDENTITY)


def narrative(field: F) -> F:
    return _classify(_encrypted(field), Privacy.NARRATIVE)


def _encrypted(field: F) -> F:
    if not isinstance(field, EncryptedField):
        raise TypeError(f"{type(field).__name__} is stored in clear; identity and narrative need an encrypted field")
    return field
