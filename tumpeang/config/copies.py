"""A consistent copy of the database while people work, and putting one back into an empty place. Both databases.

SQLite: its own backup call into a scratch folder beside the database, where its plain columns lie already. PostgreSQL:
`pg_dump` of an exported snapshot, streamed, so that nothing of it touches the disk. The application's role is enough
for a copy: it may read every table, and its policies hide no row (database_roles.py). Putting back needs the owner.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from tumpeang.vault import files

_SCRATCH = ".tumpeang-scratch-"
PIECE = 256 * 1024
_LAST_ROW = "SELECT seq, hash FROM access_logrow ORDER BY seq DESC LIMIT 1"


class CannotCopy(Exception):
    """The database could not be copied or put back. The message holds no content."""


@dataclass(frozen=True)
class Copy:
    """A copy that is being made: what stood in it at that moment, and its bytes."""

    tables: dict[str, int]  # rows of each
    log: tuple[int, str]  # the last row's number and hash
    content: Iterator[bytes]


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A folder that only we can read, and that is gone afterwards; locked meanwhile, so that `sweep` passes it over."""
    folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=beside))  # made with mode 0700
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def sweep(beside: Path) -> None:
    """Remove the scratch folders of those who were killed."""
    for folder in beside.glob(f"{_SCRATCH}*"):
        handle = os.open(folder, os.O_RDONLY)
        with suppress(BlockingIOError):  # somebody is at work there
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def pieces(path: Path, length: int | None = None) -> Iterator[bytes]:
    """A file's bytes, or the first `length` of them."""
    left = path.stat().st_size if length is None else length
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(left, PIECE))):
            yield piece
            left -= len(piece)


class SqliteDatabase:
    vendor = "sqlite"

    def __init__(self, url: str) -> None:
        self.path = Path(urlsplit(url).path[1:]).absolute()
        self.folder = self.path.parent

    @contextmanager
    def copied(self) -> Iterator[Copy]:
        if not self.path.exists():
            raise CannotCopy(f"there is no database at {self.path}")
        with scratch(self.folder) as folder:
            target = folder / "database"
            with closing(sqlite3.connect(self.path, timeout=20)) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
                tables = self._count(copy)
                last = copy.execute(_LAST_ROW).fetchone() or (0, "")
            yield Copy(tables, (int(last[0]), str(last[1])), pieces(target))

    def is_empty(self) -> bool:
        return not self.path.exists() or not self.count()

    def count(self) -> dict[str, int]:
        with closing(sqlite3.connect(self.path, timeout=20)) as db:
            return self._count(db)

    def put(self, source: Path) -> None:
        """Move a copy that lies in a scratch folder of ours into its place."""
        os.replace(source, self.path)
        files.sync_directory(self.folder)

    def clear(self) -> None:
        for path in self.folder.glob(f"{self.path.name}*"):
            path.unlink()

    @staticmethod
    def _count(db: sqlite3.Connection) -> dict[str, int]:
        named = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        names = sorted(row[0] for row in named)
        return {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608  # nosec


class PostgresDatabase:
    vendor = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url
        self.folder = Path(settings.DATA_DIR)

    @contextmanager
    def copied(self) -> Iterator[Copy]:
        with self._connected() as db:
            db.isolation_level, db.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
            snapshot = self._one(db, "SELECT pg_export_snapshot()")
            tables = self._count(db)
            last = db.execute(_LAST_ROW).fetchone() or (0, "")
            command = ["--format=custom", "--no-owner", "--no-privileges", "--enable-row-security"]
            content = self._streamed(self._tool(db, "pg_dump"), *command, f"--snapshot={snapshot}")
            yield Copy(tables, (int(last[0]), str(last[1])), content)

    def is_empty(self) -> bool:
        with self._connected() as db:
            return not self._names(db)

    def count(self) -> dict[str, int]:
        with self._connected() as db:
            return self._count(db)

    def put(self, source: Path) -> None:
        """Fill the empty database from a dump, whole or not at all. Roles and policies are `tumpeang migrate`'s."""
        with self._connected() as db:
            restore = self._tool(db, "pg_restore")
        entries = b"".join(self._streamed(restore, "--list", str(source)))
        ours = source.with_name("entries")
        kept = [line for line in entries.splitlines() if b" POLICY " not in line and b" ROW SECURITY " not in line]
        ours.write_bytes(b"\n".join(kept))
        options = ["--no-owner", "--no-privileges", "--single-transaction", f"--use-list={ours}"]
        for _ in self._streamed(restore, *options, f"--dbname={self._environment()['PGDATABASE']}", str(source)):
            pass

    def clear(self) -> None:
        with self._connected() as db:
            for name in self._names(db):
                db.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier(name)))
            left = db.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'").fetchall()
            for (name,) in left:  # those of columns went with their tables
                db.execute(sql.SQL("DROP SEQUENCE {}").format(sql.Identifier(name)))

    def _connected(self) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(self.url)
        except psycopg.OperationalError:
            raise CannotCopy(f"the database {self._environment()['PGDATABASE']} does not answer") from None

    def _count(self, db: psycopg.Connection[Any]) -> dict[str, int]:
        query = sql.SQL("SELECT count(*) FROM {}")
        return {name: int(self._one(db, query.format(sql.Identifier(name)))) for name in self._names(db)}

    def _names(self, db: psycopg.Connection[Any]) -> list[str]:
        return sorted(row[0] for row in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))

    @staticmethod
    def _one(db: psycopg.Connection[Any], query: Any) -> Any:
        row = db.execute(query).fetchone()
        return row[0] if row else None

    @staticmethod
    def _tool(db: psycopg.Connection[Any], name: str) -> str:
        """The client program of the server's own version: a newer one writes what an older server does not take."""
        version = db.info.server_version // 10000
        of_debian = Path(f"/usr/lib/postgresql/{version}/bin/{name}")
        found = str(of_debian) if of_debian.exists() else shutil.which(name)
        if not found:
            raise CannotCopy(f"{name} is missing; install PostgreSQL's client programs, version {version}")
        return found

    def _environment(self) -> dict[str, str]:
        """Where and as whom to connect: in the environment, for a command line is seen by every user of a machine."""
        parts = urlsplit(self.url)
        told = {"PGHOST": parts.hostname, "PGUSER": parts.username, "PGPASSWORD": parts.password}
        own = {name: unquote(value) for name, value in told.items() if value}
        if parts.port:
            own["PGPORT"] = str(parts.port)
        return {**os.environ, **own, "PGDATABASE": parts.path[1:], "PGCONNECT_TIMEOUT": "20"}

    def _streamed(self, *command: str) -> Iterator[bytes]:
        """What a program writes. Raises CannotCopy with its first complaint (later ones may quote a row)."""
        with tempfile.TemporaryFile() as complaints:
            with subprocess.Popen(  # noqa: S603  # nosec
                command, env=self._environment(), stdout=subprocess.PIPE, stderr=complaints
            ) as program:
                out: IO[bytes] = program.stdout  # type: ignore[assignment]
                while piece := out.read(PIECE):
                    yield piece
            if program.returncode:
                complaints.seek(0)
                said = complaints.readline().decode(errors="replace").strip()
                raise CannotCopy(f"{Path(command[0]).name} failed: {said}")


def database(url: str) -> SqliteDatabase | PostgresDatabase:
    return SqliteDatabase(url) if urlsplit(url).scheme == "sqlite" else PostgresDatabase(url)
