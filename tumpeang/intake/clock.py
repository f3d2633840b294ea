"""Waiting time in words, beside its limit. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tumpeang.intake.levels import by_slug

_HOUR = 60
_DAY = 24 * _HOUR
_MINUTES_UP_TO = 2 * _HOUR  # "119 min", then "2 h"
_HOURS_UP_TO = 2 * _DAY  # "47 h", then "2 days"


@dataclass(frozen=True)
class Clock:
    """How long a report waits, or waited, for its first answer."""

    waited: str
    limit: str = ""
    share: int | None = None  # of the limit, in percent; None: no bar
    late: bool = False


def duration(minutes: int) -> str:
    amount, unit = _split(minutes)
    return unit % {"number": amount}


def clock_of(report: Any, now: datetime) -> Clock:
    """Runs until the first answer; an answered or ended report shows how long that took."""
    if report.answered_at and report.new_words_at:
        return Clock(_("wrote again %(time)s ago") % {"time": duration(_minutes(report.new_words_at, now))})
    if report.answered_at:
        took = duration(_minutes(report.received_at, report.answered_at))
        return Clock(_("answered after %(time)s") % {"time": took})
    if report.ended_at:
        return Clock(_("ended without an answer"))
    waited, limit = _minutes(report.received_at, now), by_slug(report.level).minutes
    amount, unit = _split(waited)
    most, most_unit = _split(limit)
    return Clock(
        waited=unit % {"number": amount},
        limit=str(most) if unit == most_unit else most_unit % {"number": most},
        share=min(100, waited * 100 // limit),
        late=now >= report.due_at,
    )


def _minutes(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds() // 60))


def _split(minutes: int) -> tuple[int, str]:
    if minutes < _MINUTES_UP_TO:
        return minutes, _("%(number)d min")
    if minutes < _HOURS_UP_TO:
        return minutes // _HOUR, _("%(number)d h")
    return minutes // _DAY, _("%(number)d days")
