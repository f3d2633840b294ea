"""Making, copying and dropping the databases that tests use, as the role that may."""

import itertools
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connections

from tumpeang.config import tables

_empties = itertools.count()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def vendor() -> str:
    return connections["default"].vendor


def use(name: str) -> None:
    """Point the default connection, and the three addresses, at another database."""
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
    for face, url in settings.DATABASE_URLS.items():
        settings.DATABASE_URLS[face] = _with_name(url, name)


def make_template() -> str:
    """A database with tables, roles and reference data, made once for each test process."""
    if vendor() == "sqlite":
        name = str(settings.DATA_DIR / "template.sqlite3")
        use(name)
    else:
        name = f"template_{WORKER}"
        _as_owner(f"CREATE DATABASE {name}")
        use(name)
    for _ in tables.renew():
        pass
    return name


@contextmanager
def copy_of(template: str, number: int):
    """A database of one's own, for tests that commit, with the same tables and data."""
    connections["default"].close()
    if vendor() == "sqlite":
        connections["default"].close()
        name = str(settings.DATA_DIR / f"copy{number}.sqlite3")
        shutil.copy(template, name)
    else:
        name = f"copy_{WORKER}_{number}"
        _as_owner(f"CREATE DATABASE {name} TEMPLATE {template}")
    use(name)
    try:
        yield name
    finally:
        connections.close_all()
        use(template)
        if vendor() == "sqlite":
            for path in Path(name).parent.glob(Path(name).name + "*"):
                path.unlink()
        # on PostgreSQL the copies go with the scratch server: dropping each one makes it write everything down


@contextmanager
def empty():
    """A database of one's own with nothing in it: where a backup is restored to."""
    number = next(_empties)
    before = settings.DATABASES["default"]["NAME"]
    if vendor() == "sqlite":
        name = str(settings.DATA_DIR / f"empty{number}" / "db.sqlite3")
        Path(name).parent.mkdir()
    else:
        name = f"empty_{WORKER}_{number}"
        _as_owner(f"CREATE DATABASE {name}")
    use(name)
    try:
        yield name
    finally:
        connections.close_all()
        use(before)
        if vendor() == "sqlite":
            shutil.rmtree(Path(name).parent)


def role_url(face: str) -> str:
    return settings.DATABASE_URLS[face]


def _as_owner(statement: str) -> None:
    with psycopg.connect(_with_name(settings.DATABASE_URLS["owner"], "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def _with_name(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}")) if parts.scheme.startswith("postgres") else f"sqlite:///{name}"
