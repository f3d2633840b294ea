"""A house with reports, workers and keys of its own, and an empty place beside it, for tests of backup and rotation."""

import os
import pty
import select
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from tests import databases
from tests.cast import hire
from tumpeang.config import backup, copies, restore
from tumpeang.intake.opening import Opener
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.drafts import keys_of
from tumpeang.vault import escrow
from tumpeang.vault.keystore import keystore

PLACES = ("KEYRING_DIR", "PUBLIC_KEYS_DIR", "SAFEGUARDING_DIR", "KEYSTORE_DIR", "LOG_HEADS", "ERASURES")
STAMPS = ("BACKUP_STAMP", "REHEARSAL_STAMP")


@dataclass
class House:
    """What a test needs to know of it."""

    folder: Path
    told: dict = field(default_factory=dict)  # report: what was told
    codes: dict = field(default_factory=dict)  # report: the reporter's code

    def __post_init__(self):
        self.people = hire(timezone.now())
        self.people.dara.alert_email = "dara@example.org"
        self.people.dara.save()

    def report(self, what, **answers):
        """Dropped in, not opened."""
        now = timezone.now()
        cookie, _ = letterbox.open_draft(way="adult", language="en", now=now)
        letterbox.keep_answers(cookie=cookie, answers={"what": what, **answers}, reached=1, now=now)
        code = letterbox.send(cookie=cookie, mark="", now=now)
        report = keys_of(cookie).report_id
        self.told[report], self.codes[report] = what, code
        return report

    def open(self):
        Opener().run(timezone.now(), most=1000)


@contextmanager
def elsewhere(folder: Path):
    """An empty place: other folders, another database."""
    folder.mkdir()
    changed = {name: folder / name.lower() / ("file" if name in {"LOG_HEADS", "ERASURES"} else "") for name in PLACES}
    with override_settings(**changed), databases.empty():
        yield
        keystore().close()
        connection.close()


def in_hand() -> list[str]:
    made = escrow.draw_up()
    escrow.keep(made)
    return made.shares


def back_up(house, now=None) -> tuple[Path, Path]:
    to = backup.places(str(house.folder / "a"), str(house.folder / "b"))
    said: list[str] = []
    backup.make(to=to, now=now or timezone.now(), say=said.append)
    house.said = said
    return max(to.data.glob("data-*")), max(to.keys.glob("keys-*"))


def put_back(pair, shares, journals=()):
    """Restore into the place that the settings name; returns the lines."""
    said: list[str] = []
    found = restore.look_at(*pair)
    checks = restore.restore(
        pair=found, secret=found.secret(shares), journals=journals, now=timezone.now(), say=said.append
    )
    assert not [check.line() for check in checks if check.faults]
    return said + [check.line() for check in checks]


def place_is_empty() -> bool:
    folder = Path(settings.KEYRING_DIR).parent
    journal = Path(settings.ERASURES)  # what it has learnt of erasures it does not forget
    left = [path for path in folder.rglob("*") if path.is_file() and path != journal]
    return not left and copies.database(settings.DATABASE_URLS["owner"]).is_empty()


def everything() -> dict[str, list]:
    """Every row of every table, to compare."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]
            found[table] = sorted(rows, key=repr)
    return found


def key_files() -> dict[str, bytes]:
    folders = (Path(settings.KEYRING_DIR), Path(settings.PUBLIC_KEYS_DIR))
    return {path.name: path.read_bytes() for folder in folders for path in folder.iterdir()}


def tumpeang(*words, told="", **environment) -> subprocess.CompletedProcess:
    """The command itself, in a process of its own, for the house that the settings name."""
    connection.close()
    return subprocess.run(
        [sys.executable, "-m", "tumpeang", *map(str, words)], input=told, text=True, capture_output=True,
        env={**of_this_house(), **environment},
    )  # fmt: skip


def of_this_house() -> dict[str, str]:
    """The environment that tells another process of the house that the settings name."""
    places = {name: str(getattr(settings, name)) for name in (*PLACES, *STAMPS)}
    urls = {"DATABASE_URL": "app", "DATABASE_OWNER_URL": "owner", "DATABASE_PUBLIC_URL": "public"}
    addresses = {name: settings.DATABASE_URLS[role] for name, role in urls.items()}
    return {**os.environ, **places, **addresses, "DJANGO_SETTINGS_MODULE": "tumpeang.config.settings"}


class Terminal:
    """The command at a terminal: `until` waits for words on the screen and returns all that came, `type` answers."""

    def __init__(self, *words):
        connection.close()
        self.ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "tumpeang", *map(str, words)]
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=of_this_house())
        os.close(theirs)
        self.seen = ""

    def until(self, words: str) -> str:
        while words not in self.seen:
            assert select.select([self.ours], [], [], 60)[0], self.seen
            self.seen += os.read(self.ours, 10_000).decode(errors="replace")
        before, _, self.seen = self.seen.partition(words)
        return before + words

    def type(self, line: str) -> None:
        os.write(self.ours, f"{line}\n".encode())

    def end(self) -> int:
        code = self.process.wait(60)
        os.close(self.ours)
        return code
