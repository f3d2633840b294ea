"""Keyset paging: the pages, one after another, are the whole list in its order."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tumpeang.access.records import writing
from tumpeang.intake import levels, queries
from tumpeang.intake.models import Report

START = datetime(2026, 11, 1, tzinfo=UTC)
# few different times and levels, so that many reports are equal in both; microseconds, so that none is lost
REPORTS = st.lists(
    st.tuples(st.integers(0, 3), st.one_of(st.integers(0, 3), st.integers(0, 10**12))), min_size=0, max_size=25
)


def pages(user, filters) -> list:
    found, after = [], ""
    while True:
        page = queries.inbox(user, queries.Filters(**filters, after=after))
        assert len(page.reports) <= queries.PAGE
        found += page.reports
        after = page.next
        if not after:
            return found


@pytest.mark.parametrize("tab", ["waiting", "ended"])
@given(reports=REPORTS, size=st.integers(1, 7))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_together_are_the_whole_list(cast, monkeypatch, tab, reports, size):
    monkeypatch.setattr(queries, "PAGE", size)
    slugs = list(levels.rules().levels)
    with writing():
        Report.objects.all().delete()
        for rank, micros in reports:
            at = START + timedelta(microseconds=micros)
            Report(
                id=uuid4(), channel="web", way="adult", language="en", received_at=at, account={}, level=slugs[rank],
                level_rank=rank, due_at=at, stage=tab, ended_at=at if tab == "ended" else None,
            ).save()  # fmt: skip
    rows = list(Report.objects.all())
    if tab == "ended":
        whole = sorted(rows, key=lambda r: (r.received_at, r.pk), reverse=True)
    else:
        whole = sorted(rows, key=lambda r: (r.level_rank, r.received_at, r.pk))
    assert [r.pk for r in pages(cast.sokha, {"tab": tab})] == [r.pk for r in whole]


def test_the_page_links_to_the_next_and_back_to_the_first(cast, sign_in, drop_report, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    for _ in range(3):
        drop_report()
    client = sign_in(cast.sokha)
    first = client.get("/").content.decode()
    assert 'id="page-more"' in first and 'id="page-first"' not in first
    more = first.split('id="page-more"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    last = client.get(f"/{more}").content.decode()
    assert last.count("data-row>") == 1 and 'id="page-first"' in last and 'id="page-more"' not in last
