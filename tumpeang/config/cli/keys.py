"""`keys init|escrow|rotate|status`."""

import argparse
import os
from pathlib import Path
from typing import Any

from django.conf import settings

from tumpeang.config import share_paper
from tumpeang.vault import escrow, files, holders, sealed
from tumpeang.vault.keyring import HOTLINE, INDEX, KEK, LOG, SEATS, STAFF_KINDS, SYSTEM, Keyring, keyring

PEPPER_BYTES = 16


def add(commands: Any) -> None:
    keys = commands.add_parser("keys", help="make, renew and show keys")
    actions = keys.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("init", help="make what is missing; changes nothing that exists").set_defaults(run=_init)
    share_paper.add(actions)
    rotate = actions.add_parser("rotate", help="make a new key and move everything to it; may be stopped and repeated")
    rotate.add_argument("kind", choices=[KEK, INDEX, SYSTEM, HOTLINE, LOG])
    rotate.add_argument("--resume", action="store_true", help="go on with a rotation that was stopped: make no new key")
    rotate.set_defaults(run=_rotate)
    actions.add_parser("status", help="which keys exist, and what still hangs on old ones").set_defaults(run=_status)


def init() -> list[str]:
    """Make the keys that are missing; returns what was made."""
    made = []
    ring = Keyring(Path(settings.KEYRING_DIR))
    public = Path(settings.PUBLIC_KEYS_DIR)
    for kind in STAFF_KINDS:
        if not ring.versions(kind):
            key = ring.add(kind)
            made.append(f"{kind}-{key.version:04d}")
            if kind == HOTLINE:
                sealed.publish(HOTLINE, key.version, key.secret, public)
    made += [half.name for half in holders.lay_first()]
    if not (public / "pepper").exists():
        files.write_durably(public / "pepper", os.urandom(PEPPER_BYTES).hex().encode(), mode=files.SHARED)
        made.append("pepper")
    return made


def _init(options: argparse.Namespace) -> None:
    made = init()
    print("\n".join(f"made {name}" for name in made) or "all keys are there")
    for kind in SEATS:
        if f"{kind}-0001" in made:
            print(f"The private key of the {kind} seat lies in {holders.folder_of(kind)}.")
            print("Give it to that person alone, then remove it here: the server must not open those reports.")


def _rotate(options: argparse.Namespace) -> None:
    from tumpeang.config import rotation

    for line in rotation.rotate(options.kind, resume=options.resume):
        print(line, flush=True)


def _status(options: argparse.Namespace) -> None:
    from tumpeang.config import rotation

    for kind in STAFF_KINDS:
        versions = ", ".join(f"{version:04d}" for version in keyring().versions(kind))
        print(f"{kind:<9} {versions or 'none'}   {rotation.waiting(kind)}".rstrip())
    recovery = escrow.newest()
    print(f"recovery  {recovery.name if recovery else 'none; run: tumpeang keys escrow'}")
