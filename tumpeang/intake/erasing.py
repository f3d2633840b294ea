"""Erasing a report: its key is destroyed, so that no copy of the database can be read, and what hung on it goes.

What stays, for figures and for the log: that there was a report, of which way and level, by which channel, in which
language and province, who held it, when it came, was answered and ended, what came of it, and who read it on which day.
Everything else that could tell of somebody is taken away or emptied, though most of it opens with no key any more: a
key backup may still hold the key for a while, and even the length of an account says something.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from tumpeang.access import door
from tumpeang.access.door import Actor, action
from tumpeang.access.models import BrokenGlass, Notice, RecordGrant, Restriction
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.intake import shift
from tumpeang.intake.models import (
    Answer,
    Call,
    Caller,
    CallStep,
    DisposalItem,
    Duty,
    Feedback,
    LevelChange,
    PoliceContact,
    Report,
    ReportToken,
    Ring,
    Task,
    Words,
)
from tumpeang.intake.states import DisposalOutcome, Stage
from tumpeang.letterbox.models import Closure, Dialogue, Message, SealedReport
from tumpeang.letterbox.states import State
from tumpeang.vault.fields import EMPTIED
from tumpeang.vault.keystore import keystore

# what is taken away with its report, row by row
_GOES = (Words, Answer, Task, Ring, LevelChange, PoliceContact, Duty, Feedback)
# the plain columns that could tell of somebody, each with what stands there instead
_EMPTY = {
    "account": EMPTIED,
    "safety_now": "",
    "last_five_days": "",
    "setting": "",
    "child_count": "",
    "child_age_band": "",
    "child_sex": "",
    "country_of_child": "",
    "country_of_alleged": "",
    "country_of_host": "",
    "raised_by": [],
    "has_addresses": False,
    "cluster": None,
    "new_words_at": None,
    "dialogue_state": State.ENDED,
    "stage": Stage.ENDED,
}


def find(report_id: UUID) -> Report | None:
    return Report.objects.filter(pk=report_id, erased_at=None).first()


def still_there(subjects: set[UUID]) -> list[UUID]:
    """Those of `subjects` that stand here as if they had not been erased: what an old copy shows."""
    found = {*Report.objects.filter(erased_at=None).values_list("pk", flat=True)}
    found |= {*SealedReport.objects.values_list("pk", flat=True)}
    return sorted(found & subjects)


@action("report.erase", rule=needs(Permission.MANAGE_KEYS), target="report")
def erase(*, by: Actor, report: Report, now: datetime) -> None:
    """Destroy what can be known of a report. The house does it, after two people agreed. May be repeated."""
    _erase(report.pk, now)


@action("report.erase_again", rule=needs(Permission.MANAGE_KEYS))
def erase_again(*, by: Actor, report_id: UUID, now: datetime) -> Report | None:
    """Erase in a restored copy what was erased after it was made, whatever the copy shows of it. May be repeated.

    A copy can be so old that the report still lies in it as it was dropped in; the hotline's key would open that.
    """
    _erase(report_id, now)
    return Report.objects.filter(pk=report_id).first()


def _erase(report_id: UUID, now: datetime) -> None:
    tokens = ReportToken.objects.filter(report=report_id).delete()[0]
    shift.forget_report(report_id, Task.objects.filter(report=report_id).values_list("pk", flat=True))
    for kind in _GOES:
        kind.objects.filter(report=report_id).delete()
    spoken = _take_calls(report_id)
    _close(report_id, now)
    _empty_access(report_id, now)
    items = DisposalItem.objects.filter(report=report_id)
    items.update(kept_because=None)
    items.filter(disposal__outcome=DisposalOutcome.APPROVED, kept_by=None, destroyed_at=None).update(destroyed_at=now)
    times = {name: Coalesce(F(name), now) for name in ("ended_at", "erased_at")}
    Report.objects.filter(pk=report_id).update(**_EMPTY, **times)
    # last: a failure before it leaves the report as it was, and a failure after it can be repeated
    for subject in (*spoken, report_id):
        keystore().destroy(subject)
    door.note(tokens=tokens, calls=len(spoken))


def _take_calls(report_id: UUID) -> list[UUID]:
    """Calls about it, and who called if they called about nothing else; returns the ids whose keys are to go."""
    calls = Call.objects.filter(report=report_id)
    gone = list(calls.values_list("pk", flat=True))
    callers = list(calls.exclude(caller=None).values_list("caller", flat=True))
    CallStep.objects.filter(call__in=gone).delete()
    calls.delete()
    silent_now = Caller.objects.filter(pk__in=callers).exclude(Exists(Call.objects.filter(caller=OuterRef("pk"))))
    gone += silent_now.values_list("pk", flat=True)
    silent_now.delete()
    return gone


def _close(report_id: UUID, now: datetime) -> None:
    """The reporter's code opens nothing, and nothing sealed is left. The dialogue's row stays, closed: a page that is
    sent once more must find that its report is here already."""
    SealedReport.objects.filter(pk=report_id).delete()
    Message.objects.filter(dialogue__report=report_id).delete()
    for dialogue in Dialogue.objects.filter(report=report_id):
        Closure.objects.get_or_create(dialogue=dialogue, defaults={"at": now})


def _empty_access(report_id: UUID, now: datetime) -> None:
    """Who might see it stays, as ids, and still hides its number from others; why, and what they were told, goes."""
    BrokenGlass.objects.filter(target=report_id).update(reason=EMPTIED)
    RecordGrant.objects.filter(target=report_id, ended_at=None).update(ended_at=now)
    Restriction.objects.filter(target=report_id).update(about_staff=False)
    Notice.objects.filter(target=report_id).delete()
