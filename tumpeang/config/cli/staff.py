"""`staff found`: the first accounts of an empty house. From then on accounts are made on the pages, by two people."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone


class Unreadable(Exception):
    """What is wrong with the list of people."""


def add(commands: Any) -> None:
    staff = commands.add_parser("staff", help="accounts of workers")
    actions = staff.add_subparsers(required=True, metavar="ACTION")
    new = actions.add_parser("found", help="the first accounts; asks each person for a password")
    new.add_argument("people", type=Path, help="a YAML list of {username, name, roles, language, alert_email, seat}")
    new.set_defaults(run=_found)


def _found(options: argparse.Namespace) -> int:
    from tumpeang.access.actions import found
    from tumpeang.access.door import SYSTEM
    from tumpeang.access.errors import NotNow
    from tumpeang.access.queries import someone_works_here
    from tumpeang.access.rules import may_found
    from tumpeang.access.seats import found_seats
    from tumpeang.access.states import Seat

    try:
        people = _read(options.people)
        works = someone_works_here()
        may_found(by=SYSTEM, founders=[_founder(person, None) for person in people], someone_works_here=works)
        founders = [_founder(person, _password(person["name"])) for person in people]
        with transaction.atomic():
            made = found(by=SYSTEM, founders=founders, someone_works_here=works)
            pairs = zip(people, made, strict=True)
            seats = {Seat(person["seat"]): user for person, user in pairs if "seat" in person}
            found_seats(by=SYSTEM, people=seats, now=timezone.now())
    except NotNow as refusal:
        print(refusal.reason, file=sys.stderr)
        return 1
    except ValidationError as error:
        print("\n".join(error.messages), file=sys.stderr)
        return 1
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    print("made; each person sets up the second step at the first sign-in")
    return 0


def _read(path: Path) -> list[dict[str, Any]]:
    """The list of people, or what is wrong with it."""
    from tumpeang.access.roles import Role
    from tumpeang.access.states import Seat

    try:
        people = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise Unreadable(f"{path} cannot be read: {error}") from None
    if not isinstance(people, list) or not all(isinstance(person, dict) for person in people):
        raise Unreadable(f"{path} must be a list of people")
    for person in people:
        for name in ("username", "name", "roles"):
            if not person.get(name):
                raise Unreadable(f"somebody in {path} has no {name}")
        _one_of("role", person["roles"], list(Role))
        _one_of("seat", [person["seat"]] if "seat" in person else [], list(Seat))
    return people


def _one_of(what: str, given: list[str], known: list[str]) -> None:
    for one in given:
        if one not in known:
            raise Unreadable(f"there is no {what} {one!r}; there are: {', '.join(known)}")


def _founder(person: dict[str, Any], password: str | None) -> Any:
    from tumpeang.access.actions import Founder
    from tumpeang.access.roles import Role

    return Founder(
        username=str(person["username"]).lower(),
        display_name=person["name"],
        roles=[Role(role) for role in person["roles"]],
        language=person.get("language", "km"),
        alert_email=person.get("alert_email"),
        password=password,
    )


def _password(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{name}, your password (at least 12 characters): ")
    return sys.stdin.readline().strip()
