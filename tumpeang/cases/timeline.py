"""What happened to a case: acts from the log, what was done and decided, and when its reports came and were answered.

Sources for the registry: they give all events of one case; the page leaves out what its reader may not see.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tumpeang.access import queries as access
from tumpeang.access.logbook import names_of
from tumpeang.access.models import User
from tumpeang.access.registry import Event, registry
from tumpeang.cases import codes, queries
from tumpeang.cases.acts import ACTS
from tumpeang.cases.models import Case
from tumpeang.cases.states import ClosingOutcome
from tumpeang.intake.queries import REACH as REPORTS
from tumpeang.intake.summary import number_of

_MOST = 100
_TOLD_FROM_THE_LOG = (
    "case.open", "case.split", "case.merge", "case.unmerge", "case.hand_over", "case.pass_on", "case.set_priority",
    "case.hold", "case.go_on", "case.add_person", "case.end_part", "case.propose_closing", "case.take_up",
)  # fmt: skip


def shown_to(user: User, case: Case) -> list[Event]:
    """The timeline of a case and of what is merged into it, as far as this reader may see it; the newest first."""
    cases = queries.family(user, case)
    seen = {link.report_id for link in queries.links(user, cases)}
    told = [event for one in cases for event in registry.events(queries.REACH.label, one)]
    shown = [event for event in told if event.of is None or event.of[0] != REPORTS.label or event.of[1] in seen]
    return sorted(shown, key=lambda event: event.at, reverse=True)


def from_log(case: Case) -> Iterator[Event]:
    rows = list(access.log_of(case.pk).filter(outcome="done", action__in=_TOLD_FROM_THE_LOG)[:_MOST])
    names = names_of({row.actor_id for row in rows if row.actor_id})
    for row in rows:
        yield Event(row.at, ACTS[row.action].words, names.get(str(row.actor_id), ""))


def from_tables(case: Case) -> Iterator[Event]:
    for task in queries.tasks([case]):
        if task.done_at:
            what = gettext_lazy("A promise was kept") if task.promised_to else gettext_lazy("A task was done")
            yield Event(task.done_at, what, str(task.done_by))
    for consent in queries.consents([case]):
        yield Event(consent.at, ACTS["consent.keep"].words, str(consent.by), consent.get_purpose_display())
        if consent.withdrawn_at:
            yield Event(
                consent.withdrawn_at, ACTS["consent.withdraw"].words, str(consent.withdrawn_by),
                consent.get_purpose_display(),
            )  # fmt: skip
    for closing in queries.closings(case):
        if closing.decided_at:
            agreed = closing.outcome == ClosingOutcome.APPROVED
            note = codes.words("closing", closing.reason) if agreed else ""
            act = ACTS["case.close" if agreed else "case.keep_open"]
            yield Event(closing.decided_at, act.words, str(closing.decided_by), note)


def from_reports(case: Case) -> Iterator[Event]:
    """What came in, and that it was answered. More stands on the report's own page."""
    for link in queries.all_links(case):
        report, of = link.report, (REPORTS.label, link.report_id)
        note = _("report %(number)s") % {"number": number_of(report)}
        yield Event(report.received_at, gettext_lazy("A report came in"), "", note, of)
        yield Event(link.at, ACTS["case.link"].words, str(link.by), note, of)
        if report.answered_at:
            yield Event(report.answered_at, gettext_lazy("The reporter was answered"), "", note, of)
