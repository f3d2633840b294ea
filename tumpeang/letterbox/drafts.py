"""Drafts: encrypted under a key that only the reporter's cookie holds. Pure code; the rows are in actions and queries.

The cookie is 32 random bytes. From it come, one way, the row's id, the row's key and the id of the report that it will
become: so the database alone opens nothing, and sending twice makes one report.
"""

import base64
import binascii
import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from tumpeang.vault import cipher
from tumpeang.vault.keyring import derive

LIFETIME = timedelta(hours=2)
_COOKIE_BYTES = 32

Answers = dict[str, Any]


@dataclass
class Content:
    """What a draft holds."""

    way: str  # who is reporting: a key of `ways.WAYS`
    language: str
    receipt: str
    answers: Answers = field(default_factory=dict)
    reached: int = 1  # the furthest page seen
    sent: bool = False  # once sent, the answers are gone and only the receipt is left


@dataclass(frozen=True)
class Keys:
    """What a cookie opens."""

    draft_id: UUID
    report_id: UUID
    key: bytes


def new_cookie() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(_COOKIE_BYTES)).rstrip(b"=").decode()


def keys_of(cookie: str) -> Keys | None:
    """The keys of a cookie, or None for a cookie that we did not make."""
    try:
        raw = base64.urlsafe_b64decode(cookie + "=")
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _COOKIE_BYTES:
        return None
    return Keys(
        draft_id=UUID(bytes=derive(raw, "draft.id", 16)),
        report_id=UUID(bytes=derive(raw, "draft.report", 16)),
        key=derive(raw, "draft.key"),
    )


def lock(keys: Keys, content: Content) -> bytes:
    plain = json.dumps(vars(content), ensure_ascii=False, separators=(",", ":")).encode()
    return cipher.encrypt(keys.key, plain, f"draft|{keys.draft_id}")


def unlock(keys: Keys, blob: bytes) -> Content:
    """Raises Unreadable."""
    return Content(**json.loads(cipher.decrypt(keys.key, bytes(blob), f"draft|{keys.draft_id}")))
