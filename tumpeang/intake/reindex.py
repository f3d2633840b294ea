"""Rebuilding the blind index under a new key, in batches; searches read both versions meanwhile."""

from collections.abc import Iterator

from tumpeang.access import door
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.rules import needs
from tumpeang.access.roles import Permission
from tumpeang.intake.channels import web
from tumpeang.intake.models import Report, ReportToken
from tumpeang.letterbox.envelope import Parcel
from tumpeang.vault import index

BATCH = 200


def waiting() -> int:
    return ReportToken.objects.filter(version__lt=index.current_version()).count()


def rebuild() -> Iterator[int]:
    """Make the old tokens anew, yielding how many each batch replaced."""
    while True:
        old = ReportToken.objects.filter(version__lt=index.current_version()).values_list("report_id", flat=True)
        reports = list(Report.objects.filter(pk__in=old.distinct()[:BATCH]))
        if not reports:
            return
        yield rebuild_batch(by=SYSTEM, reports=reports)


@action("index.rebuild", rule=needs(Permission.MANAGE_KEYS))
def rebuild_batch(*, by: Actor, reports: list[Report]) -> int:
    version = index.current_version()
    replaced = ReportToken.objects.filter(report__in=reports, version__lt=version).delete()[0]
    for report in reports:
        parcel = Parcel(way=report.way, language=report.language, answers=report.account)
        opened = web.open_parcel(report_id=report.pk, parcel=parcel, received_at=report.received_at, cluster=None)
        ReportToken.objects.bulk_create(
            [
                ReportToken(report=report, kind=kind, version=version, token=index.token(kind, value))
                for kind, value in dict.fromkeys(opened.tokens)
            ],
            ignore_conflicts=True,
        )
    door.note(count=replaced)
    return replaced
