"""What the page of a report shows besides its account and dialogue: level, police, duty, what was told back."""

from datetime import datetime
from typing import Any

from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.intake import levels, outcomes, triage, triage_rules
from tumpeang.intake.models import Report
from tumpeang.intake.states import Stage
from tumpeang.intake.triage_forms import EndForm, LevelForm


def sections(user: User, found: Report, now: datetime) -> dict[str, Any]:
    came = outcomes.of([found]).get(found.pk, [])
    mine = triage_rules.holds(user, found)
    return {
        "outcomes": came,
        "end": EndForm(current=[one.slug for one in came]) if mine else None,
        **_level(user, found, mine),
    }


def _level(user: User, found: Report, mine: bool) -> dict[str, Any]:
    changes = triage.changes_of(found)
    may = found.stage != Stage.ENDED and (mine or user.can(Permission.SET_LEVELS))
    return {
        "level_changes": [(one, levels.by_slug(one.before), levels.by_slug(one.after)) for one in changes],
        "level_form": LevelForm(current=found.level) if may else None,
    }
