"""`backup` and `restore`: two archives, and the house again from them."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from tumpeang.config.share_paper import WIPE


def add(commands: Any) -> None:
    backup = commands.add_parser("backup", help="copy the database and the keys, encrypted, to two different places")
    backup.add_argument("--data-to", metavar="DIR", default="", help="for the database, instead of BACKUP_TO")
    backup.add_argument("--keys-to", metavar="DIR", default="", help="for the keys, instead of BACKUP_KEYS_TO")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="rebuild everything in an empty place; asks for two shares")
    restore.add_argument("--data", metavar="FILE", type=Path, required=True, help="the archive of the database")
    restore.add_argument("--keys", metavar="FILE", type=Path, required=True, help="the archive of the keys")
    restore.add_argument(
        "--erasures", metavar="FILE", type=Path, action="append", default=[],
        help="a newer journal of erasures than those beside the archives; may be given again",
    )  # fmt: skip
    restore.add_argument("--rehearse", action="store_true", help="only try it, in a scratch place, and remove it all")
    restore.add_argument("--database", metavar="URL", default="", help="for a rehearsal: an empty database")
    restore.set_defaults(run=_restore)


def _say(line: str) -> None:
    print(line, flush=True)


def _backup(options: argparse.Namespace) -> int:
    from tumpeang.config import backup

    try:
        to = backup.places(options.data_to or settings.BACKUP_TO, options.keys_to or settings.BACKUP_KEYS_TO)
        backup.make(to=to, now=timezone.now(), say=_say)
    except backup.FAILURES as error:
        print(f"no backup was made: {error}", file=sys.stderr)
        return 1
    return 0


def _restore(options: argparse.Namespace) -> int:
    from tumpeang.config import restore

    try:
        missing = [path for path in (options.data, options.keys, *options.erasures) if not path.is_file()]
        if missing:
            raise restore.Refused(f"there is no file {missing[0]}")
        if options.rehearse:
            return _rehearse(options)
        if options.database:
            raise restore.Refused("--database is for a rehearsal; a restore goes where DATABASE_URL says")
        pair = restore.look_at(options.data, options.keys)
        restore.require_empty()
        secret = pair.secret(_ask_shares(pair.recovery.name))
        checks = restore.restore(
            pair=pair, secret=secret, journals=options.erasures, now=timezone.now(), say=_say
        )  # fmt: skip
    except restore.FAILURES as error:
        print(f"nothing was restored: {error}", file=sys.stderr)
        return 1
    for check in checks:
        print(check.line())
    faults = sum(check.faults for check in checks)
    print("restored; everybody signs in anew" if not faults else f"restored, with {faults} faults")
    return 1 if faults else 0


def _rehearse(options: argparse.Namespace) -> int:
    from tumpeang.config import rehearsal

    result = rehearsal.rehearse(
        data=options.data, keys=options.keys, journals=options.erasures, database=options.database
    )
    print("rehearsed, and removed again" if result == 0 else "the rehearsal failed", flush=True)
    return result


# ---- the shares ----------------------------------------------------------------------------------------------------


def _ask_shares(recovery: str) -> list[str]:
    """Two shares, one after the other; on a terminal each is wiped from the screen, and a slip can be mended."""
    from tumpeang.vault import escrow

    shares: list[str] = []
    while len(shares) < escrow.ENOUGH:
        print(f"{recovery}, person {len(shares) + 1} of {escrow.ENOUGH}: type the {escrow.WORDS} words.", flush=True)
        try:
            shares.append(escrow.read_share(_typed(escrow.WORDS)))
        except escrow.BadShare as error:
            if not sys.stdin.isatty():
                raise
            print(f"Once more: {error}.")
            continue
        if sys.stdout.isatty():
            print(WIPE, end="")
    return shares


def _typed(words: int) -> str:
    """What is typed until there are enough words, or an empty line after some."""
    from tumpeang.config.restore import Refused

    told = ""
    for line in sys.stdin:
        told += line
        if len(re.findall(r"[A-Za-z]+", told)) >= words or (told.strip() and not line.strip()):
            break
    if not told.strip():
        raise Refused("no share was typed")
    return told
