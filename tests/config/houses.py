"""A house with reports, workers and keys of its own, and an empty place beside it, for tests of backup and rotation."""

import os
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
from tumpeang.intake.opening import Opener
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.drafts import keys_of
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
    places = {name: str(getattr(settings, name)) for name in (*PLACES, *STAMPS)}
    urls = {"DATABASE_URL": "app", "DATABASE_OWNER_URL": "owner", "DATABASE_PUBLIC_URL": "public"}
    addresses = {name: settings.DATABASE_URLS[role] for name, role in urls.items()}
    connection.close()
    return subprocess.run(
        [sys.executable, "-m", "tumpeang", *map(str, words)], input=told, text=True, capture_output=True,
        env={**os.environ, **places, **addresses, "DJANGO_SETTINGS_MODULE": "tumpeang.config.settings", **environment},
    )  # fmt: skip
