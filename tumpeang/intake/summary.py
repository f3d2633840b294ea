"""The neutral line that stands for a report: who tells, and what is known in plain columns. Pure; opens nothing."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tumpeang.intake.levels import reasons
from tumpeang.letterbox import choices

WAYS: dict[str, str | Promise] = {
    "child": gettext_lazy("Child under 18 about themselves"),
    "adult": gettext_lazy("Adult worried about a child"),
    "past": gettext_lazy("Adult about their own childhood"),
    "online": gettext_lazy("Seen online"),
    "professional": gettext_lazy("Someone who works with children"),
}
_SPOKEN = {"phone": gettext_lazy("A call"), "walk_in": gettext_lazy("Somebody came")}  # nobody said who told it
_UNTOLD = {"", "skipped", "unknown"}
_NUMBER_SIGNS = 6
_FEWEST_SIGNS = 4  # fewer would find too many
_ID_SIGNS = 32


@dataclass(frozen=True)
class Summary:
    title: str
    details: tuple[str, ...]

    @property
    def line(self) -> str:
        return " · ".join([self.title, *self.details])

    @property
    def sub(self) -> str:
        return " · ".join(self.details)


def summary_of(report: Any) -> Summary:
    """In the reader's language, from choices only: no word of the account."""
    details = (
        _reason(report.raised_by),
        _children(report.child_count),
        _aged(report.child_age_band),
        _label(choices.SEX_SEVERAL, report.child_sex),
        _label(choices.SETTING, report.setting),
        _("in the last five days") if report.last_five_days == "yes" else "",
        _("names a web address") if report.has_addresses else "",
    )
    title = WAYS.get(report.way) or _SPOKEN.get(report.channel, gettext_lazy("A report"))
    return Summary(title=str(title), details=tuple(detail for detail in details if detail))


def number_of(report: Any) -> str:
    """How colleagues call a report: the beginning of its id. Says nothing of what is in it."""
    return number(report.pk)


def number(report_id: UUID) -> str:
    return report_id.hex[:_NUMBER_SIGNS].upper()


def ids_numbered(typed: str, *, whole: bool = False) -> tuple[UUID, UUID] | None:
    """The first and the last id that begin with what was typed; `whole`: only a whole number, or a whole id."""
    digits = typed.strip().lower().replace("-", "")
    enough = len(digits) in {_NUMBER_SIGNS, _ID_SIGNS} if whole else _FEWEST_SIGNS <= len(digits) <= _ID_SIGNS
    if not enough or set(digits) - set("0123456789abcdef"):
        return None
    return UUID(digits.ljust(_ID_SIGNS, "0")), UUID(digits.ljust(_ID_SIGNS, "f"))


def _label(offered: choices.Choices, value: str) -> str:
    if value in _UNTOLD:
        return ""
    if value == "several":
        return _("several")
    words = str(dict(offered).get(value, ""))
    return words[:1].lower() + words[1:]  # it stands inside a line


def _reason(raised_by: list[str]) -> str:
    """Why it is more urgent than others of its way; how long ago it was stands elsewhere in the line."""
    urgent = [rule.why for rule in reasons(raised_by) if rule.answer != "last_five_days"]
    return urgent[0] if urgent else ""


def _aged(band: str) -> str:
    words = _label(choices.AGE_BAND, band)
    return words and _("aged %(band)s") % {"band": words}


def _children(count: str) -> str:
    if not count.isdecimal():
        return ""
    return ngettext("%(number)d child", "%(number)d children", int(count)) % {"number": int(count)}
