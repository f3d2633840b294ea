"""Calls as turns of a report's dialogue, between what came by the web and our answers."""

from typing import Any

from tumpeang.intake import account as accounts
from tumpeang.intake import call_report, calls, rules, scripts
from tumpeang.intake.call_acts import HANDED_OVER, TOLD_NEXT
from tumpeang.intake.channels.phone import has_words, told_in
from tumpeang.intake.models import Call, Report
from tumpeang.intake.states import SPOKEN, CallKind


def of(report: Report, *, opened: bool) -> list[dict[str, Any]]:
    """Every call by its date; what was said in it only after the click, and while it lasts not at all. The story of
    the first call is the account itself."""
    rows = call_report.calls_of(report.pk)
    own = next((one for one in rows if one.kind != CallKind.BACK), None) if report.channel in SPOKEN else None
    return [_turn(report, call, first=call == own, opened=opened) for call in rows]


def _turn(report: Report, call: Call, *, first: bool, opened: bool) -> dict[str, Any]:
    done = calls.steps_of(call)
    turn: dict[str, Any] = {
        "at": call.began_at,
        "call": call,
        "first": first,
        "told_next": done.get(TOLD_NEXT),
        "handed_over": done.get(HANDED_OVER),
    }
    if not opened or call.ended_at is None:
        return turn | {"closed": call.ended_at is not None and not first}
    return turn | {
        "text": accounts.unclickable(call.story) if call.story and has_words(call.story) and not first else "",
        "lines": [] if first else _lines(report, call),
        "advised": call.advised or "",
        "why_now": call.why_now or "",
        "steps": [(step.do, done[slug]) for slug, step in scripts.self_harm_steps().items() if slug in done],
    }


def _lines(report: Report, call: Call) -> list[accounts.Told]:
    place = "" if rules.shows_place(report) else None
    return accounts.told(report.way, told_in(call), place=place, spoken=True)
