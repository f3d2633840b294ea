"""Erasure: nothing of a report can be read or found, the reporter's code opens nothing, and it is not done twice."""

import pytest

from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied
from tumpeang.access.models import LogRow
from tumpeang.intake import erasing, queries
from tumpeang.intake.models import Report, ReportToken
from tumpeang.letterbox.queries import conversation
from tumpeang.vault.keystore import Shredded


def test_an_erased_report_is_gone_from_every_page_index_and_dialogue(drop_report, cast, sign_in, now):
    report = drop_report(way="online", addresses="https://site.example/a")
    other = drop_report(way="online", addresses="https://site.example/a", minutes_ago=2)
    erasing.erase(by=SYSTEM, report=report, now=now)
    with pytest.raises(Shredded):
        _ = Report.objects.get(pk=report.pk).account
    assert not ReportToken.objects.filter(report=report).exists()
    assert queries.alike_counts(cast.sokha, [other]) == {other.pk: 0}
    assert conversation(report.receipt) is None
    desk = sign_in(cast.sokha)
    assert desk.get(f"/r/{report.pk}/").status_code == 404
    assert str(report.pk) not in desk.get("/").content.decode()
    assert erasing.find(report.pk) is None
    assert LogRow.objects.get(action="report.erase").target_id == str(report.pk)


def test_no_worker_of_the_hotline_may_erase(drop_report, cast, now):
    report = drop_report()
    for user in (cast.sokha, cast.dara):
        with pytest.raises(Denied):
            erasing.erase(by=user, report=report, now=now)
    assert Report.objects.get(pk=report.pk).account
