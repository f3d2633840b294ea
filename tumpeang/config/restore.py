"""`tumpeang restore`: a house from its two archives, two of three shares, and the journals of erasures.

Only into an empty place, and whole or not at all: both archives are read to their end into scratch folders before
anything is put in its place, and what was put is taken away again if a later step fails. Then everything is looked at
(soundness.py), what was erased since is erased again, and every session is over.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from tumpeang.access import door
from tumpeang.access import log as chain
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.config import backup, copies, soundness, tables
from tumpeang.config.backup import DATABASE, HEADS, KEYSTORE, MANIFEST, PUBLIC, RING, Say
from tumpeang.config.soundness import Check
from tumpeang.intake import erasing
from tumpeang.people import erasing as people
from tumpeang.vault import archive, erasures, escrow, files, sealed
from tumpeang.vault.archive import Damaged
from tumpeang.vault.escrow import BadShare, Recovery
from tumpeang.vault.keystore import keystore


class Refused(Exception):
    """Nothing was restored. The message says why."""


FAILURES = (Refused, Damaged, BadShare, copies.CannotCopy, OSError)


@dataclass(frozen=True)
class Pair:
    """The two archives, and the recovery key that both are sealed to."""

    data: Path
    keys: Path
    recovery: Recovery

    def secret(self, shares: list[str]) -> bytes:
        """The key that opens them, from two shares. Raises BadShare."""
        secret = escrow.combine(shares)
        if sealed.public_half(secret) != self.recovery.public:
            raise BadShare(f"these shares are of another recovery key; the archives want {self.recovery.name}")
        return secret


def look_at(data: Path, keys: Path) -> Pair:
    """Whether the two files can be a pair, before anybody fetches a share. Raises Refused or Damaged."""
    headers = {}
    for kind, path in (("data", data), ("keys", keys)):
        with path.open("rb") as file, _naming(path):
            headers[kind] = archive.Reader(file).header
        if headers[kind].kind != kind:
            raise Refused(f"{path.name} is an archive of '{headers[kind].kind}', not of '{kind}'")
    if headers["data"].recovery != headers["keys"].recovery:
        names = " and ".join(header.recovery.name for header in headers.values())
        raise Refused(f"the archives are sealed to different recovery keys ({names}): take two of the same night")
    return Pair(data, keys, headers["data"].recovery)


def require_empty() -> None:
    """Raises Refused where a house stands already: nothing is written over."""
    database = copies.database(settings.DATABASE_URLS["owner"])
    there = [name for name, path in _places().items() if path.is_file() or (path.is_dir() and any(_keys_in(path)))]
    if not database.is_empty():
        there.insert(0, "tables in the database")
    if there:
        raise Refused(f"this place is not empty: {', '.join(there)}. Move it aside first; nothing was changed")


def restore(*, pair: Pair, secret: bytes, journals: Iterable[Path], now: datetime, say: Say) -> list[Check]:
    """Restore. Raises one of FAILURES, with nothing left; returns what was looked at, which may name faults."""
    require_empty()
    database = copies.database(settings.DATABASE_URLS["owner"])
    files.make_private_directory(Path(settings.KEYSTORE_DIR))
    database.folder.mkdir(parents=True, exist_ok=True)
    with (
        copies.scratch(database.folder) as data,
        copies.scratch(Path(settings.KEYSTORE_DIR)) as keys,
        ExitStack() as undo,
    ):
        about = _unpack(pair.data, secret, data)
        _check_pair(about, _unpack(pair.keys, secret, keys), database.vendor)
        say(f"both archives are whole: {pair.data.name}, {pair.keys.name}")
        undo.callback(_clear, database)
        _put_keys(keys)
        _put_heads(data / HEADS)
        connection.close()
        database.put(data / DATABASE)
        if database.count() != about["tables"]:
            raise Refused("the restored tables do not hold the rows that the archive counts")
        say(f"{len(about['tables'])} tables, {sum(about['tables'].values())} rows: as many as the archive counts")
        tables.with_owner(_require_known_version)
        for line in tables.renew():
            say(line)
        beside = {path.with_name(backup.JOURNAL) for path in (pair.data, pair.keys)}
        checks = [erase_again({*beside, *journals}, now), *soundness.examine()]
        finish(by=SYSTEM, made=about["made"])
        chain.sign_head(at=now)
        undo.pop_all()
    return checks


# ---- reading the archives ------------------------------------------------------------------------------------------


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Say which archive is damaged."""
    try:
        yield
    except Damaged as error:
        raise Damaged(f"{path.name} cannot be used: {error}") from None


def _unpack(path: Path, secret: bytes, into: Path) -> dict[str, Any]:
    """Every member as a file, read to the archive's end; returns the manifest."""
    with path.open("rb") as file, _naming(path):
        for name, content in archive.Reader(file).members(secret):
            target = into / name
            if into not in (target.parent, target.parent.parent) or ".." in name:
                raise Damaged("it holds a file that does not belong there")
            target.parent.mkdir(exist_ok=True)
            with target.open("wb") as out:
                out.writelines(content)
    return cast(dict[str, Any], json.loads((into / MANIFEST).read_text()))


def _check_pair(data: dict[str, Any], keys: dict[str, Any], vendor: str) -> None:
    if data["installation"] != keys["installation"]:
        raise Refused("these two archives are not of the same house")
    if datetime.fromisoformat(keys["made"]) < datetime.fromisoformat(data["made"]):
        raise Refused(
            "the keys are older than the data: rows would stay closed. Take those of the same night, or newer"
        )
    if data["vendor"] != vendor:
        raise Refused(f"the archive holds a database of {data['vendor']}, and DATABASE_URL names one of {vendor}")


# ---- putting it in its place ---------------------------------------------------------------------------------------


def _places() -> dict[str, Path]:
    return {
        "keyring": Path(settings.KEYRING_DIR),
        "public keys": Path(settings.PUBLIC_KEYS_DIR),
        "key store": Path(settings.KEYSTORE_DIR) / "keystore.sqlite3",
        "signed heads": Path(settings.LOG_HEADS),
    }


def _keys_in(folder: Path) -> list[Path]:
    return [*folder.glob("*.key"), *folder.glob("*.pub"), *folder.glob("pepper")]


def _put_keys(unpacked: Path) -> None:
    ring, public = Path(settings.KEYRING_DIR), Path(settings.PUBLIC_KEYS_DIR)
    files.make_private_directory(ring)
    files.make_shared_directory(public)
    for path in (unpacked / RING).iterdir():
        files.write_durably(ring / path.name, path.read_bytes())
    for path in (unpacked / PUBLIC).iterdir():
        files.write_durably(public / path.name, path.read_bytes(), mode=files.SHARED)
    (unpacked / KEYSTORE).chmod(0o600)
    (unpacked / KEYSTORE).replace(Path(settings.KEYSTORE_DIR) / "keystore.sqlite3")
    files.sync_directory(Path(settings.KEYSTORE_DIR))


def _put_heads(unpacked: Path) -> None:
    heads = Path(settings.LOG_HEADS)
    files.make_private_directory(heads.parent)
    with heads.open("wb") as out:
        out.writelines(copies.pieces(unpacked))
    heads.chmod(0o600)


def _clear(database: copies.SqliteDatabase | copies.PostgresDatabase) -> None:
    """Take away what was put: the place was empty before."""
    connections.close_all()
    keystore().close()
    database.clear()
    for path in _places().values():
        for file in _keys_in(path) if path.is_dir() else path.parent.glob(f"{path.name}*"):
            file.unlink()


def _require_known_version(alias: str) -> None:
    loader = MigrationLoader(connections[alias])
    if set(loader.applied_migrations) - set(loader.disk_migrations):
        raise Refused("the archive was made by a newer version of Tumpeang; install that one, then restore")


# ---- making it safe ------------------------------------------------------------------------------------------------


def erase_again(journals: Iterable[Path], now: datetime) -> Check:
    """Erase whatever any journal, or the key store itself, names as erased."""
    store = keystore()
    known: set[UUID] = store.erased() | erasures.read()
    for journal in journals:
        known |= erasures.read(journal)
    erasures.add(sorted(known - erasures.read()))
    for subject in sorted(known - store.erased()):
        store.destroy(subject)
    for report in erasing.still_there(known):
        erasing.erase_again(by=SYSTEM, report_id=report, now=now)
    for person in people.still_there(known):
        people.erase_again(by=SYSTEM, person_id=person, now=now)
    back = store.find(known).keys() | {*erasing.still_there(known)} | {*people.still_there(known)}
    return Check(f"{len(known) - len(back)} erased subjects stay erased", len(back))


@action("installation.restore", rule=needs(Permission.MANAGE_KEYS))
def finish(*, by: Actor, made: str) -> None:
    """The row in the log that says so. Nobody who was signed in then is signed in now."""
    sessions = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    door.note(sessions=sessions.objects.all().delete()[0], backup=made)
