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


OPEN = (Stage.WAITING, Stage.TAKEN)  # asked for by name: an index serves these, and not "all but the ended"


class Channel(TextChoices):
    WEB = "web", _("Web")
    WEB_SHORT = "web_short", _("Web, short page")
    PHONE = "phone", _("Phone")
    WALK_IN = "walk_in", _("In person")


SPOKEN = (Channel.PHONE, Channel.WALK_IN)


class AnswerStage(TextChoices):
    CHECKING = "checking", _("Waits for a second reader")  # set by its writer
    RETURNED = "returned", _("Given back with a remark")  # set by the second reader
    SENT = "sent", _("Sent")  # set by its writer where no second reader is needed, else by the second reader


class TaskKind(TextChoices):
    CLINICAL_CARE = "clinical_care", _("Offer clinical care: 72 hours count")
    SECOND_OPINION = "second_opinion", _("A second opinion is asked for")
    PROMISE = "promise", _("Promised")
    FOLLOW_UP = "follow_up", _("Ask how they are")  # within a day, after self-harm was spoken of
    POLICE_NEXT = "police_next", _("Ask the next rung of the police")  # set by a refusal
    DUTY_OPINION = "duty_opinion", _("Does the law oblige us to report?")  # asked of a lawyer
    DUTY = "duty", _("Report as the law obliges us")  # set by the second person's decision


class RingReason(TextChoices):
    UNTAKEN = "untaken", _("An immediate report that nobody has taken")  # set by the worker process at once
    LATE = "late", _("A report past its clock")  # set by the worker process when the clock has run out
    WORDS = "words", _("The reporter added something that nobody has read")  # set by the worker process
    TASK = "task", _("Something to be done for a report is past its time")  # set by the worker process
    SECOND = "second", _("A colleague in a call asks for you")  # set by the call-taker, at once
    SEALED = "sealed", _("A sealed report waits")  # set by the worker process, for the safeguarding people
    UNHEARD = "unheard", _("Nobody on a list does anything")  # the same, for a restricted report


class DisposalOutcome(TextChoices):
    WAITING = "waiting", _("Waits for approval")  # set when the timetable or a person proposes it
    APPROVED = "approved", _("Destroyed")  # set by a second person
    REFUSED = "refused", _("Refused")  # set by a second person, or by the worker process when nothing is left of it


class DisposalReason(TextChoices):
    """Why somebody proposes one report for destruction. Chosen, not written: no word about anybody is needed."""

    ASKED = "asked", _("The person who sent it, or whom it is about, asks for it")
    MISTAKE = "mistake", _("Sent by mistake, or to try it out")
    NOT_OURS = "not_ours", _("It is not about a child: advertising, or a matter for others")
    COURT = "court", _("A court or the law demands it")


class CallKind(TextChoices):
    PHONE = "phone", _("Phone call")
    WALK_IN = "walk_in", _("In person")
    BACK = "back", _("We called back")


class ContactType(TextChoices):
    """What a call was, said at its end by who took it."""

    NEW_CASE_ACTION_REQUIRED = "new_case_action_required", _("New, and something must be done")
    NEW_NO_ACTION_REQUIRED = "new_no_action_required", _("New, nothing must be done")
    UPDATE = "update", _("More on what was told before")
    COUNSELLING = "counselling", _("Someone to talk to")
    INFORMATION = "information", _("A question")
    SILENT = "silent", _("Silent")
    CUT_OFF = "cut_off", _("Cut off")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    TEST_OR_ABUSIVE = "test_or_abusive", _("A test, or abusive")


class Reached(TextChoices):
    """Whom a call back reached, said by who called."""

    NOBODY = "nobody", _("Nobody answered")
    SOMEONE_ELSE = "someone_else", _("Someone else answered")
    SPOKE = "spoke", _("We spoke")


class PoliceResult(TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    NO_ANSWER = "no_answer", _("No answer")
    ASKED_FOR_MONEY = "asked_for_money", _("Asked for money")
    PASSED_ON = "passed_on", _("Passed on to another unit")


class DutyAnswer(TextChoices):
    REQUIRED = "required", _("The law obliges us to report")
    NOT_REQUIRED = "not_required", _("It does not")
    UNSURE = "unsure_ask_lawyer", _("Not sure: ask a lawyer")


class NoteKind(TextChoices):
    ANSWER = "answer", _("Answer to the reporter")
    NOTE = "note", _("Note")


# rung when their time is over: whoever has them to do, then those on call
RUNG_TASKS = (
    TaskKind.CLINICAL_CARE,
    TaskKind.PROMISE,
    TaskKind.FOLLOW_UP,
    TaskKind.POLICE_NEXT,
    TaskKind.DUTY_OPINION,
    TaskKind.DUTY,
)

# who may follow whom
NEXT: dict[Stage, set[Stage]] = {
    Stage.WAITING: {Stage.TAKEN},
    Stage.TAKEN: {Stage.TAKEN, Stage.WAITING, Stage.ENDED},
    Stage.ENDED: {Stage.TAKEN, Stage.WAITING},
}
