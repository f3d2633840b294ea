"""A sealed report that turns out to be about nobody here: the hotline has it from now on, as if it had come there."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access.door import SYSTEM, action
from tumpeang.access.errors import NotNow
from tumpeang.intake import safeguarding, safeguarding_rules
from tumpeang.intake.models import Answer, KeptOut, Report, SealedNote, Words
from tumpeang.intake.opening import open_report
from tumpeang.intake.states import AnswerStage
from tumpeang.letterbox.models import Dialogue, Message, SealedReport
from tumpeang.letterbox.states import State
from tumpeang.vault import sealed
from tumpeang.vault.holders import PrivateHalf
from tumpeang.vault.keyring import HOTLINE


@action("safeguarding.hand_over", rule=safeguarding_rules.may_open, target="row")
def hand_over(*, by: Any, row: SealedReport, key: PrivateHalf | None, now: datetime) -> Report:
    """Make it a report of the hotline's, with the dialogue. Notes stay sealed to those who could read them.

    Not while it names somebody here: then it belongs where it is.
    """
    row, opened = safeguarding.opened_by(by=by, row=row, key=key)
    if opened.named or KeptOut.objects.filter(report=row.pk).exists():
        raise NotNow(_("It names somebody who works here: it stays with you."))
    if any(turn.text is None for turn in [*opened.words, *opened.answers]):
        raise NotNow(_("You cannot open all of it: the other one hands it over."))
    report = open_report(by=SYSTEM, row=row, parcel=opened.parcel, cluster=None, now=now)
    dialogue = Dialogue.objects.get(report=report.pk)
    Dialogue.objects.filter(pk=dialogue.pk).update(recipient=sealed.recipient(HOTLINE).name)
    report.dialogue_state = State.READ if dialogue.state == State.ENDED else dialogue.state
    Dialogue.objects.filter(pk=dialogue.pk).update(state=report.dialogue_state)
    _words(report, opened, now)
    _answers(report, opened)
    report.save(update_fields=["dialogue_state", "new_words_at", "answered_at"])
    door.note(words=len(opened.words), answers=len(opened.answers))
    return report


def _words(report: Report, opened: safeguarding.Opened, now: datetime) -> None:
    """What the reporter added, under the report's own key."""
    for turn in opened.words:
        Words(id=turn.id, report=report, text=turn.text, at=turn.at).save(force_insert=True)
        Message.objects.filter(pk=turn.id).update(sealed=b"", recipient="")
        report.new_words_at = report.new_words_at or now


def _answers(report: Report, opened: safeguarding.Opened) -> None:
    """What the reporter was answered: a colleague must know it."""
    for turn in opened.answers:
        Answer(
            id=turn.id, report=report, text=turn.text, written_by=turn.by, written_at=turn.at,
            stage=AnswerStage.SENT, sent_at=turn.at,
        ).save(force_insert=True)  # fmt: skip
        report.answered_at = report.answered_at or turn.at
    SealedNote.objects.filter(pk__in=[turn.id for turn in opened.answers]).delete()
