"""Who saw a report: its own rows of the log, those of its answers, tasks and calls, and the second reader's page.

That page shows several answers at once and leaves one row, with the ids of their reports.
"""

from collections.abc import Iterator
from datetime import datetime

from tumpeang.access import glass, logbook
from tumpeang.access.logbook import Seen
from tumpeang.access.models import LogRow, User
from tumpeang.intake import queries
from tumpeang.intake.call_report import calls_of
from tumpeang.intake.models import Answer, Report


def who_saw(*, by: User, report: Report, now: datetime) -> list[Seen]:
    """Everybody who looked at a report or did something with it. Asking is logged."""
    answers = queries.answers(report)
    return logbook.who_saw(
        by=by,
        record=report,
        parts=[one.pk for one in [*answers, *queries.tasks(report), *calls_of(report.pk)]],
        also=[row for answer in answers for row in _second_readers(answer, now)],
        besides=glass.guests_unseen_by(by, report, queries.REACH),
    )


def _second_readers(answer: Answer, now: datetime) -> Iterator[LogRow]:
    """The looks at the second reader's page while this answer stood on it."""
    given_back = LogRow.objects.filter(target_id=str(answer.pk), action="answer.return").first()
    until = answer.sent_at or (given_back.at if given_back else now)
    rows = LogRow.objects.filter(action="answer.look", outcome="done", at__gte=answer.written_at, at__lte=until)
    for row in rows:
        if str(answer.report_id) in row.notes.get("reports", []):
            yield row
