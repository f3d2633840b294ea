"""Who may do what, in words that a manager can read.

A role is a list of permissions; a worker may hold several roles. Nothing else in the code names a role.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What can be allowed, grouped by thing."""

    # reports of the hotline
    READ_REPORTS = "reports.read"
    ANSWER_REPORTS = "reports.answer"
    CHECK_ANSWERS = "answers.check"
    BE_RUNG = "alerts.be_rung"
    # the house
    SET_ON_CALL = "on_call.set"
    LOAD_REFERENCE = "reference.load"
    MANAGE_STAFF = "staff.manage"
    MANAGE_KEYS = "keys.manage"


class Role(StrEnum):
    CALL_TAKER = "call_taker"
    SUPERVISOR = "supervisor"


ROLE_NAMES = {
    Role.CALL_TAKER: _("Call-taker"),
    Role.SUPERVISOR: _("Hotline supervisor"),
}

_CALL_TAKER = frozenset({Permission.READ_REPORTS, Permission.ANSWER_REPORTS, Permission.CHECK_ANSWERS})

ROLES: dict[Role, frozenset[Permission]] = {
    # answers the phone and the web, day and night
    Role.CALL_TAKER: _CALL_TAKER,
    # is rung when a report waits too long; says who is on call
    Role.SUPERVISOR: _CALL_TAKER | {Permission.BE_RUNG, Permission.SET_ON_CALL},
}

# The house itself: the timetable, the command line. It reads no report to anybody.
SYSTEM_PERMISSIONS = frozenset({Permission.LOAD_REFERENCE, Permission.MANAGE_STAFF, Permission.MANAGE_KEYS})
