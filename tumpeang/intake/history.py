"""What happened to a report, as its page tells it: from the log, in words."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tumpeang.access import queries as access
from tumpeang.access.logbook import names_of
from tumpeang.access.models import LogRow
from tumpeang.access.registry import registry
from tumpeang.intake import call_report
from tumpeang.intake.models import Report

_MOST = 40
_TELLS = (
    "report.receive", "report.take", "report.hand_over", "report.pass_on", "report.read_account", "report.ask_opinion",
    "report.say_acting", "report.end", "answer.write", "record.open_to", "record.close_to", "record.restrict",
    "record.change_list", "record.lift", "call.begin", "call.end", "call.pass", "call_back.begin", "call_back.show",
    "call_back.reach",
)  # fmt: skip


def history_of(report: Report, *, without: Iterable[UUID] = ()) -> list[dict[str, Any]]:
    """`without`: workers of whom this page does not tell."""
    calls = [call.pk for call in call_report.calls_of(report.pk)]
    told = access.log_of(report.pk, *calls).filter(outcome="done", action__in=_TELLS)
    return tell(list(told.exclude(actor_id__in=list(without))[:_MOST]))


def tell(rows: list[LogRow]) -> list[dict[str, Any]]:
    """Newest first: who did what, and who looked. Acts that follow each other alike are one line."""
    names = names_of({row.actor_id for row in rows if row.actor_id})  # of those who left too
    lines: list[dict[str, Any]] = []
    for row in rows:
        who = names.get(str(row.actor_id), "")
        what = str(registry.acts[row.action].words)
        if lines and (lines[-1]["what"], lines[-1]["who"]) == (what, who):
            lines[-1]["times"] += 1
            continue
        lines.append({"when": short(row.at), "iso": row.at.isoformat(), "what": what, "who": who, "times": 1})
    for line in lines:
        if line["times"] > 1:
            line["note"] = _("%(number)d times") % {"number": line["times"]}
    return lines


def short(at: Any) -> str:
    return date_format(localtime(at), "j M, G:i")
