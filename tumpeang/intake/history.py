"""What happened to a report, as its page tells it: from the log, in words."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tumpeang.access import queries as access
from tumpeang.intake.models import Report

_MOST = 40
_TELLS = {
    "report.receive": gettext_lazy("Received"),
    "report.take": gettext_lazy("Taken"),
    "report.hand_over": gettext_lazy("Handed over"),
    "report.read_account": gettext_lazy("Account opened"),
    "report.ask_opinion": gettext_lazy("Second opinion asked for"),
    "report.say_acting": gettext_lazy("Reporter told: we are acting"),
    "report.end": gettext_lazy("Ended"),
    "answer.write": gettext_lazy("Answer written"),
}


def history_of(report: Report) -> list[dict[str, Any]]:
    """Newest first: who did what, and who looked. Acts that follow each other alike are one line."""
    names = {user.pk: user.display_name for user in access.workers()}
    lines: list[dict[str, Any]] = []
    for row in access.log_of(report.pk).filter(outcome="done", action__in=_TELLS)[:_MOST]:
        who = names.get(row.actor_id, "") if row.actor_id else ""
        what = str(_TELLS[row.action])
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
