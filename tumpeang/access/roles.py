"""Who may do what, in words that a manager can read.

A role is a list of permissions; a worker may hold several roles. Each grant has a scope: how far the role's reading
reaches. Nothing else in the code names a role.
"""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    """How far reading reaches, narrow to wide."""

    OWN = "own", _("Own")
    TEAM = "team", _("Team")
    OFFICE = "office", _("Office")
    ORGANISATION = "organisation", _("Organisation")


class Permission(StrEnum):
    """What can be allowed, grouped by thing."""

    # reports of the hotline
    READ_REPORTS = "reports.read"
    ANSWER_REPORTS = "reports.answer"
    CHECK_ANSWERS = "answers.check"
    SET_LEVELS = "levels.set"  # on reports of others, and for new rules
    DECIDE_DUTY = "duty.decide"  # the second person about the duty to report
    BE_RUNG = "alerts.be_rung"
    SET_ON_CALL = "on_call.set"
    # cases, and the people in them
    READ_CASES = "cases.read"
    OPEN_CASES = "cases.open"
    WORK_ON_CASES = "cases.work"
    CLOSE_CASES = "cases.close"  # the second person
    JOIN_PEOPLE = "people.join"  # one proposes, another agrees
    IMPORT_PEOPLE = "people.import"
    ASK_ELSEWHERE = "people.ask_elsewhere"
    # one record
    SHARE_RECORDS = "records.share"  # open it to a colleague, restrict it to a list
    BREAK_GLASS = "records.break_glass"
    SEE_WHO_SAW = "records.who_saw"
    PROPOSE_ERASURE = "erasure.propose"
    APPROVE_ERASURE = "erasure.approve"
    # reports about own staff; their key decides, not this
    READ_SAFEGUARDING = "safeguarding.read"
    # people of the house
    SEE_STAFF = "staff.see"
    MANAGE_STAFF = "staff.manage"  # proposes accounts, roles and resets; sets teams; closes accounts
    DECIDE = "staff.decide"  # the second person
    READ_LOG = "log.read"
    # the house itself
    LOAD_REFERENCE = "reference.load"
    MANAGE_KEYS = "keys.manage"


PERMISSION_WORDS = {
    Permission.READ_REPORTS: _("Read reports of the hotline"),
    Permission.ANSWER_REPORTS: _("Take reports and answer them"),
    Permission.CHECK_ANSWERS: _("Read answers before they are sent"),
    Permission.SET_LEVELS: _("Set another level than the rules, also on reports of others"),
    Permission.DECIDE_DUTY: _("Decide as the second person whether the law obliges us to report"),
    Permission.BE_RUNG: _("Is rung when a report waits too long"),
    Permission.SET_ON_CALL: _("Say who is on call"),
    Permission.READ_CASES: _("Read cases and what is known of the people in them"),
    Permission.OPEN_CASES: _("Open a case from reports"),
    Permission.WORK_ON_CASES: _("Work on cases: notes, tasks, people, consents"),
    Permission.CLOSE_CASES: _("Agree, as the second person, that a case is closed"),
    Permission.JOIN_PEOPLE: _("Say that two records are one person, agree to it as the second person, take them apart"),
    Permission.IMPORT_PEOPLE: _("Bring in lists of people, and take them back"),
    Permission.ASK_ELSEWHERE: _("Ask whether another team knows somebody of whom something is alleged"),
    Permission.SHARE_RECORDS: _("Open a record to a colleague, or restrict it to a list"),
    Permission.BREAK_GLASS: _("Open a closed record in an emergency; its owner is told"),
    Permission.SEE_WHO_SAW: _("See who opened a record"),
    Permission.PROPOSE_ERASURE: _("Propose that a record is destroyed"),
    Permission.APPROVE_ERASURE: _("Approve that records are destroyed"),
    Permission.READ_SAFEGUARDING: _("Read reports about own staff, with a key of their own"),
    Permission.SEE_STAFF: _("See who works here, and in which role"),
    Permission.MANAGE_STAFF: _("Propose accounts, roles and resets; set teams; close accounts"),
    Permission.DECIDE: _("Decide as the second person about roles and resets"),
    Permission.READ_LOG: _("Read the log: who did what, never the content"),
}


class Role(StrEnum):
    CALL_TAKER = "call_taker"
    SUPERVISOR = "supervisor"
    INVESTIGATOR = "investigator"
    SOCIAL_WORKER = "social_worker"
    LAWYER = "lawyer"
    TRAINER = "trainer"
    RESEARCHER = "researcher"
    MANAGER = "manager"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    SAFEGUARDING = "safeguarding"
    BOARD_MEMBER = "board_member"


ROLE_NAMES = {
    Role.CALL_TAKER: _("Call-taker"),
    Role.SUPERVISOR: _("Hotline supervisor"),
    Role.INVESTIGATOR: _("Investigator"),
    Role.SOCIAL_WORKER: _("Social worker"),
    Role.LAWYER: _("Lawyer"),
    Role.TRAINER: _("Trainer"),
    Role.RESEARCHER: _("Researcher"),
    Role.MANAGER: _("Manager"),
    Role.DIRECTOR: _("Director"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.AUDITOR: _("Auditor"),
    Role.SAFEGUARDING: _("Safeguarding focal point"),
    Role.BOARD_MEMBER: _("Board member"),
}

# What somebody with this role does here, in a sentence.
ROLE_WORDS = {
    Role.CALL_TAKER: _("Answers the phone and the web, day and night. Of cases, reads only their own."),
    Role.SUPERVISOR: _("Answers too, is rung when a report waits too long, and says who is on call."),
    Role.INVESTIGATOR: _("Works with the police on what was handed over or opened to them."),
    Role.SOCIAL_WORKER: _("Stays beside children and families, on what was handed over or opened to them."),
    Role.LAWYER: _("Stands beside children before the law, on what was handed over or opened to them."),
    Role.TRAINER: _("Teaches. Reads no report."),
    Role.RESEARCHER: _("Counts. Reads no report."),
    Role.MANAGER: _("Answers for an office."),
    Role.DIRECTOR: _("Answers for the organisation, and decides as the second person."),
    Role.ADMINISTRATOR: _("Keeps accounts and teams. Reads no report."),
    Role.AUDITOR: _("Reads the log, and nothing else."),
    Role.SAFEGUARDING: _("Receives reports about own staff."),
    Role.BOARD_MEMBER: _("Receives reports about own staff, and decides as the second person."),
}

# What a reach means for a role that reads reports.
SCOPE_WORDS = {
    Scope.OWN: _("what is their own, or was opened to them"),
    Scope.TEAM: _("what their teams work on, and what nobody has taken yet"),
    Scope.OFFICE: _("what their office works on, and what nobody has taken yet"),
    Scope.ORGANISATION: _("everything that is not restricted to others"),
}

_P = Permission
# Permissions to see; all others are permissions to do.
READING = frozenset({_P.READ_REPORTS, _P.READ_CASES, _P.SEE_WHO_SAW, _P.READ_SAFEGUARDING, _P.SEE_STAFF, _P.READ_LOG})
SCOPED = frozenset({_P.READ_REPORTS, _P.READ_CASES})  # those that reach only as far as the grant says

_CASEWORK = {
    _P.READ_REPORTS, _P.ANSWER_REPORTS, _P.READ_CASES, _P.OPEN_CASES, _P.WORK_ON_CASES, _P.SHARE_RECORDS,
    _P.JOIN_PEOPLE, _P.BREAK_GLASS, _P.SEE_STAFF,
}  # fmt: skip
_CALL_TAKER = _CASEWORK | {_P.CHECK_ANSWERS}

ROLES: dict[Role, frozenset[Permission]] = {
    # answers the phone and the web, day and night
    Role.CALL_TAKER: frozenset(_CALL_TAKER),
    # is rung when a report waits too long; says who is on call
    Role.SUPERVISOR: frozenset(
        _CALL_TAKER
        | {_P.BE_RUNG, _P.SET_ON_CALL, _P.SET_LEVELS, _P.DECIDE_DUTY, _P.CLOSE_CASES, _P.SEE_WHO_SAW}
        | {_P.PROPOSE_ERASURE, _P.IMPORT_PEOPLE}
    ),
    # work on what is handed or opened to them
    Role.INVESTIGATOR: frozenset(_CASEWORK | {_P.ASK_ELSEWHERE}),
    Role.SOCIAL_WORKER: frozenset(_CASEWORK),
    Role.LAWYER: frozenset(_CASEWORK | {_P.DECIDE_DUTY}),
    # read no report at all
    Role.TRAINER: frozenset({_P.SEE_STAFF}),
    Role.RESEARCHER: frozenset({_P.SEE_STAFF}),
    # answers for an office
    Role.MANAGER: frozenset(
        {_P.READ_REPORTS, _P.READ_CASES, _P.CLOSE_CASES, _P.SHARE_RECORDS, _P.JOIN_PEOPLE, _P.BREAK_GLASS,
         _P.SEE_WHO_SAW, _P.PROPOSE_ERASURE, _P.APPROVE_ERASURE, _P.SEE_STAFF}
    ),
    # answers for the organisation, and is the second person
    Role.DIRECTOR: frozenset(
        {_P.READ_REPORTS, _P.READ_CASES, _P.SHARE_RECORDS, _P.BREAK_GLASS, _P.SEE_WHO_SAW, _P.PROPOSE_ERASURE,
         _P.APPROVE_ERASURE, _P.SEE_STAFF, _P.DECIDE}
    ),
    # keeps accounts; reads no case
    Role.ADMINISTRATOR: frozenset({_P.SEE_STAFF, _P.MANAGE_STAFF}),
    # reads the log only
    Role.AUDITOR: frozenset({_P.READ_LOG}),
    # reads reports about own staff, with a key of their own
    Role.SAFEGUARDING: frozenset({_P.READ_SAFEGUARDING}),
    # the same, and stands in as the second person
    Role.BOARD_MEMBER: frozenset({_P.READ_SAFEGUARDING, _P.DECIDE, _P.SEE_STAFF}),
}  # fmt: skip

# How far each role reaches unless the grant says otherwise.
USUAL_SCOPE: dict[Role, Scope] = {
    Role.CALL_TAKER: Scope.ORGANISATION,
    Role.SUPERVISOR: Scope.ORGANISATION,
    Role.INVESTIGATOR: Scope.OWN,
    Role.SOCIAL_WORKER: Scope.OWN,
    Role.LAWYER: Scope.OWN,
    Role.TRAINER: Scope.OWN,
    Role.RESEARCHER: Scope.OWN,
    Role.MANAGER: Scope.OFFICE,
    Role.DIRECTOR: Scope.ORGANISATION,
    Role.ADMINISTRATOR: Scope.ORGANISATION,
    Role.AUDITOR: Scope.ORGANISATION,
    Role.SAFEGUARDING: Scope.ORGANISATION,
    Role.BOARD_MEMBER: Scope.ORGANISATION,
}

# Where a role reaches less far than its grant says. Of a case a call-taker needs to know that a report became one, and
# who leads it (cases/beside.py); they read it if they lead it, or if it was opened to them.
NARROWER: dict[tuple[Role, Permission], Scope] = {(Role.CALL_TAKER, _P.READ_CASES): Scope.OWN}


def reach(role: Role, permission: Permission, scope: Scope) -> Scope:
    """How far a permission of a role reaches, granted with this scope."""
    return min(scope, NARROWER.get((role, permission), scope), key=list(Scope).index)


# The house itself: the timetable, the command line. It reads no report to anybody, and gives nobody a role.
SYSTEM_PERMISSIONS = frozenset({_P.LOAD_REFERENCE, _P.MANAGE_KEYS})
