"""Plays a call that is cut off at night and goes on, through the actions of calls."""

from datetime import datetime, timedelta
from typing import Any

from tumpeang.access.models import User
from tumpeang.intake import call_acts, callers, calls
from tumpeang.intake.models import Call, Report


def night(steps: list[dict[str, Any]], *, who: dict[str, User], now: datetime) -> Report:
    """Each step is an action of the same name; `begin` is a new call, everything after it is done in that call."""
    call: Call | None = None
    number = ""
    by = who[steps[0]["who"]]
    for step in steps:
        at = now - timedelta(minutes=step["minutes_ago"])
        if step["does"] == "begin":
            by = who[step["who"]]
            call = calls.begin(by=by, kind="phone", now=at)
            continue
        if call is None:
            raise ValueError("a night begins with a call")
        made = _do(step, by, call, who, number, at)
        call.refresh_from_db()
        by, number = call.worker, number or str(made)
    if call is None or call.report is None:
        raise ValueError("a night leaves a report")
    return call.report


def _do(step: dict[str, Any], by: User, call: Call, who: dict[str, User], number: str, at: datetime) -> object:
    """Returns the contact number where one was given."""
    told = {name: value for name, value in step.items() if name not in {"does", "minutes_ago", "in_minutes"}}
    does = step["does"]
    if does == "give_number":
        return callers.give_number(by=by, call=call, now=at, **told).number
    if does == "try_word":
        callers.try_word(by=by, call=call, number=number, now=at, **told)
    elif does == "go_on":
        report = next(one.report for one in callers.earlier(by, call) if one.report)
        callers.go_on(by=by, call=call, report=report, now=at)
    elif does == "pass_to":
        call_acts.pass_to(by=by, call=call, to=who[step["to"]], now=at)
    elif does == "promise":
        due = at + timedelta(minutes=step["in_minutes"])
        call_acts.promise(by=by, call=call, due_at=due, now=at, **told)
    else:
        _ACTS[does](by=by, call=call, now=at, **told)
    return ""


_ACTS: dict[str, Any] = {
    "keep_story": calls.keep_story,
    "say": calls.say,
    "end": calls.end,
    "do_step": call_acts.do_step,
    "advise": call_acts.advise,
}
