"""`safeguarding list|open`: for the two people who hold the safeguarding key, until their pages exist.

The key stays on their stick: it is read from the file that they name, used, and forgotten.
"""

import argparse
import base64
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone


def add(commands: Any) -> None:
    group = commands.add_parser("safeguarding", help="reports about own staff, for those who hold that key")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="which sealed reports wait").set_defaults(run=_list)
    show = actions.add_parser("open", help="read one; the log shows that it was read")
    show.add_argument("report", type=UUID)
    show.add_argument("--key", type=Path, required=True, help="the file safeguarding-0001.key")
    show.set_defaults(run=_open)


def _list(options: argparse.Namespace) -> None:
    from tumpeang.intake.queries import waiting_for_safeguarding

    for row in waiting_for_safeguarding():
        print(f"{row.pk}  {row.received_at:%Y-%m-%d %H:%M}{'  URGENT' if row.urgent else ''}")


def _open(options: argparse.Namespace) -> int:
    from tumpeang.access.door import SYSTEM
    from tumpeang.intake.opening import read_with_key
    from tumpeang.intake.queries import waiting_for_safeguarding
    from tumpeang.vault.cipher import Unreadable

    row = next((row for row in waiting_for_safeguarding() if row.pk == options.report), None)
    if row is None:
        print("there is no such report")
        return 1
    secret = base64.b64decode(options.key.read_text())
    try:
        parcel, words = read_with_key(by=SYSTEM, row=row, secret=secret, now=timezone.now())
    except Unreadable:
        print("this key does not open it")
        return 1
    print(json.dumps({**parcel.answers, "added later": words}, ensure_ascii=False, indent=2))
    return 0
