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
            # what the act points at is looked at now: at its end, it would wait for a record with the lock in its hand,
            # while who holds that record waits for the lock
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
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


def _head(line: str) -> dict[str, Any] | None:
    """What a line says; None when it is broken (a power cut in the middle of it)."""
    try:
        head = json.loads(line)
        whole = {"seq", "hash", "at", "key", "signature"} <= head.keys() and isinstance(head["seq"], int)
        return head if whole else None
    except (ValueError, AttributeError):
        return None


def last_head() -> dict[str, Any] | None:
    """The last signed head, read from the end of the file: `seq`, `hash`, `at`."""
    path = Path(settings.LOG_HEADS)
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        heads = [head for line in file.read().decode(errors="replace").splitlines() if (head := _head(line))]
    return heads[-1] if heads else None


def _last_seq() -> int:
    head = last_head()
    return int(head["seq"]) if head else 0


def _head_bytes(head: dict[str, Any]) -> bytes:
    return json.dumps([head["seq"], head["hash"], head["at"]]).encode()


# ---- verifying -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    seq: int
    what: str


@dataclass
class Walk:
    """How far a verification has come: it can be put down after a slice and taken up again, by another process too."""

    seq: int = 0  # the last row that was looked at
    hash: str = GENESIS
    heads: int = 0  # bytes of the heads' file
    done: bool = False


def verify() -> Iterator[Fault]:
    """Walk the whole chain and the signed heads, yielding what does not fit. Memory stays flat."""
    walk = Walk()
    while not walk.done:
        yield from verify_some(walk)


def verify_some(walk: Walk, most: int = 5000) -> Iterator[Fault]:
    """The next rows of the chain, and the heads signed for them. Moves `walk` on."""
    rows = list(LogRow.objects.filter(**({"seq__gt": walk.seq} if walk.seq else {})).order_by("seq")[:most])
    hashes = {}
    for row in rows:
        if row.seq != walk.seq + 1:
            yield Fault(row.seq, f"row {walk.seq + 1} is missing" if row.seq > walk.seq else "stands before the first")
        elif row.previous != walk.hash:
            yield Fault(row.seq, "does not follow the row before it")
        if row.hash != row_hash(row):
            yield Fault(row.seq, "was changed")
        hashes[row.seq] = row.hash
        walk.seq, walk.hash = row.seq, row.hash
    walk.done = len(rows) < most
    yield from _verify_heads(walk, hashes)


def _verify_heads(walk: Walk, hashes: dict[int, str]) -> Iterator[Fault]:
    """The heads up to the row that was reached; at the end, all that are left."""
    path = Path(settings.LOG_HEADS)
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(walk.heads)
        for line in file:
            head = _head(line.decode(errors="replace"))
            if head and head["seq"] > walk.seq and not walk.done:
                return
            walk.heads += len(line)
            if line.strip() and (what := _wrong_with(head, hashes)):
                yield Fault(head["seq"] if head else 0, what)


def _wrong_with(head: dict[str, Any] | None, hashes: dict[int, str]) -> str:
    """In words, or nothing. A row beyond those in hand is looked up: it may have come since."""
    if head is None:
        return "a line of the heads' file is broken"
    if not signing.verify(head["key"], _head_bytes(head), head["signature"]):
        return "the signature of this head does not fit"
    seq = head["seq"]
    found = hashes.get(seq) or LogRow.objects.filter(seq=seq).values_list("hash", flat=True).first()
    if found is None:
        return "a head was signed for this row, and the row is gone: the tail was cut"
    return "" if found == head["hash"] else "is not the row whose head was signed: the chain was rewritten"
