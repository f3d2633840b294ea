"""Sessions of which the table gives nothing away, with two limits.

The row's key is a hash of the cookie, and the data is encrypted under a key derived from the cookie: whoever steals the
table can neither sign in nor read what a sign-in was carrying (a second factor being set up, for one).

A session is over a while after the last act (a page that renews itself is none, see `acted`), and a while after the
sign-in whatever was done. Both stand in one column, so that no session is found after its end.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.serializers import JSONSerializer
from django.utils import timezone

from tumpeang.vault import cipher
from tumpeang.vault.keyring import derive

BEGAN, ACTED = "began", "acted"  # seconds since 1970, in the session itself
_WRITE_AFTER = 60  # seconds: an act is written down once a minute


def stored_key(session_key: str) -> str:
    """What the table holds instead of the cookie (40 hexadecimal digits, the column's width)."""
    return hashlib.blake2b(session_key.encode(), digest_size=20, person=b"tumpeang.session").hexdigest()


def acted(session: Any, now: datetime) -> None:
    """The person did something: the idle clock starts anew."""
    if now.timestamp() - session.get(ACTED, 0) > _WRITE_AFTER:
        session[ACTED] = now.timestamp()


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        return _table()

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
        now = timezone.now().timestamp()
        began, last = data.setdefault(BEGAN, now), data.setdefault(ACTED, now)
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        model: Any = self.model
        return model(
            session_key=stored_key(key),
            session_data=self.encode(data),
            user_id=data.get("_auth_user_id"),
            started_at=_at(began),
            last_act_at=_at(last),
            expire_date=min(_at(began) + settings.SESSION_LONGEST, _at(last) + settings.SESSION_IDLE),
        )

    def cycle_key(self) -> None:
        """A sign-in begins: its clocks too."""
        for name in (BEGAN, ACTED):
            self.pop(name, None)
        super().cycle_key()

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


# ---- where somebody is signed in -----------------------------------------------------------------------------------


def open_sessions(user: Any) -> list[Any]:
    """A worker's sign-ins that are not over, the one used last first."""
    rows = _table().objects.filter(user=user, expire_date__gt=timezone.now())
    return list(rows.order_by("-last_act_at", "session_key").defer("session_data"))


def end_all(user: Any, *, only: str | None = None, besides: str | None = None) -> int:
    """Inside an action: the sign-ins of a worker are over at once; returns how many were.

    `only`: that one, by its row's key. `besides`: all but the one of this cookie.
    """
    rows = _table().objects.filter(user=user)
    if only is not None:
        rows = rows.filter(session_key=only)
    if besides is not None:
        rows = rows.exclude(session_key=stored_key(besides))
    return int(rows.delete()[0])


def _table() -> Any:
    from tumpeang.access.models import StaffSession

    return StaffSession


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)


def _data_key(session_key: str) -> bytes:
    return derive(session_key.encode(), "session.data")
