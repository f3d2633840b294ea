"""`staff found`: the first accounts of an empty house. From then on accounts are made on the pages, by two people."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.utils import timezone


def add(commands: Any) -> None:
    staff = commands.add_parser("staff", help="accounts of workers")
    actions = staff.add_subparsers(required=True, metavar="ACTION")
    new = actions.add_parser("found", help="the first accounts; asks each person for a password")
    new.add_argument("people", type=Path, help="a YAML list of {username, name, roles, language, alert_email, seat}")
    new.set_defaults(run=_found)


def _found(options: argparse.Namespace) -> int:
    from tumpeang.access.actions import Founder, found
    from tumpeang.access.door import SYSTEM
    from tumpeang.access.errors import NotNow
    from tumpeang.access.queries import someone_works_here
    from tumpeang.access.roles import Role
    from tumpeang.access.seats import found_seats
    from tumpeang.access.states import Seat

    people = yaml.safe_load(options.people.read_text())
    founders = [
        Founder(
            username=person["username"],
            display_name=person["name"],
            roles=[Role(role) for role in person["roles"]],
            language=person.get("language", "km"),
            alert_email=person.get("alert_email"),
            password=_password(person["name"]),
        )
        for person in people
    ]
    try:
        made = found(by=SYSTEM, founders=founders, someone_works_here=someone_works_here())
        pairs = zip(people, made, strict=True)
        seats = {Seat(person["seat"]): user for person, user in pairs if "seat" in person}
        found_seats(by=SYSTEM, people=seats, now=timezone.now())
    except NotNow as refusal:
        print(refusal.reason, file=sys.stderr)
        return 1
    except ValidationError as error:
        print("\n".join(error.messages), file=sys.stderr)
        return 1
    print("made; each person sets up the second step at the first sign-in")
    return 0


def _password(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{name}, your password (at least 12 characters): ")
    return sys.stdin.readline().strip()
