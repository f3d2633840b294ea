"""The certificate of a destruction: read from what stands in the tables and the log, and never taken away.

It names the rows of the log that belong to it and the hash of the last of them. The hash covers every row before it, so
whoever holds a printed certificate can tell at any time whether the log is still the one that was printed from.
"""

from dataclasses import dataclass

from tumpeang.access import queries as access
from tumpeang.access.models import User
from tumpeang.intake import retention_queries as reads
from tumpeang.intake.models import Disposal
from tumpeang.intake.summary import number_of

PAGE = 50


@dataclass(frozen=True)
class Certificate:
    disposal: Disposal
    numbers: list[str]  # of the reports
    first_row: int  # of the log: the approval
    last_row: int  # the end of the destruction
    hash: str  # of that last row


def certificates(user: User, *, before: int | None = None) -> tuple[list[Disposal], int | None]:
    """One page, the newest first; and where the next page begins."""
    found = reads.finished(user).order_by("-number")
    rows = list(found.filter(number__lt=before)[: PAGE + 1] if before else found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None


def certificate(user: User, number: int) -> Certificate | None:
    """The certificate of that number; None if there is none that this worker may see."""
    disposal = reads.finished(user).filter(number=number).first()
    if disposal is None:
        return None
    rows = {row.action: row for row in access.log_of(disposal.pk).filter(outcome="done")}
    last = rows["disposal.finish"]
    numbers = sorted(number_of(item.report) for item in reads.destroyed(disposal))
    return Certificate(disposal, numbers, rows["disposal.approve"].seq, last.seq, last.hash)
