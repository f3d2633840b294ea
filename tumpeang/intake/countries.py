"""Where the child, the alleged person and the host are, and the way that follows (`reference/countries.yaml`)."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.models import User
from tumpeang.intake import triage, triage_rules
from tumpeang.intake.levels import in_language
from tumpeang.intake.models import Report
from tumpeang.intake.rules import may_hold

_FILE = Path(__file__).parent / "reference" / "countries.yaml"
FIELDS = {"child": "country_of_child", "alleged": "country_of_alleged", "host": "country_of_host"}


@dataclass(frozen=True)
class Book:
    home: str
    countries: dict[str, dict[str, str]]
    routes: dict[str, dict[str, dict[str, str]]]

    def name(self, slug: str) -> str:
        return in_language(self.countries[slug]) if slug in self.countries else ""


@lru_cache(maxsize=1)
def book() -> Book:
    return Book(**yaml.safe_load(_FILE.read_text()))


@action("report.say_countries", rule=triage_rules.may_say_countries, target="report")
def say(*, by: User, report: Report, child: str, alleged: str, host: str) -> None:
    """Where they are, as far as is known; an empty one is not known."""
    fresh = triage.lock(by, report)
    may_hold(by=by, report=fresh)
    fresh.country_of_child, fresh.country_of_alleged, fresh.country_of_host = child, alleged, host
    fresh.save(update_fields=list(FIELDS.values()))
    door.note(fields=list(FIELDS.values()))


def route(report: Any) -> list[str]:
    """The ways that follow, in words. Nothing is sent by the machine."""
    said = {key: getattr(report, name) for key, name in FIELDS.items()}
    return [
        in_language(book().routes[key]["home" if country == book().home else "abroad"])
        for key, country in said.items()
        if country
    ]
