"""Reports as they come: sent through the letterbox and opened."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tumpeang.intake.models import Report
from tumpeang.intake.opening import Opener
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.drafts import keys_of


def dropping(now: datetime, opener: Opener) -> Callable[..., Report]:
    """`drop(way="child", safety_now="not_safe")`: a report sent at `now` or so many minutes before; has `.receipt`."""

    def drop(*, way="child", language="en", minutes_ago=0, mark="", **answers) -> Report:
        at = now - timedelta(minutes=minutes_ago)
        cookie, _ = letterbox.open_draft(way=way, language=language, now=at)
        answers = {"what": "Someone should look here.", **answers}
        letterbox.keep_answers(cookie=cookie, answers=answers, reached=1, now=at)
        receipt = letterbox.send(cookie=cookie, mark=mark, now=at)
        opener.run(at)
        report = Report.objects.get(pk=keys_of(cookie).report_id)
        report.receipt = receipt
        return report

    return drop
