"""Bulk writes of synthetic reports: one action and one log row a batch. Refuses outside a demo."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tumpeang.access import door
from tumpeang.access import queries as access
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.errors import Denied
from tumpeang.access.rules import only_house
from tumpeang.directory.queries import province_of
from tumpeang.intake import reindex
from tumpeang.intake.channels import web
from tumpeang.intake.models import Report, ReportToken, Task
from tumpeang.letterbox.envelope import Parcel
from tumpeang.vault.keystore import keystore


def add_synthetic(*, parcels: list[tuple[UUID, Parcel, datetime]]) -> None:
    _add(by=SYSTEM, parcels=parcels)


def _demo_only(*, by: Any, **_: Any) -> None:
    only_house(by=by)
    if not access.bears_demo_mark():
        raise Denied


@action("report.add_synthetic", rule=_demo_only)
def _add(*, by: Actor, parcels: list[tuple[UUID, Parcel, datetime]]) -> None:
    keystore().make_many(report_id for report_id, _, _ in parcels)
    opened = [
        web.open_parcel(report_id=report_id, parcel=parcel, received_at=at, cluster=None)
        for report_id, parcel, at in parcels
    ]
    provinces: dict[int | None, Any] = {}
    for one in opened:
        if one.place not in provinces:
            provinces[one.place] = province_of(one.place)
        one.report.province = provinces[one.place]
    Report.objects.bulk_create([one.report for one in opened], ignore_conflicts=True)
    ReportToken.objects.bulk_create(
        [row for one in opened for row in reindex.rows(one.report, one.tokens)], ignore_conflicts=True
    )
    Task.objects.bulk_create(
        [Task(report=one.report, kind=kind, due_at=due) for one in opened for kind, due in one.tasks]
    )
    door.note(count=len(opened), first=str(opened[0].report.pk), last=str(opened[-1].report.pk))
