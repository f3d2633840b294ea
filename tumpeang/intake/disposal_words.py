"""Proposals for destruction in words, for their lists and pages. Pure; opens nothing but what a decider wrote."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tumpeang.intake import keeping
from tumpeang.intake.summary import number_of
from tumpeang.letterbox import choices

_DAYS_OF_A_YEAR = 365.25


@dataclass(frozen=True)
class Line:
    """One report of a proposal: what a decider needs to know, and no account."""

    item: Any
    number: str
    age: str  # the child's, when it was told
    ago: str  # how long ago it ended


def title_of(disposal: Any) -> str:
    """What it is about: the rule by which its time is over, or why somebody asks."""
    if disposal.rule == keeping.REQUEST:
        return str(disposal.get_reason_display())
    rule = keeping.by_slug(disposal.rule)
    return rule.label if rule else _("A rule that is no more")


def lines_of(items: list[Any], now: datetime) -> list[Line]:
    ages = dict(choices.AGE_BAND)
    return [
        Line(
            item=item,
            number=number_of(item.report),
            age=str(ages.get(item.report.child_age_band, "")),
            ago=_ago(item.report.ended_at, now),
        )
        for item in items
    ]


def _ago(ended_at: datetime | None, now: datetime) -> str:
    years = int((now - ended_at).days // _DAYS_OF_A_YEAR) if ended_at else 0
    return ngettext("%(number)d year ago", "%(number)d years ago", years) % {"number": years} if years else ""
