"""What was told becomes a report: a parcel of the letterbox here, a call in phone.py. Pure: no row is written here."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tumpeang.intake import levels
from tumpeang.intake.models import Report
from tumpeang.intake.states import Channel, TaskKind
from tumpeang.letterbox.envelope import Parcel
from tumpeang.people import normal

CARE_WINDOW = timedelta(hours=72)  # clinical care after sexual violence: what helps most has to start within this
_SLUG = re.compile(r"[a-z0-9_]{1,30}")
LISTED = ("safety_now", "last_five_days", "setting", "child_count", "child_age_band", "child_sex")


@dataclass(frozen=True)
class Opened:
    """A report ready to be written, with what hangs on it."""

    report: Report
    tokens: list[tuple[str, str]] = field(default_factory=list)  # kind and normalised value
    tasks: list[tuple[TaskKind, datetime]] = field(default_factory=list)
    place: int | None = None


def open_parcel(*, report_id: UUID, parcel: Parcel, received_at: datetime, cluster: int | None) -> Opened:
    channel = Channel.WEB_SHORT if parcel.short else Channel.WEB
    return open_told(
        report_id=report_id, channel=channel, way=parcel.way, language=parcel.language, answers=parcel.answers,
        received_at=received_at, cluster=cluster,
    )  # fmt: skip


def open_told(
    *, report_id: UUID, channel: str, way: str, language: str, answers: dict[str, Any], received_at: datetime,
    cluster: int | None = None,
) -> Opened:  # fmt: skip
    """What was told, by whatever channel, as a report: one way to levels, tokens, tasks and the clock."""
    level, reasons = levels.level_of(way, answers, **levels.by_channel(channel))
    report = Report(
        id=report_id,
        channel=channel,
        way=slug(way)[:12],
        language="en" if language == "en" else "km",
        received_at=received_at,
        account=answers,
        level=level.slug,
        level_rank=level.rank,
        due_at=received_at + timedelta(minutes=level.minutes),
        rules=levels.rules().version,
        raised_by=[rule.key for rule in reasons],
        has_addresses=bool(tokens_of(answers, "addresses", "url", normal.addresses)),
        cluster=cluster,
        **{name: slug(answers.get(name))[: Report._meta.get_field(name).max_length] for name in LISTED},  # type: ignore[union-attr]
    )
    place = answers.get("place")
    return Opened(
        report=report,
        tokens=[
            *tokens_of(answers, "addresses", "url", normal.addresses),
            *tokens_of(answers, "what", "url", normal.addresses),
            *tokens_of(answers, "user_names", "user_name", normal.user_names),
            *tokens_of(answers, "contact_phone", "phone", normal.phones),
        ],
        tasks=_tasks(levels.counted(way, answers, **levels.by_channel(channel)), received_at),
        place=place if isinstance(place, int) else None,
    )


def tokens_of(answers: dict[str, Any], key: str, kind: str, read: Any) -> list[tuple[str, str]]:
    text = answers.get(key)
    return [(kind, value) for value in read(text)] if isinstance(text, str) else []


def slug(value: Any) -> str:
    """The answer if it can be one of our choices, else nothing: the public face is not trusted with columns."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else "several" if value else ""
    text = str(value) if isinstance(value, int | str) else ""
    return text if _SLUG.fullmatch(text) else ""


def _tasks(answers: dict[str, str], received_at: datetime) -> list[tuple[TaskKind, datetime]]:
    if answers.get("last_five_days") != "yes":
        return []
    return [(TaskKind.CLINICAL_CARE, received_at + CARE_WINDOW)]
