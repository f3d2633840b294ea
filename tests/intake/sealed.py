"""Reports about own staff in tests: dropping one, and the lines that the two readers keep."""

from pathlib import Path

from django.conf import settings

from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.drafts import keys_of
from tumpeang.letterbox.models import SealedReport
from tumpeang.vault.holders import PrivateHalf, read_line


def line_of(seat: str, version: int = 1) -> str:
    """What `keys init` laid for the person in that seat."""
    return (Path(settings.SAFEGUARDING_DIR) / seat / f"{seat}-{version:04d}.key").read_text()


def key_of(seat: str, version: int = 1) -> PrivateHalf:
    return read_line(line_of(seat, version))


def drop(now, *, way="child", language="en", **answers) -> SealedReport:
    """Send a report about somebody here; has `.receipt`."""
    cookie, _ = letterbox.open_draft(way=way, language=language, now=now)
    answers = {"what": "About someone here.", "about_us": "yes", **answers}
    letterbox.keep_answers(cookie=cookie, answers=answers, reached=1, now=now)
    receipt = letterbox.send(cookie=cookie, mark="", now=now)
    row = SealedReport.objects.get(pk=keys_of(cookie).report_id)
    row.receipt = receipt
    return row
