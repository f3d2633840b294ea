import re

import pytest

from tumpeang.access import actions as access
from tumpeang.access.models import LogRow


@pytest.fixture
def outsider(cast):
    """Signed in, and no role at all."""
    return access.add_worker(by=cast.tola, username="outsider", display_name="Outsider")


@pytest.fixture
def done():
    """`done("report.take", report)`: how often an act on a thing stands in the log."""

    def count(action, thing, outcome="done"):
        return LogRow.objects.filter(action=action, target_id=str(thing.pk), outcome=outcome).count()

    return count


def text(response) -> str:
    """What a reader of a page sees, with single spaces."""
    page = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
