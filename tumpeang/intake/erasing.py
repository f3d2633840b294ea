"""Erasing a report: its key is destroyed, so that no copy of the database can be read; its index rows go with it."""

from datetime import datetime
from uuid import UUID

from tumpeang.access import door
from tumpeang.access.door import Actor, action
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.intake.models import Report, ReportToken
from tumpeang.letterbox.models import Closure, Dialogue, Message
from tumpeang.vault.keystore import keystore


def find(report_id: UUID) -> Report | None:
    return Report.objects.filter(pk=report_id, erased_at=None).first()


@action("report.erase", rule=needs(Permission.MANAGE_KEYS), target="report")
def erase(*, by: Actor, report: Report, now: datetime) -> None:
    """Destroy what can be known of a report. The plain columns stay, for counts; they name nobody."""
    tokens = ReportToken.objects.filter(report=report).delete()[0]
    Message.objects.filter(dialogue__report=report.pk).update(sealed=b"", recipient="")
    for dialogue in Dialogue.objects.filter(report=report.pk):
        Closure.objects.get_or_create(dialogue=dialogue, defaults={"at": now})
    Report.objects.filter(pk=report.pk).update(erased_at=now)
    # last: a failure before it leaves the report as it was, and a failure after it can be repeated
    keystore().destroy(report.pk)
    door.note(tokens=tokens)
