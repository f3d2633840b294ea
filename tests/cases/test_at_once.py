"""What several do at one moment: on a database where transactions are real."""

import threading

from django.db import connections
from django.utils import timezone

from tests.cast import hire
from tumpeang.access.errors import NotNow
from tumpeang.cases import opening
from tumpeang.cases.models import Case, CaseReport
from tumpeang.cases.plan import Plan
from tumpeang.intake.models import Report
from tumpeang.intake.opening import Opener
from tumpeang.letterbox import actions as letterbox


def test_two_who_open_at_once_get_two_numbers(committed, own_keys):
    """Threads on a database where transactions are real: no number twice, none left out; one report, one case."""
    now, cast = timezone.now(), hire(timezone.now())
    reports = []
    for _ in range(4):
        cookie, _draft = letterbox.open_draft(way="adult", language="en", now=now)
        letterbox.keep_answers(cookie=cookie, answers={"what": "x"}, reached=1, now=now)
        letterbox.send(cookie=cookie, mark="", now=now)
        Opener().run(now)
    reports = list(Report.objects.all())
    refusals = []

    def opens(report):
        try:
            opening.open_case(
                by=cast.sokha, reports=[report], plan=Plan([report], title="x", priority="low"), lead=cast.sokha,
                now=now,
            )  # fmt: skip
        except NotNow as refusal:
            refusals.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=opens, args=[report]) for report in [*reports, *reports]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Case.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]
    assert len(refusals) == 4 and CaseReport.objects.count() == 4
