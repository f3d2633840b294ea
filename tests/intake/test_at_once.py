"""Two tabs, one button: what is pressed at once in real transactions is done once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from tests.cast import hire
from tumpeang.intake import actions
from tumpeang.intake.models import Report, Task
from tumpeang.letterbox import actions as letterbox

TABS, ROUNDS = 4, 5


def test_one_question_is_asked_however_often_it_is_pressed_at_once(committed, opener, now):
    sokha = hire(now).sokha
    together = threading.Barrier(TABS)

    def ask(report):
        try:
            together.wait(20)
            actions.ask_opinion(by=sokha, report=report, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(TABS) as tabs:
        for _ in range(ROUNDS):
            cookie, _content = letterbox.open_draft(way="adult", language="en", now=now)
            letterbox.send(cookie=cookie, mark="", now=now)
            opener.run(now)
            report = Report.objects.get(stage="waiting")
            actions.take(by=sokha, report=report, now=now)
            report.refresh_from_db()
            assert list(tabs.map(ask, [report] * TABS))
    assert Task.objects.count() == ROUNDS
