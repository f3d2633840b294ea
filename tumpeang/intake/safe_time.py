"""When somebody may be called back: days and hours where they were said, and the caller's own words. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.dates import WEEKDAYS
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class SafeTime:
    words: str = ""
    days: tuple[int, ...] = ()  # 0 is Monday; none: every day
    start: time | None = None
    end: time | None = None

    @property
    def said(self) -> bool:
        return bool(self.words.strip() or self.start)

    @property
    def line(self) -> str:
        """Days and hours, as they are read on the page."""
        if self.start is None or self.end is None:
            return ""
        days = ", ".join(str(WEEKDAYS[day]) for day in self.days) or _("every day")
        return f"{days} · {self.start:%H:%M}–{self.end:%H:%M}"

    def holds(self, now: datetime) -> bool | None:
        """Whether it is this time; None: only words were said, and a person has to judge."""
        if self.start is None or self.end is None:
            return None
        here = localtime(now)
        over_midnight = self.end <= self.start
        late = over_midnight and here.time() < self.end  # of a night that began the day before
        day = (here.weekday() - 1) % 7 if late else here.weekday()
        within = (here.time() >= self.start or late) if over_midnight else self.start <= here.time() < self.end
        return within and (not self.days or day in self.days)


def dump(safe: SafeTime) -> str:
    hours = [f"{one:%H:%M}" if one else None for one in (safe.start, safe.end)]
    return json.dumps({"words": safe.words, "days": safe.days, "hours": hours}, ensure_ascii=False)


def load(text: str | None) -> SafeTime:
    """As it was kept; what a reporter typed on the web is words only."""
    if not (text or "").startswith("{"):
        return SafeTime(words=text or "")
    told = json.loads(text or "")
    start, end = (time.fromisoformat(one) if one else None for one in told["hours"])
    return SafeTime(words=told["words"], days=tuple(told["days"]), start=start, end=end)
