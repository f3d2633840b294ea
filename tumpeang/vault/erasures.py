"""The journal of erasures: the ids of erased subjects, in a file outside the database, only ever added to.

A backup that is older than an erasure would bring the subject back. So every backup carries the journal in clear beside
it (ids and nothing else), and a restore erases again what any journal names.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

from tumpeang.vault import files


def read(path: Path | None = None) -> set[UUID]:
    """The ids in a journal (the house's own unless given). A line that a power cut broke is passed over."""
    path = path or Path(settings.ERASURES)
    found = set()
    if path.exists():
        for line in path.read_text(errors="replace").splitlines():
            with suppress(ValueError):
                found.add(UUID(line.strip()))
    return found


def add(subjects: Iterable[UUID], path: Path | None = None) -> None:
    """Append ids, and only return when the disk has them."""
    path = path or Path(settings.ERASURES)
    # a line end before each too: a line that a power cut broke must not swallow this one
    lines = "".join(f"\n{subject}\n" for subject in subjects)
    if not lines:
        return
    new = not path.exists()
    if new:
        files.make_private_directory(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, lines.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    if new:
        files.sync_directory(path.parent)


def copy_to(path: Path) -> int:
    """Lay a copy beside a backup, keeping what an older copy knows; returns how many ids it holds."""
    known = read() | read(path)
    files.write_durably(path, "".join(f"{subject}\n" for subject in sorted(known)).encode())
    return len(known)
