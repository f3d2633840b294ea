"""`staff add`: accounts from the command line, until there are pages for them."""

import argparse
import getpass
import sys
from typing import Any

from django.core.exceptions import ValidationError


def add(commands: Any) -> None:
    staff = commands.add_parser("staff", help="accounts of workers")
    actions = staff.add_subparsers(required=True, metavar="ACTION")
    new = actions.add_parser("add", help="make an account; asks for the password")
    new.add_argument("username")
    new.add_argument("--name", required=True, help="as colleagues see it")
    new.add_argument("--role", action="append", required=True, choices=["call_taker", "supervisor"])
    new.add_argument("--alert-email", help="where a contentless alert goes")
    new.add_argument("--language", choices=["km", "en"], default="km")
    new.set_defaults(run=_add)


def _add(options: argparse.Namespace) -> int:
    from tumpeang.access.actions import add_worker
    from tumpeang.access.door import SYSTEM
    from tumpeang.access.roles import Role

    password = (
        getpass.getpass("Password (at least 12 characters): ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    )
    try:
        add_worker(
            by=SYSTEM, username=options.username, display_name=options.name, password=password,
            roles=[Role(role) for role in options.role], alert_email=options.alert_email, language=options.language,
        )  # fmt: skip
    except ValidationError as error:
        print("\n".join(error.messages), file=sys.stderr)
        return 1
    print("made; the second factor is set up at the first sign-in")
    return 0
