"""The log: rows chained by hash, appended under a lock, its head signed outside the database.

A row's hash is SHA-256 over the canonical JSON of its content and the hash before it. Each minute the worker appends a
signed head (Ed25519) to a file outside the database; `verify` compares, so that a cut tail or a chain that somebody
rewrote from the start shows as well as a changed, missing or moved row.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from tumpeang.access.models import LogRow
from tumpeang.vault import files, signing

GENESIS = "0" * 64
_TAIL_BYTES = 4096  # several heads
_LOCK = 0x746D_7067  # one number for all who append, on PostgreSQL


@dataclass
class Entry:
    """What one act will leave in the log."""

    action: str
    actor_kind: str
    actor_id: UUID | None
    target_kind: str = ""
    target_id: str = ""
    outcome: str = "done"
    notes: dict[str, Any] = field(default_factory=dict)


def append(entries: list[Entry], *, at: datetime) -> None:
    """Append rows. Call inside the transaction that they tell of, as its last act."""
    if not entries:
        return
    if connection.vendor == "postgresql":
        # SELECT … FOR UPDATE is refused to a role that may only insert; on SQLite the write lock is already held
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = LogRow.objects.order_by("-seq").values_list("seq", "hash").first()
    seq, previous = last or (0, GENESIS)
    rows = []
    for entry in entries:
        seq += 1
        row = LogRow(
            seq=seq,
            at=at,
            actor_kind=entry.actor_kind,
            actor_id=entry.actor_id,
            action=entry.action,
            outcome=entry.outcome,
            target_kind=entry.target_kind,
            target_id=entry.target_id,
            notes=entry.notes,
            previous=previous,
        )
        row.hash = previous = row_hash(row)
        rows.append(row)
    LogRow.objects.bulk_create(rows)


def row_hash(row: LogRow) -> str:
    content = {
        "seq": row.seq,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [row.actor_kind, str(row.actor_id or "")],
        "action": row.action,
        "outcome": row.outcome,
        "target": [row.target_kind, row.target_id],
        "notes": row.notes,
        "previous": row.previous,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


# ---- heads ---------------------------------------------------------------------------------------------------------


def sign_head(*, at: datetime) -> None:
    """Append the signed head of the log to the file outside the database, unless it has not moved."""
    last = LogRow.objects.order_by("-seq").values_list("seq", "hash").first()
    if last is None or last[0] <= _last_seq():
        return
    head = {"seq": last[0], "hash": last[1], "at": at.astimezone(UTC).isoformat(timespec="seconds")}
    key, signature = signing.sign(_head_bytes(head))
    # a line end before it too: a line that a power cut broke must not swallow this one
    line = "\n" + json.dumps(head | {"key": key, "signature": signature}) + "\n"
    path = Path(settings.LOG_HEADS)
    files.make_private_directory(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _heads() -> Iterator[dict[str, Any] | None]:
    """Every head that was written; None for a line that is broken (a power cut in the middle of it)."""
    path = Path(settings.LOG_HEADS)
    if path.exists():
        with path.open() as lines:
            yield from (_head(line) for line in lines if line.strip())


def _head(line: str) -> dict[str, Any] | None:
    try:
        head = json.loads(line)
        return head if {"seq", "hash", "at", "key", "signature"} <= head.keys() else None
    except (ValueError, AttributeError):
        return None


def _last_seq() -> int:
    """The row of the last head, read from the end of the file."""
    path = Path(settings.LOG_HEADS)
    if not path.exists():
        return 0
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        heads = [head for line in file.read().decode(errors="replace").splitlines() if (head := _head(line))]
    return int(heads[-1]["seq"]) if heads else 0


def _head_bytes(head: dict[str, Any]) -> bytes:
    return json.dumps([head["seq"], head["hash"], head["at"]]).encode()


# ---- verifying -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    seq: int
    what: str


def verify() -> Iterator[Fault]:
    """Walk the whole chain and the signed heads, yielding what does not fit. Memory stays flat."""
    heads = {}
    for head in _heads():
        if head is None:
            yield Fault(0, "a line of the heads' file is broken")
        elif signing.verify(head["key"], _head_bytes(head), head["signature"]):
            heads[head["seq"]] = head["hash"]
        else:
            yield Fault(head["seq"], "the signature of this head does not fit")
    previous, expected = GENESIS, 1
    for row in LogRow.objects.order_by("seq").iterator(chunk_size=2000):
        if row.seq != expected:
            yield Fault(row.seq, f"row {expected} is missing")
        elif row.previous != previous:
            yield Fault(row.seq, "does not follow the row before it")
        if row.hash != row_hash(row):
            yield Fault(row.seq, "was changed")
        if heads.pop(row.seq, row.hash) != row.hash:
            yield Fault(row.seq, "is not the row whose head was signed: the chain was rewritten")
        previous, expected = row.hash, row.seq + 1
    for seq in sorted(heads):
        yield Fault(seq, "a head was signed for this row, and the row is gone: the tail was cut")
