"""Writing a secret to disk so that it is there after a power cut and readable by nobody else."""

import os
from pathlib import Path

SHARED = 0o640  # readable by the group: public halves and the pepper, which the public face needs


def make_private_directory(path: Path) -> None:
    """Create `path` (and parents) with mode 0700; an existing directory is tightened to it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def make_shared_directory(path: Path) -> None:
    """Create `path` for another user's eyes: group-readable, and new files take its group. An existing one is left."""
    if not path.is_dir():
        path.mkdir(mode=0o750, parents=True)
        path.chmod(0o2750)


def write_durably(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write `content` to `path` whole or not at all, and only return when the disk has it."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.fchmod(handle, mode)  # whatever the umask is
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(scratch, path)
    sync_directory(path.parent)


def destroy(path: Path) -> None:
    """Overwrite and remove a secret. The overwrite is a courtesy: journals and flash may keep old blocks."""
    length = path.stat().st_size
    with path.open("r+b") as file:
        file.write(os.urandom(length))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
