"""What a call becomes: a report like one from the web, by the same code. Pure: no row is written in this file."""

from typing import Any
from uuid import UUID

from tumpeang.intake.channels.web import Opened, open_told
from tumpeang.intake.models import Call
from tumpeang.intake.states import CallKind, Channel

WAY = "way"  # among a call's answers: who is calling, a key of letterbox.ways
LANGUAGE = "language"  # the same: in which of our two the caller reads


def open_call(call: Call, *, report_id: UUID, whole: bool) -> Opened:
    """The report of a first call. `whole`: with the story, which only its worker sees until the end."""
    answers = told_in(call)
    story = {"what": call.story} if whole and has_words(call.story) else {}
    return open_told(
        report_id=report_id,
        channel=Channel.WALK_IN if call.kind == CallKind.WALK_IN else Channel.PHONE,
        way=way_of(call),
        language=str((call.answers or {}).get(LANGUAGE, "km")),
        answers=story | answers,
        received_at=call.began_at,
    )


def told_in(call: Call) -> dict[str, Any]:
    """What was chosen in a call, without what goes to a column of its own."""
    return {key: value for key, value in (call.answers or {}).items() if key not in {WAY, LANGUAGE}}


def way_of(call: Call) -> str:
    return str((call.answers or {}).get(WAY, ""))


def has_words(text: str | None) -> bool:
    return bool((text or "").strip())
