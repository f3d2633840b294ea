"""What came of a report: several are possible, and none ends without one (`reference/outcomes.yaml`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from tumpeang.intake.levels import in_language
from tumpeang.intake.models import Report, ReportOutcome

_FILE = Path(__file__).parent / "reference" / "outcomes.yaml"


@dataclass(frozen=True)
class Outcome:
    slug: str
    labels: dict[str, str]
    retired: bool = False  # no longer offered; reports that have it still say so

    @property
    def label(self) -> str:
        return in_language(self.labels)


@lru_cache(maxsize=1)
def outcomes() -> dict[str, Outcome]:
    data = yaml.safe_load(_FILE.read_text())
    return {slug: Outcome(slug, one["label"], bool(one.get("retired"))) for slug, one in data.items()}


def offered() -> list[Outcome]:
    return [one for one in outcomes().values() if not one.retired]


def of(reports: Iterable[Report]) -> dict[UUID, list[Outcome]]:
    """What came of each of these, in the order of the list."""
    rows = ReportOutcome.objects.filter(report__in=list(reports)).values_list("report_id", "outcome")
    found: dict[UUID, set[str]] = {}
    for report_id, slug in rows:
        found.setdefault(report_id, set()).add(slug)
    return {report_id: [one for one in outcomes().values() if one.slug in slugs] for report_id, slugs in found.items()}


def keep(*, by: Any, report: Report, slugs: Iterable[str], now: datetime) -> None:
    """Within the act that ends a report. A report that ended before says anew what came of it."""
    chosen = set(slugs)
    before = ReportOutcome.objects.filter(report=report)
    before.exclude(outcome__in=chosen).delete()
    known = set(before.values_list("outcome", flat=True))
    for slug in sorted(chosen - known):
        ReportOutcome(report=report, outcome=slug, by=by, at=now).save(force_insert=True)
