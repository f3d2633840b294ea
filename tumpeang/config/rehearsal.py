"""`tumpeang restore --rehearse`: the real restore, in a process of its own, into a scratch place removed afterwards."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from tumpeang.config import copies
from tumpeang.config.restore import Refused
from tumpeang.vault import files

# settings that say where something of this house lies: the rehearsal must know none of them
_PLACES = {
    "DATA", "KEYRING_DIR", "PUBLIC_KEYS_DIR", "SAFEGUARDING_DIR", "KEYSTORE_DIR", "LOG_HEADS", "ERASURES", "BACKUP_TO",
    "BACKUP_KEYS_TO", "BACKUP_STAMP", "REHEARSAL_STAMP", "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PUBLIC_URL",
}  # fmt: skip


def rehearse(*, data: Path, keys: Path, journals: Iterable[Path], database: str) -> int:
    """Restore into nowhere; asks for the shares. Returns 0, and touches the stamp, if all was well. Raises Refused."""
    addresses = _addresses(database) if database else {}
    scratch_database = copies.database(addresses["owner"]) if addresses else None
    if scratch_database is None and urlsplit(settings.DATABASE_URLS["owner"]).scheme != "sqlite":
        raise Refused("a rehearsal needs an empty database: give --database postgresql://HOST/NAME")
    if scratch_database and not scratch_database.is_empty():
        raise Refused("the database of a rehearsal must be empty: it is emptied again afterwards")
    known = [path.absolute() for path in [*journals, Path(settings.ERASURES)] if path.exists()]
    command = [
        sys.executable,
        "-m",
        "tumpeang",
        "restore",
        "--data",
        str(data.absolute()),
        "--keys",
        str(keys.absolute()),
    ]
    command += [word for path in known for word in ("--erasures", str(path))]
    with copies.scratch(Path(settings.DATA_DIR)) as folder:
        try:
            result = subprocess.run(command, env=_environment(folder, addresses), check=False).returncode  # noqa: S603  # nosec
        finally:
            if scratch_database:
                scratch_database.clear()
    if result == 0:
        stamp = Path(settings.REHEARSAL_STAMP)
        files.make_private_directory(stamp.parent)
        stamp.touch()
    return result


def _environment(folder: Path, addresses: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in _PLACES}
    names = {"app": "DATABASE_URL", "owner": "DATABASE_OWNER_URL", "public": "DATABASE_PUBLIC_URL"}
    return {**kept, "DATA": str(folder), **{names[role]: url for role, url in addresses.items()}}


def _addresses(database: str) -> dict[str, str]:
    """The three roles' addresses for another database; each as the role that the settings name, unless it names one."""
    new = urlsplit(database)
    if new.scheme == "sqlite":
        return dict.fromkeys(settings.DATABASE_URLS, database)
    found = {}
    for role, url in settings.DATABASE_URLS.items():
        user, _, _ = urlsplit(url).netloc.rpartition("@")
        place = new.netloc if "@" in new.netloc or not user else f"{user}@{new.netloc}"
        found[role] = new._replace(netloc=place).geturl()
    return found
