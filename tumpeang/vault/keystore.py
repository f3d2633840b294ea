"""The key store: one data key for each subject (a person, a report, a case), wrapped by the KEK, outside the database.

Destroying a subject's key is erasure: what was encrypted under it is unreadable at once, in the live database and in
every backup of it. The store is a small SQLite file of its own, with backups of its own kept at most 30 days.
An erased subject leaves its id behind, here and in a journal outside (erasures.py), so that it can be erased again in a
restored store.
"""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from tumpeang.vault import cipher, erasures, files
from tumpeang.vault.keyring import KEK, KEY_BYTES, Keyring, MissingKey, keyring

_SCHEMA = """
CREATE TABLE IF NOT EXISTS subject_key (
    subject BLOB PRIMARY KEY, kek INTEGER NOT NULL, wrapped BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS subject_key_kek ON subject_key (kek);  -- rotation finds what still hangs on an old KEK
CREATE TABLE IF NOT EXISTS erased (subject BLOB PRIMARY KEY, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) WITHOUT ROWID;
"""
_A_QUERY = 500  # keys in one statement


class Shredded(Exception):
    """The subject's key was destroyed, or never made: nothing of it can be read."""


class KeyStore:
    """Subject keys in one SQLite file. Safe for threads and for several processes."""

    def __init__(self, path: Path, ring: Keyring) -> None:
        self.path = path
        self.ring = ring
        self._local = threading.local()

    def make(self, subject: UUID) -> bytes:
        """The subject's key, made if it has none. Raises Shredded for an erased subject."""
        return self.make_many([subject])[subject]

    def make_many(self, subjects: Iterable[UUID]) -> dict[UUID, bytes]:
        wanted = list(dict.fromkeys(subjects))
        found = self.find(wanted)
        missing = [subject for subject in wanted if subject not in found]
        if not missing:
            return found
        with self._write() as db:
            # the KEK is read under the lock: a rotation either sees this row or has made its new KEK before it
            kek = self.ring.current(KEK)
            rows = []
            for s in missing:
                wrapped = cipher.encrypt(kek.secret, os.urandom(KEY_BYTES), _place(s), key_id=kek.version)
                rows.append((s.bytes, kek.version, wrapped))
            for subject in missing:
                if db.execute("SELECT 1 FROM erased WHERE subject = ?", (subject.bytes,)).fetchone():
                    raise Shredded(str(subject))
            # two processes may make the same key at once: the first one stands, both read it back
            db.executemany("INSERT OR IGNORE INTO subject_key VALUES (?, ?, ?)", rows)
        return found | self.find(missing)

    def get(self, subject: UUID) -> bytes:
        found = self.find([subject])
        if subject not in found:
            raise Shredded(str(subject))
        return found[subject]

    def find(self, subjects: Iterable[UUID]) -> dict[UUID, bytes]:
        """The keys of those subjects that have one."""
        wanted = {subject.bytes: subject for subject in subjects}
        places, keys = list(wanted), {}
        for start in range(0, len(places), _A_QUERY):
            some = places[start : start + _A_QUERY]
            marks = ", ".join("?" * len(some))
            query = f"SELECT subject, kek, wrapped FROM subject_key WHERE subject IN ({marks})"  # noqa: S608
            for raw, kek, wrapped in self._connection().execute(query, some).fetchall():
                try:
                    keys[wanted[raw]] = self._open(wanted[raw], kek, wrapped)
                except MissingKey:
                    key = self._unwrapped(wanted[raw])  # wrapped anew between looking and opening
                    if key:
                        keys[wanted[raw]] = key
        return keys

    def _unwrapped(self, subject: UUID) -> bytes | None:
        query = "SELECT kek, wrapped FROM subject_key WHERE subject = ?"
        row = self._connection().execute(query, (subject.bytes,)).fetchone()
        return self._open(subject, *row) if row else None

    def _open(self, subject: UUID, kek: int, wrapped: bytes) -> bytes:
        return self.ring.get(KEK, kek).opener.open(wrapped, _place(subject))

    def destroy(self, subject: UUID) -> bool:
        """Erase a subject. True if it had a key."""
        with self._write() as db:
            gone = db.execute("DELETE FROM subject_key WHERE subject = ?", (subject.bytes,)).rowcount
            if db.execute("INSERT OR IGNORE INTO erased (subject) VALUES (?)", (subject.bytes,)).rowcount:
                erasures.add([subject])  # before the commit: what is erased is in the journal, whatever happens
        self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return bool(gone)

    def erased(self) -> set[UUID]:
        """The subjects whose key was destroyed."""
        return {UUID(bytes=row[0]) for row in self._connection().execute("SELECT subject FROM erased")}

    def check(self) -> Iterator[bool]:
        """For each key whether it can be unwrapped."""
        for (raw,) in self._connection().execute("SELECT subject FROM subject_key"):
            try:
                yield self._unwrapped(UUID(bytes=raw)) is not None
            except (MissingKey, cipher.Unreadable):
                yield False

    def copy_to(self, path: Path) -> dict[int, int]:
        """A consistent copy while the house is open; returns how many of its keys hang on which version of the KEK."""
        with closing(sqlite3.connect(path)) as copy:
            self._connection().backup(copy)
            return dict(copy.execute("SELECT kek, count(*) FROM subject_key GROUP BY kek"))

    def count(self) -> int:
        return int(self._connection().execute("SELECT count(*) FROM subject_key").fetchone()[0])

    def waiting(self, version: int) -> int:
        """How many keys are still wrapped by a KEK older than `version`."""
        query = "SELECT count(*) FROM subject_key WHERE kek < ?"
        return int(self._connection().execute(query, (version,)).fetchone()[0])

    def rewrap(self, *, batch: int = 500) -> Iterator[int]:
        """Wrap every key anew under the current KEK, yielding how many each batch did. Resumable: ask again."""
        kek = self.ring.current(KEK)
        while True:
            with self._write() as db:
                query = "SELECT subject, kek, wrapped FROM subject_key WHERE kek < ? LIMIT ?"
                rows = db.execute(query, (kek.version, batch)).fetchall()
                if not rows:
                    return
                for raw, version, wrapped in rows:
                    place = _place(UUID(bytes=raw))
                    key = self.ring.get(KEK, version).opener.open(wrapped, place)
                    fresh = cipher.encrypt(kek.secret, key, place, key_id=kek.version)
                    db.execute(
                        "UPDATE subject_key SET kek = ?, wrapped = ? WHERE subject = ?", (kek.version, fresh, raw)
                    )
            yield len(rows)

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        db = self._connection()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        # a forked server process must not use its parent's connection
        if getattr(self._local, "owner", None) != os.getpid():
            files.make_private_directory(self.path.parent)
            db = sqlite3.connect(self.path, timeout=20, isolation_level=None)
            self.path.chmod(0o600)
            for pragma in (
                "journal_mode = WAL",
                "synchronous = FULL",
                "secure_delete = ON",
                f"mmap_size = {settings.SQLITE_MAPPED}",
            ):
                db.execute(f"PRAGMA {pragma}").fetchall()
            db.executescript(_SCHEMA)
            self._local.db, self._local.owner = db, os.getpid()
        connection: sqlite3.Connection = self._local.db
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self._local, "owner", None) == os.getpid():
            self._local.db.close()
            self._local.owner = None


def _place(subject: UUID) -> str:
    return f"subject_key|{subject}"


_stores: dict[Path, KeyStore] = {}


def keystore() -> KeyStore:
    """The key store that the settings name."""
    path = Path(settings.KEYSTORE_DIR) / "keystore.sqlite3"
    ring = keyring()
    if path not in _stores or _stores[path].ring is not ring:
        _stores[path] = KeyStore(path, ring)
    return _stores[path]
