"""`safeguarding list|open|key`: what the pages of those who read reports about own staff cannot do, or when they fail.

The private half is read from the file that somebody names, used, and forgotten.
"""

import argparse
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from tumpeang.vault.keyring import SEATS


def add(commands: Any) -> None:
    group = commands.add_parser("safeguarding", help="reports about own staff, for those who hold a key to them")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="which sealed reports there are, and to whom").set_defaults(run=_list)
    show = actions.add_parser("open", help="in an emergency: print one; both who read such reports are told")
    show.add_argument("report", type=UUID)
    show.add_argument("--key", type=Path, required=True, help="a file that holds the line of a key")
    show.set_defaults(run=_open)
    renew = actions.add_parser("key", help="make a new key for who has a seat, and show it to them alone, once")
    renew.add_argument("seat", choices=SEATS)
    renew.set_defaults(run=_key)


def _list(options: argparse.Namespace) -> None:
    from tumpeang.intake.safeguarding_queries import all_sealed

    for row in all_sealed():
        print(f"{row.pk}  {row.received_at:%Y-%m-%d %H:%M}  {row.recipient}{'  URGENT' if row.urgent else ''}")


def _open(options: argparse.Namespace) -> int:
    from tumpeang.access.door import SYSTEM
    from tumpeang.intake.safeguarding import break_glass
    from tumpeang.intake.safeguarding_queries import all_sealed
    from tumpeang.vault.cipher import Unreadable
    from tumpeang.vault.holders import NotAKey, read_line

    row = all_sealed().filter(pk=options.report).first()
    if row is None:
        print("there is no such report")
        return 1
    try:
        opened = break_glass(by=SYSTEM, row=row, key=read_line(options.key.read_text()), now=timezone.now())
    except (NotAKey, Unreadable):
        print("this key does not open it")
        return 1
    later = [{"at": f"{turn.at:%Y-%m-%d %H:%M}", "text": turn.text} for turn in opened.words]
    print(json.dumps({**opened.parcel.answers, "added later": later}, ensure_ascii=False, indent=2))
    return 0


def _key(options: argparse.Namespace) -> int:
    from tumpeang.access import queries, seats
    from tumpeang.access.door import SYSTEM
    from tumpeang.access.states import Seat
    from tumpeang.vault import holders

    seat = Seat(options.seat)
    user = queries.in_seat(seat)
    if user is None:
        print("nobody has this seat: fill it first, on the page of the seats")
        return 1
    half = holders.fresh(options.seat)
    seats.give_key(by=SYSTEM, seat=seat, user=user, key=half.name, now=timezone.now())
    holders.publish(half)
    print(f"For {user.display_name} alone. It is shown once and kept nowhere here:\n\n{half.line}\n")
    return 0
