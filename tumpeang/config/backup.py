"""`tumpeang backup`: the database to one place, the keys to another, sealed to the recovery key, while people work.

The order makes the pair fit, whatever happens meanwhile:

1. the keyring, so that keys which a rotation destroys during the backup are there;
2. the length of the file of signed heads: a head that is signed later would speak of rows that the copy does not have;
3. a copy of the database, consistent in itself;
4. the key store: a row's key is made before the row, so every row of 3 has its key, unless it was erased since;
5. the keyring again, added to the first: what a rotation made between 1 and 4 is there too;
6. the journal of erasures, in clear beside both: ids only, and last, so that it names whatever 3 still shows.

Each archive is written under another name, and gets its own when it lies on the disk: the keys first, so that no
archive of a database is ever without its keys.
"""

import fcntl
import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import psycopg
from django.conf import settings

from tumpeang.config import copies
from tumpeang.vault import archive, erasures, escrow, files, receipt
from tumpeang.vault.escrow import Recovery
from tumpeang.vault.keyring import MissingKey, keyring
from tumpeang.vault.keystore import keystore

KEYS_KEPT = timedelta(days=30)  # what was erased before must be gone from every backup
MANIFEST, DATABASE, HEADS, KEYSTORE = "manifest.json", "database", "heads", "keystore"
RING, PUBLIC = "keyring/", "public/"
JOURNAL = "erasures.list"
_NAME = re.compile(r"^(?P<kind>data|keys)-(?P<at>\d{8}T\d{6}Z)\.tumpeang$")
_AT = "%Y%m%dT%H%M%SZ"
_UNFINISHED = ".unfinished-"

Say = Callable[[str], None]


class Refused(Exception):
    """No backup was made. The message says what to do."""


FAILURES = (Refused, copies.CannotCopy, MissingKey, OSError, sqlite3.Error, psycopg.Error)


@dataclass(frozen=True)
class Places:
    data: Path
    keys: Path


def places(data: str, keys: str) -> Places:
    """The two folders, if they are named and apart. Raises Refused."""
    if not (data and keys):
        raise Refused("say where to: set BACKUP_TO and BACKUP_KEYS_TO, or give --data-to and --keys-to")
    found = Places(Path(data).resolve(), Path(keys).resolve())
    if found.data.is_relative_to(found.keys) or found.keys.is_relative_to(found.data):
        raise Refused("database and keys must go to different places, neither inside the other: together they open all")
    return found


def make(*, to: Places, now: datetime, say: Say) -> None:
    """Back up. Raises one of FAILURES, and leaves nothing behind then but a note for `tumpeang doctor`."""
    stamp = Path(settings.BACKUP_STAMP)
    files.make_private_directory(stamp.parent)
    note = failure_note()
    try:
        _make(to, now, say)
    except FAILURES as error:
        note.write_text(f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {error}")
        raise
    note.unlink(missing_ok=True)
    stamp.touch()


def failure_note() -> Path:
    """Why the last backup failed, if it did."""
    return Path(settings.BACKUP_STAMP).with_name("failed")


def _make(to: Places, now: datetime, say: Say) -> None:
    recovery = escrow.newest()
    if recovery is None:
        raise Refused("there is no recovery key yet; run: tumpeang keys escrow")
    with _alone():
        for folder in (to.data, to.keys):
            if not folder.is_dir():
                files.make_private_directory(folder)
        _sweep(to)
        stamp = f"{now.astimezone(UTC):{_AT}}"
        with (
            _whole(to.data / f"data-{stamp}.tumpeang") as data,
            _whole(to.keys / f"keys-{stamp}.tumpeang") as keys,  # left first, so it gets its name first
        ):
            ring = _keyring()
            _write_data(data, recovery, now, say)
            _write_keys(keys, recovery, ring, now, say)
        for folder in (to.data, to.keys):
            known = erasures.copy_to(folder / JOURNAL)
        say(f"erasures: {known}, in clear beside both")
        _prune(to, now, say)
    say(f"done: {stamp}, sealed to {recovery.name}")


def installation() -> str:
    """What the two archives of one house have in common. A secret: without it no archive can be slipped in."""
    return hashlib.blake2b(receipt.pepper(), digest_size=16, person=b"tumpeang.house").hexdigest()


# ---- what goes in --------------------------------------------------------------------------------------------------


def _write_data(path: Path, recovery: Recovery, now: datetime, say: Say) -> None:
    heads = Path(settings.LOG_HEADS)
    signed = heads.stat().st_size if heads.exists() else 0
    database = copies.database(settings.DATABASE_URLS["owner"])
    with path.open("wb") as file, database.copied() as copy:
        writer = archive.Writer(file, kind="data", to=recovery)
        manifest = _about(now) | {"vendor": database.vendor, "tables": copy.tables, "log": copy.log}
        writer.add(MANIFEST, [json.dumps(manifest).encode()])
        writer.add(HEADS, copies.pieces(heads, signed) if signed else [])
        length = writer.add(DATABASE, copy.content)
        writer.close()
    rows = sum(copy.tables.values())
    say(f"database: {len(copy.tables)} tables, {rows} rows, {length / 1024**2:.1f} MiB; the log to row {copy.log[0]}")


def _write_keys(path: Path, recovery: Recovery, ring: dict[str, bytes], now: datetime, say: Say) -> None:
    store = keystore()
    with copies.scratch(store.path.parent) as folder, path.open("wb") as file:
        hangs_on = store.copy_to(folder / KEYSTORE)
        ring = _keyring() | ring
        if any(f"{RING}kek-{number:04d}.key" not in ring for number in hangs_on):
            raise Refused("keys were renewed twice while this ran; run it again")
        writer = archive.Writer(file, kind="keys", to=recovery)
        writer.add(MANIFEST, [json.dumps(_about(now) | {"subject_keys": sum(hangs_on.values())}).encode()])
        for name, content in ring.items():
            writer.add(name, [content])
        writer.add(KEYSTORE, copies.pieces(folder / KEYSTORE))
        writer.close()
    say(f"keys: {len(ring)} files, {sum(hangs_on.values())} subject keys")


def _about(now: datetime) -> dict[str, object]:
    return {"made": now.isoformat(), "installation": installation(), "version": version("tumpeang")}


def _keyring() -> dict[str, bytes]:
    """Every key file, and what the public face reads. The safeguarding private halves are not on the server."""
    found = {RING + name: content for name, content in keyring().contents().items()}
    public = Path(settings.PUBLIC_KEYS_DIR)
    for path in [*public.glob("*.pub"), public / "pepper"]:
        with suppress(FileNotFoundError):  # renewed meanwhile
            found[PUBLIC + path.name] = path.read_bytes()
    return found


# ---- where it goes -------------------------------------------------------------------------------------------------


@contextmanager
def _alone() -> Iterator[None]:
    """One backup at a time."""
    with Path(settings.BACKUP_STAMP).with_name("lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("another backup is running") from None
        yield


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file that gets its name when it is whole, or is not there at all."""
    unfinished = path.with_name(f"{_UNFINISHED}{path.name}")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield unfinished
        os.replace(unfinished, path)
        files.sync_directory(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _sweep(to: Places) -> None:
    """Take away what a backup left that was killed."""
    for place in (to.data, to.keys):
        for path in place.glob(f"{_UNFINISHED}*"):
            path.unlink()
    for folder in {copies.database(settings.DATABASE_URLS["owner"]).folder, keystore().path.parent, settings.DATA_DIR}:
        copies.sweep(folder)


def _prune(to: Places, now: datetime, say: Say) -> None:
    """After a backup that succeeded, never before: the last good one is not taken away."""
    for folder, kept in ((to.keys, KEYS_KEPT), (to.data, timedelta(days=settings.BACKUP_KEEP_DAYS))):
        for path in sorted(folder.iterdir()):
            made = made_at(path)
            if made and now - made > kept:
                path.unlink()
                say(f"removed {path.name}, older than {kept.days} days")


def made_at(path: Path) -> datetime | None:
    """When an archive was made, by its name; None for what is no archive."""
    match = _NAME.match(path.name)
    return datetime.strptime(match["at"], _AT).replace(tzinfo=UTC) if match else None
