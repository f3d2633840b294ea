"""What travels inside a sealed report or message. Both faces know this module; only staff can open."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

CANARY_WAY = "canary"  # the hourly test of the whole way; never a person's


@dataclass(frozen=True)
class Parcel:
    """One report, as sent."""

    way: str
    language: str
    answers: dict[str, Any] = field(default_factory=dict)
    mark: str = ""  # a 24-hour keyed hash of the sender's address, in hexadecimal; see marks.py
    short: bool = False  # came by the one-page form


def pack(parcel: Parcel) -> bytes:
    return json.dumps(vars(parcel), ensure_ascii=False, separators=(",", ":")).encode()


def unpack(raw: bytes) -> Parcel:
    return Parcel(**json.loads(raw))


def report_place(report: UUID) -> str:
    """What a sealed report is bound to."""
    return f"report|{report}"


def message_place(message: UUID) -> str:
    """What a sealed message is bound to."""
    return f"message|{message}"
