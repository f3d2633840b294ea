"""States and kinds of the inbox, each with who sets it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    WAITING = (
        "waiting",
        _("Waiting"),
    )  # set when the report is opened from the letterbox, given back, or added to after its end
    TAKEN = "taken", _("Taken")  # set by the worker who takes it
    ENDED = "ended", _("Ended")  # set by the worker who holds it


class Channel(TextChoices):
    WEB = "web", _("Web")
    WEB_SHORT = "web_short", _("Web, short page")


class AnswerStage(TextChoices):
    CHECKING = "checking", _("Waits for a second reader")  # set by its writer
    RETURNED = "returned", _("Given back with a remark")  # set by the second reader
    SENT = "sent", _("Sent")  # set by its writer where no second reader is needed, else by the second reader


class TaskKind(TextChoices):
    CLINICAL_CARE = "clinical_care", _("Offer clinical care: 72 hours count")
    SECOND_OPINION = "second_opinion", _("A second opinion is asked for")


class RingReason(TextChoices):
    UNTAKEN = "untaken", _("An immediate report that nobody has taken")  # set by the worker process at once
    LATE = "late", _("A report past its clock")  # set by the worker process when the clock has run out
    WORDS = "words", _("The reporter added something that nobody has read")  # set by the worker process
    SEALED = "sealed", _("A sealed report waits")  # set by the worker process, for the safeguarding people


class DisposalOutcome(TextChoices):
    WAITING = "waiting", _("Waits for approval")  # set when the timetable or a person proposes it
    APPROVED = "approved", _("Destroyed")  # set by a second person
    REFUSED = "refused", _("Refused")  # set by a second person


class DisposalReason(TextChoices):
    """Why somebody proposes one report for destruction. Chosen, not written: no word about anybody is needed."""

    ASKED = "asked", _("The person who sent it, or whom it is about, asks for it")
    MISTAKE = "mistake", _("Sent by mistake, or to try it out")
    NOT_OURS = "not_ours", _("It is not about a child: advertising, or a matter for others")
    COURT = "court", _("A court or the law demands it")


class NoteKind(TextChoices):
    ANSWER = "answer", _("Answer to the reporter")
    NOTE = "note", _("Note")


# who may follow whom
NEXT: dict[Stage, set[Stage]] = {
    Stage.WAITING: {Stage.TAKEN},
    Stage.TAKEN: {Stage.TAKEN, Stage.WAITING, Stage.ENDED},
    Stage.ENDED: {Stage.TAKEN, Stage.WAITING},
}
