"""The private half that a reader of sealed reports has given: in their session, which is encrypted under its cookie.

It is used while they work and put away after fifteen minutes without a page of these reports, at the sign-out, when
they say so, and when their seat has another key.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from tumpeang.access.models import SafeguardingSeat
from tumpeang.vault.holders import PrivateHalf, read_line

IDLE = timedelta(minutes=15)
_NAME = "own_key"


def give(request: HttpRequest, half: PrivateHalf) -> None:
    request.session[_NAME] = {"line": half.line, "used": timezone.now().timestamp()}


def put_away(request: HttpRequest) -> None:
    request.session.pop(_NAME, None)


def held(request: HttpRequest, seat: SafeguardingSeat) -> PrivateHalf | None:
    """The half that this reader has given, if it is still good; being asked for it counts as use."""
    kept = request.session.get(_NAME)
    if kept is None:
        return None
    half, now = read_line(kept["line"]), timezone.now()
    if half.name != seat.key or now - _at(kept["used"]) > IDLE:
        put_away(request)
        return None
    request.session[_NAME] = {**kept, "used": now.timestamp()}
    return half


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.get_current_timezone())
