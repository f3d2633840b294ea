"""Everything a thief of the database would have, as one string of bytes."""

import subprocess
from pathlib import Path

from django.db import connection

from tests import databases, postgres


def dump() -> bytes:
    """The whole database: SQLite's file with its log, or what pg_dump writes."""
    if databases.vendor() == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        return b"".join(path.read_bytes() for path in sorted(name.parent.glob(name.name + "*")))
    command = [postgres.binaries() / "pg_dump", "--no-owner", f"--dbname={databases.role_url('owner')}"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def holds(haystack: bytes, needle: str) -> bool:
    """Whether the bytes hold a word: as text, as PostgreSQL writes bytes, or as JSON writes Khmer."""
    escaped = needle.encode("unicode_escape")
    return any(form in haystack for form in (needle.encode(), needle.encode().hex().encode(), escaped))
