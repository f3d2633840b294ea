"""What the page of a report shows besides its account and dialogue: level, police, duty, what was told back."""

from datetime import datetime
from typing import Any

from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.intake import countries, duty, feedback, levels, outcomes, police, triage, triage_rules
from tumpeang.intake.levels import in_language
from tumpeang.intake.models import Duty, Report
from tumpeang.intake.states import DutyAnswer, Stage
from tumpeang.intake.triage_forms import CountriesForm, DutyForm, EndForm, FeedbackForm, LevelForm, PoliceForm


def sections(user: User, found: Report, now: datetime) -> dict[str, Any]:
    came = outcomes.of([found]).get(found.pk, [])
    mine = triage_rules.holds(user, found)
    return {
        "outcomes": came,
        "end": EndForm(current=[one.slug for one in came]) if mine else None,
        **_level(user, found, mine),
        **_police(found, mine, now),
        **_duty(user, found, mine),
        **_route(found, mine),
        "told_back": feedback.told_of(found),
        "told_form": FeedbackForm(to=feedback.offered_to(found)) if mine else None,
    }


def _level(user: User, found: Report, mine: bool) -> dict[str, Any]:
    changes = triage.changes_of(found)
    may = found.stage != Stage.ENDED and (mine or user.can(Permission.SET_LEVELS))
    return {
        "level_changes": [(one, levels.by_slug(one.before), levels.by_slug(one.after)) for one in changes],
        "level_form": LevelForm(current=found.level) if may else None,
    }


def _police(found: Report, mine: bool, now: datetime) -> dict[str, Any]:
    book, contacts = police.ladder(), police.contacts_of(found)
    last = contacts[-1] if contacts else None
    following = book.after(last.rung) if last and last.result in book.marks else None
    begin = following or (book.rungs[last.rung] if last else next(iter(book.rungs.values())))
    return {
        "police_contacts": [(one, book.rungs[one.rung]) for one in contacts],
        "police_silent": bool(last and last.result in book.marks and following is None),
        "police_form": PoliceForm(rung=begin.slug, now=now) if mine else None,
    }


def _route(found: Report, mine: bool) -> dict[str, Any]:
    form, book = CountriesForm(report=found), countries.book()
    said = [(form.fields[key].label, book.name(getattr(found, name))) for key, name in countries.FIELDS.items()]
    return {
        "countries": [(what, country) for what, country in said if country],
        "route": countries.route(found),
        "countries_form": form if mine else None,
    }


def _duty(user: User, found: Report, mine: bool) -> dict[str, Any]:
    said = duty.said_of(found)
    decides = user.can(Permission.DECIDE_DUTY)
    open_one = next((one for one in said if one.decided_at is None), None)
    unsure = open_one is not None and open_one.answer == DutyAnswer.UNSURE and open_one.said_by != user
    may_say = found.stage != Stage.ENDED and (mine or decides) and (open_one is None or unsure)
    return {
        "duties": [_said(one) | {"decide": decides and one == open_one and one.said_by != user} for one in said],
        "duty_rules": list(duty.book().rules.values()),
        "duty_form": DutyForm(lawyers=[one for one in duty.deciders() if one != user]) if may_say else None,
    }


def _said(row: Duty) -> dict[str, Any]:
    book = duty.book()
    return {
        "row": row,
        "rule": book.rules.get(row.rule),
        "to_whom": in_language(book.to_whom[row.to_whom]) if row.to_whom in book.to_whom else "",
        "child_told": in_language(book.child_told[row.child_told]) if row.child_told in book.child_told else "",
        "unsure": row.answer == DutyAnswer.UNSURE,
    }
