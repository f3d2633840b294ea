"""What somebody who told us was told back: one of the four words, and never anything else."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.intake import triage, triage_rules
from tumpeang.intake.models import Feedback, Report
from tumpeang.intake.rules import may_hold
from tumpeang.intake.states import Channel
from tumpeang.letterbox.states import State

# whoever told us, or asks how it goes on; a reporter on the web reads the word with their code
TO_WHOM = {
    "reporter": _("Who told us"),
    "child": _("The child"),
    "caregiver": _("Who cares for the child"),
    "neighbour": _("A neighbour"),
    "teacher": _("A teacher"),
    "professional": _("Somebody who works with children"),
}
WORDS = (State.READ, State.ACTING, State.ENDED)


@action("feedback.tell", rule=triage_rules.may_tell_back, target="report")
def tell_back(*, by: User, report: Report, to_whom: str, word: str, now: datetime) -> Feedback:
    """Write down that somebody was told one of the words."""
    fresh = triage.lock(by, report)
    may_hold(by=by, report=fresh)
    if to_whom not in offered_to(fresh):
        raise NotNow(_("Choose whom you told."))
    last = Feedback.objects.filter(report=fresh, to_whom=to_whom).order_by("-at").first()
    if last and last.word == word:
        raise NotNow(_("They were told this already."))
    told = Feedback(report=fresh, to_whom=to_whom, word=word, by=by, at=now)
    told.save(force_insert=True)
    return told


def offered_to(report: Report) -> list[str]:
    on_the_web = report.channel in {Channel.WEB, Channel.WEB_SHORT}
    return [slug for slug in TO_WHOM if not (on_the_web and slug == "reporter")]


def told_of(report: Report) -> list[tuple[Feedback, str, str]]:
    """Whom we told, and the word, in order."""
    rows = Feedback.objects.filter(report=report).select_related("by").order_by("at")
    return [(row, str(TO_WHOM.get(row.to_whom, row.to_whom)), str(State(row.word).label)) for row in rows]
