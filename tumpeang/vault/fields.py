"""Model fields whose column holds ciphertext only.

A model says whose key protects a row with `vault_subject`, the name of the attribute that holds the subject's id::

    class Report(Record):
        vault_subject = "id"
        story = narrative(EncryptedText())

Without `vault_subject` the keyring's system key is used. The ciphertext is bound to table, column and row id; so the id
must be known before saving (UUIDs made in Python). It opens when the attribute is read, not when the row is loaded.
"""

import json
from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from tumpeang.vault import cipher
from tumpeang.vault.keyring import SYSTEM, keyring
from tumpeang.vault.keystore import keystore

Row = TypeVar("Row", UUID, str)


class Ciphertext(bytes):
    """What the column holds; a type of its own, so that it is never taken for a plain value."""


EMPTIED = Ciphertext(cipher.NOTHING)  # what stands in a column after erasure: not even how long the text was


class _Opening:
    """Opens the ciphertext at first reading and keeps the plain value on the instance."""

    def __init__(self, field: "EncryptedField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Ciphertext):
            value = instance.__dict__[name] = self.field.open(instance, value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.BinaryField):
    """Base of the encrypted fields; subclasses say how a value becomes bytes."""

    descriptor_class = _Opening
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def dump(self, value: Any) -> bytes:
        raise TypeError(f"{type(self).__name__} does not say how a value becomes bytes")

    def load(self, raw: bytes) -> Any:
        raise TypeError(f"{type(self).__name__} does not say how bytes become a value")

    def open(self, instance: models.Model, blob: bytes) -> Any:
        number = cipher.key_id(blob)
        subject = _subject(instance)
        key = keystore().get(subject) if subject else keyring().get(SYSTEM, number).secret
        return self.load(cipher.decrypt(key, blob, self._place(instance)))

    def open_rows(self, rows: Iterable[tuple[Row, UUID, bytes]]) -> dict[Row, Any]:
        """The values of many rows, by the row's id; each row as (id, subject, ciphertext). An id may be written out.

        For looking through many: a subject's key is unwrapped once. Rows of an erased subject are left out.
        """
        found = list(rows)
        keys = keystore().find({subject for _pk, subject, _blob in found})
        place = f"{self.model._meta.db_table}.{self.column}|"
        return {
            pk: self.load(cipher.decrypt(keys[subject], bytes(blob), f"{place}{pk}"))
            for pk, subject, blob in found
            if subject in keys
        }

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Ciphertext):
            return value
        subject = _subject(model_instance)
        place = self._place(model_instance)
        if subject:
            return Ciphertext(cipher.encrypt(keystore().make(subject), self.dump(value), place))
        system = keyring().current(SYSTEM)
        return Ciphertext(cipher.encrypt(system.secret, self.dump(value), place, key_id=system.version))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Ciphertext):
            # filter(), update() and bulk_update() would write or compare a plain value
            raise TypeError(f"{self.model.__name__}.{self.name} is encrypted: it can be saved, not compared or updated")
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("encrypted fields are not serialised")

    def _place(self, instance: models.Model) -> str:
        if instance.pk is None:
            raise ValueError(f"{type(instance).__name__} needs its id before an encrypted field is saved")
        return f"{self.model._meta.db_table}.{self.column}|{instance.pk}"


def _subject(instance: models.Model) -> UUID | None:
    name = getattr(type(instance), "vault_subject", None)
    return getattr(instance, name) if name else None


class EncryptedText(EncryptedField):
    """Text, kept exactly as given: no normalising, no trimming."""

    def dump(self, value: str) -> bytes:
        return value.encode()

    def load(self, raw: bytes) -> str:
        return raw.decode()


class EncryptedJSON(EncryptedField):
    """Anything JSON can hold."""

    def dump(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def load(self, raw: bytes) -> Any:
        return json.loads(raw)
