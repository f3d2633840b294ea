"""Sessions of which the table gives nothing away.

The row's key is a hash of the cookie, and the data is encrypted under a key derived from the cookie: whoever steals the
table can neither sign in nor read what a sign-in was carrying (a second factor being set up, for one).
"""

import hashlib
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.serializers import JSONSerializer
from django.utils import timezone

from tumpeang.vault import cipher
from tumpeang.vault.keyring import derive


def stored_key(session_key: str) -> str:
    """What the table holds instead of the cookie (40 hexadecimal digits, the column's width)."""
    return hashlib.blake2b(session_key.encode(), digest_size=20, person=b"tumpeang.session").hexdigest()


class SessionStore(DatabaseStore):
    def _get_session_from_db(self) -> Any:
        row = self.model.objects.filter(
            session_key=stored_key(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=stored_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=stored_key(key)).delete()

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError:
            # the row was ended meanwhile (sign-out elsewhere): nothing to keep
            self._session_key = None

    def encode(self, session_dict: dict[str, Any]) -> str:
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        plain = JSONSerializer().dumps(session_dict)
        return cipher.encrypt(_data_key(key), plain, f"session|{stored_key(key)}").hex()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        key = self.session_key or ""
        try:
            plain = cipher.decrypt(_data_key(key), bytes.fromhex(str(session_data)), f"session|{stored_key(key)}")
        except (cipher.Unreadable, ValueError):
            return {}
        data: dict[str, Any] = JSONSerializer().loads(plain)
        return data


def _data_key(session_key: str) -> bytes:
    return derive(session_key.encode(), "session.data")
