import re
from html import unescape

import pytest

from tumpeang.access import actions, proposals
from tumpeang.access.roles import Role, Scope


def text(response) -> str:
    """What a person reads on a page."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def thida(cast):
    """A new account: no role, no password."""
    return actions.add_worker(by=cast.tola, username="thida", display_name="Thida", language="en")


@pytest.fixture
def invited(cast, thida, now):
    """Thida's account with a code handed over; has `.code`."""
    proposal = proposals.propose_grant(by=cast.tola, user=thida, role=Role.TRAINER, scope=Scope.OWN, now=now)
    thida.code = proposals.approve(by=cast.borey, proposal=proposal, now=now)
    return thida
