"""How long reports are kept, read from `reference/retention.yaml`.

The rules become one SQL expression, `which()`: the first that fits. So there is a single reading of them, for a list of
what is over as for the page of one report, and no ended report is without a rule or under two.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from tumpeang.directory.bilingual import spoken
from tumpeang.intake.models import ReportOutcome

REQUEST = "request"  # the rule of what somebody proposes: no clock, and no slug of the file
_FILE = Path(__file__).parent / "reference" / "retention.yaml"
_UNTOLD = ["", "skipped", "unknown", "0"]


class BadRules(ValueError):
    """The file cannot be used. The message says where."""


@dataclass(frozen=True)
class Rule:
    """One rule of retention, and the version of the file that it stands in."""

    slug: str
    years: int
    labels: dict[str, str]
    reasons: dict[str, str]
    version: int
    fits: Q | None  # None: everything that no rule before it fits
    retired: bool = False

    @property
    def label(self) -> str:
        return spoken(self.labels["km"], self.labels["en"])

    @property
    def why(self) -> str:
        return spoken(self.reasons["km"], self.reasons["en"])

    def until(self, ended_at: datetime) -> datetime:
        """When the time of a report is over that ended then."""
        return _years_from(ended_at, self.years)

    def over(self, now: datetime) -> datetime:
        """What ended before this is over now."""
        return _years_from(now, -self.years)


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules in their order, retired ones too."""
    return read(yaml.safe_load(_FILE.read_text()))


def read(data: Any) -> tuple[Rule, ...]:
    """The rules of a file that was read. Raises BadRules."""
    found = tuple(
        Rule(
            slug=entry["slug"],
            years=entry["years"],
            labels=entry["label"],
            reasons=entry["why"],
            version=data["version"],
            fits=_any(entry["any"]) if "any" in entry else None,
            retired=entry.get("retired", False),
        )
        for entry in data["rules"]
    )
    valid = [rule for rule in found if not rule.retired]
    if not valid or valid[-1].fits is not None or any(rule.fits is None for rule in valid[:-1]):
        raise BadRules("the last rule, and no other, must have no conditions: else a report has no rule")
    if len({rule.slug for rule in found} | {REQUEST}) <= len(found):
        raise BadRules("two rules have the same slug")
    if any(rule.years < 1 for rule in found):
        raise BadRules("a report is kept for a year at least")
    return found


def in_force() -> tuple[Rule, ...]:
    return tuple(rule for rule in rules() if not rule.retired)


def by_slug(slug: str) -> Rule | None:
    """The rule of a proposal; None for a request, which has none."""
    return next((rule for rule in rules() if rule.slug == slug), None)


def which(book: tuple[Rule, ...] | None = None) -> Case:
    """The slug of the rule that a report falls under, for `annotate`."""
    *before, last = book or in_force()
    fitting = [When(rule.fits, then=Value(rule.slug)) for rule in before if rule.fits]
    return Case(*fitting, default=Value(last.slug), output_field=CharField())


def _any(entries: list[dict[str, Any]]) -> Q:
    return reduce(or_, (_all(entry) for entry in entries))


def _all(entry: dict[str, Any]) -> Q:
    fits = Q()
    for name, wanted in entry.items():
        if name == "told":
            fits &= reduce(or_, (~Q(**{f"{field}__in": _UNTOLD}) for field in wanted))
        elif name in {"way", "level", "channel"}:
            fits &= Q(**{f"{name}__in": wanted})
        elif name == "has_addresses":
            fits &= Q(has_addresses=wanted)
        elif name == "outcomes":
            said = ReportOutcome.objects.filter(report=OuterRef("pk"))
            fits &= Q(Exists(said)) & ~Q(Exists(said.exclude(outcome__in=wanted)))
        else:
            raise BadRules(f"there is no condition {name!r}")
    if not fits:
        raise BadRules("an entry of `any` has no condition")
    return fits


def _years_from(at: datetime, years: int) -> datetime:
    try:
        return at.replace(year=at.year + years)
    except ValueError:  # the 29th of February
        return at.replace(year=at.year + years, day=28)
