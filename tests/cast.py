"""The cast: the same invented people in tests, demo and docs (demo/cast.yaml)."""

from types import SimpleNamespace

from demo import play

CAST = play.load("cast.yaml")
KEYS = [person["key"] for person in CAST["workers"]]


def hire(now) -> SimpleNamespace:
    """Accounts of the whole cast, by key: `cast.sokha`, `cast.dara`."""
    return SimpleNamespace(**play.hire(now=now))
