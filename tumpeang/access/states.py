"""States and kinds of accounts, second-person decisions and notices, each with who sets it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProposalKind(TextChoices):
    GRANT = "grant", _("Give a role")
    RESET = "reset", _("New password and second step")
    REOPEN = "reopen", _("Open a closed account again")


class Outcome(TextChoices):
    WAITING = "waiting", _("Waits for a second person")  # set by who proposes
    APPROVED = "approved", _("Approved")  # set by a second person
    REFUSED = "refused", _("Refused")  # set by a second person, or withdrawn by who proposed
    EXPIRED = "expired", _("Too old")  # set by the worker process after seven days


class Seat(TextChoices):
    FOCAL = "focal", _("Safeguarding focal point")
    BOARD = "board", _("Board member")


class NoticeKind(TextChoices):
    PROPOSED = "proposed", _("A second person is asked for")  # to those who decide
    ROLE_GIVEN = "role_given", _("A role was given")  # to the worker and those who lead them
    ROLE_TAKEN = "role_taken", _("A role was taken away")
    FACTORS_RESET = "factors_reset", _("Password and second step were reset")
    REOPENED = "reopened", _("A closed account was opened again")
    NOT_AGREED = "not_agreed", _("A second person did not agree to what you proposed")  # or nobody decided in time
    CHANGED = "changed", _("Your name, language or address for alerts was changed")
    TEAM_CHANGED = "team_changed", _("A team was changed")
    SIGNED_OUT = "signed_out", _("You were signed out everywhere by who keeps the accounts")
    ACCOUNT_CLOSED = "account_closed", _("An account was closed")
    HANDED_OVER = "handed_over", _("The work of somebody who left was handed to you")
    GLASS_BROKEN = "glass_broken", _("A record was opened in an emergency")  # to its owner, or the safeguarding people
    LISTED = "listed", _("You stand on the list of a restricted record")
    GRANTED = "granted", _("A record was opened to you")
    FACTOR_ADDED = "factor_added", _("A second step was added to your account")
    RETENTION = "retention", _("Records are proposed for destruction")
    CASE_HANDED = "case_handed", _("A case was handed over")  # to who led it and who leads it now
    CASE_TASK = "case_task", _("You were given something to do in a case")
    CASE_CHANGED = "case_changed", _("A case was merged, taken apart or taken up again, or its reports changed")
    CASE_CLOSING = "case_closing", _("Closing a case was proposed or decided")  # to who can agree, and who proposed it
    LEVEL_LOWERED = "level_lowered", _("An immediate report was set to a lower level")  # to the supervisors
    POLICE_SILENT = "police_silent", _("No rung of the police has accepted a report")  # to them and who decides
    DUTY_SAID = "duty_said", _("Whether we must report by law: a second person is asked for")
    SHIFT_GIVEN = "shift_given", _("A shift is given to you: it waits for your signature")
    SHIFT_TAKEN = "shift_taken", _("Your shift was taken over")
    SHIFT_UNSIGNED = "shift_unsigned", _("Nobody has signed a shift that was given half an hour ago")  # on call
    TASK_GIVEN = "task_given", _("You were given something to do for a report")
    COUNTER_SHOWN = "counter_shown", _("A colleague chose you to see their counter")  # of what they read
    CALLER_PASSED = "caller_passed", _("A caller was passed on to you")
    SOUGHT = "sought", _("A colleague of another team looked for somebody whom you know; they see nothing of them")
    ASKED_ABOUT = "asked_about", _("A colleague asks you about somebody whom you know")  # and decides what they say
    SEATS = "seats", _("Who reads reports about own staff, or their key, has changed")  # to both, and who decides


class Why(TextChoices):
    """Why somebody sees a record: as the page says it that tells who may open it."""

    LISTED = "listed", _("stands on the list")
    HOLDER = "holder", _("holds it")
    DEPUTY = "deputy", _("stands in for who holds it")
    GRANTED = "granted", _("it was opened to them")
    THROUGH = "through", _("through other work on the same matter")  # what an upper room says in the registry
    TEAM = "team", _("works in its team")
    OFFICE = "office", _("sees what its office works on")
    COMMON = "common", _("sees what no team has taken yet")
    ORGANISATION = "organisation", _("sees all of the organisation")
