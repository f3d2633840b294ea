"""The cast: the same invented people in tests, demo and docs (demo/cast.yaml)."""

from types import SimpleNamespace

from demo import play
from tumpeang.access import actions as access
from tumpeang.access import queries as workers
from tumpeang.access.door import SYSTEM
from tumpeang.access.models import User
from tumpeang.access.roles import Role

CAST = play.load("cast.yaml")
KEYS = [person["key"] for person in CAST["workers"]]


def hire(now) -> SimpleNamespace:
    """Accounts of the whole cast, by key: `cast.sokha`, `cast.dara`."""
    return SimpleNamespace(**play.hire(now=now))


def one_more(username: str, *, roles=(), password: str | None = None, **more) -> User:
    """An account beside the cast, in an empty house: two founders come with it."""
    founders = [
        access.Founder(username="first", display_name="First", roles=[Role.ADMINISTRATOR]),
        access.Founder(username="second", display_name="Second", roles=[Role.DIRECTOR]),
        access.Founder(username=username, display_name=username.title(), roles=roles, password=password, **more),
    ]
    return access.found(by=SYSTEM, founders=founders, someone_works_here=workers.someone_works_here())[-1]
