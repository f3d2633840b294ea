"""`levels`: by which rules levels are set, and what they would move."""

import argparse
import sys
from collections import Counter
from typing import Any


def add(commands: Any) -> None:
    levels = commands.add_parser("levels", help="say by which rules levels are set, and what new ones would move")
    levels.set_defaults(run=_levels)


def _levels(options: argparse.Namespace) -> int:
    from tumpeang.access.door import SYSTEM
    from tumpeang.intake import levels, triage

    book = levels.rules()
    print(f"version {book.version}, since {book.versions[-1].since}; the digest of what decides is {book.digest}")
    if book.changed_unsaid:
        print("the rules decide otherwise than this version says: add a version to levels.yaml", file=sys.stderr)
        return 1
    moved, looked, after = Counter[tuple[str, str]](), 0, None
    while True:
        batch = triage.look_ahead(by=SYSTEM, after=after)
        looked, after = looked + batch.looked, batch.next
        moved.update((move.report.level, move.to.slug) for move in batch.moves)
        print(f"looked at {looked} of {batch.of} open reports that came under older rules", flush=True)
        if after is None:
            break
    for (before, to), count in sorted(moved.items()):
        print(f"{before} -> {to}: {count}")
    print("a supervisor moves them, on the page “How levels are set”" if moved else "nothing would move")
    return 0
