"""The blind index of reports: its rows, and their rebuilding under a new key while the house is open.

While two keys exist, new reports get tokens under both, and a report keeps its old tokens until every report has new
ones: so equal things find each other at every moment of a rebuild.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from tumpeang.access import door
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.intake.channels import phone, web
from tumpeang.intake.models import Call, Report, ReportToken
from tumpeang.letterbox.envelope import Parcel
from tumpeang.vault import index

BATCH = 200


def rows(report: Report, values: Iterable[tuple[str, str]], versions: Iterable[int] | None = None) -> list[ReportToken]:
    """Index rows of a report for (kind, normalised value), under every version that is read (or those given)."""
    return [
        ReportToken(report=report, kind=kind, version=version, token=index.token(kind, value, version=version))
        for version in (index.versions() if versions is None else versions)
        for kind, value in dict.fromkeys(values)
    ]


def waiting() -> int:
    """How many reports have no token under the current key yet."""
    return _without_new().count()


def rebuild() -> Iterator[int]:
    """Give every report tokens under the current key, yielding how many each batch did; then drop the old ones."""
    while batch := list(_without_new()[:BATCH]):
        rebuild_batch(by=SYSTEM, reports=batch)
        yield len(batch)
    drop_old(by=SYSTEM)


@action("index.rebuild", rule=needs(Permission.MANAGE_KEYS))
def rebuild_batch(*, by: Actor, reports: list[UUID]) -> None:
    current = index.current_version()
    fresh: list[ReportToken] = []
    for report in Report.objects.filter(pk__in=reports):
        parcel = Parcel(way=report.way, language=report.language, answers=report.account)
        opened = web.open_parcel(report_id=report.pk, parcel=parcel, received_at=report.received_at, cluster=None)
        fresh += rows(report, [*opened.tokens, *_of_calls(report)], [current])
    ReportToken.objects.bulk_create(fresh, ignore_conflicts=True)
    door.note(count=len(fresh))


def _of_calls(report: Report) -> Iterator[tuple[str, str]]:
    """What a further call named does not stand in the account."""
    for call in Call.objects.filter(report=report):
        yield from phone.open_call(call, report_id=report.pk, whole=True).tokens


@action("index.drop_old", rule=needs(Permission.MANAGE_KEYS))
def drop_old(*, by: Actor) -> None:
    door.note(count=ReportToken.objects.filter(version__lt=index.current_version()).delete()[0])


def _without_new() -> QuerySet[ReportToken, UUID]:
    current = index.current_version()
    new = ReportToken.objects.filter(report=OuterRef("report"), version=current)
    old = ReportToken.objects.filter(version__lt=current).exclude(Exists(new))
    return old.order_by("report_id").values_list("report_id", flat=True).distinct()
