"""States and kinds of a case, each with who sets it. Slugs follow the shared code lists and are never removed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    OPEN = "open", _("Open")  # set when it is opened, taken up again, or taken off hold
    ON_HOLD = "on_hold", _("On hold")  # set by who steers it
    CLOSED = "closed", _("Closed")  # set by a second person


# which status may follow
NEXT: dict[Status, set[Status]] = {
    Status.OPEN: {Status.ON_HOLD, Status.CLOSED},
    Status.ON_HOLD: {Status.OPEN, Status.CLOSED},
    Status.CLOSED: {Status.OPEN},
}


class Priority(TextChoices):
    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Role(TextChoices):
    """What part a person has in a case. Nobody is more than alleged here: only a court's decision says otherwise."""

    CHILD_VICTIM = "child_victim", _("Child who may have been harmed")
    CHILD_AT_RISK = "child_at_risk", _("Child at risk")
    CHILD_HARMFUL = "child_with_harmful_sexual_behaviour", _("Child with harmful sexual behaviour")
    HOUSEHOLD_CHILD = "sibling_or_household_child", _("Brother, sister or child of the household")
    ALLEGED_PERPETRATOR = "alleged_perpetrator", _("Alleged perpetrator")
    ALLEGED_ACCOMPLICE = "alleged_accomplice", _("Alleged accomplice")
    INTERMEDIARY = "intermediary", _("Alleged go-between")
    REPORTER = "reporter", _("Reporter")
    WITNESS = "witness", _("Witness")
    CAREGIVER = "caregiver", _("Caregiver")
    FAMILY_MEMBER = "family_member", _("Family member")
    SUPPORT_PERSON = "support_person", _("Support person")
    INTERPRETER = "interpreter", _("Interpreter")
    PROFESSIONAL = "professional", _("Professional")


CHILDREN = frozenset({Role.CHILD_VICTIM, Role.CHILD_AT_RISK, Role.CHILD_HARMFUL, Role.HOUSEHOLD_CHILD})
ALLEGED = frozenset({Role.ALLEGED_PERPETRATOR, Role.ALLEGED_ACCOMPLICE, Role.INTERMEDIARY})
CARERS = frozenset({Role.CAREGIVER, Role.FAMILY_MEMBER})  # who can speak for a child


class Purpose(TextChoices):
    """What is agreed to. One consent for each: they are never bundled."""

    SERVICES = "services", _("Help and services")
    MEDICAL_CARE = "medical_care", _("Medical care")
    INFORMATION_SHARING = "information_sharing", _("Passing on information")
    POLICE_COMPLAINT = "police_complaint", _("A complaint to the police")
    LEGAL_REPRESENTATION = "legal_representation", _("A lawyer")
    CONTACT_BACK = "contact_back", _("Being contacted again")
    RESEARCH = "research_identifiable", _("Research that could recognise them")
    STORY_OR_MEDIA = "story_or_media", _("Story, picture or media")


class SharingBasis(TextChoices):
    """On what we act. The first two are said by people, the others by law or need, with a reason."""

    CHILD_CONSENT = "child_consent", _("The child agrees")
    ASSENT_AND_CONSENT = "child_assent_and_caregiver_consent", _("The child assents and a caregiver agrees")
    IMMEDIATE_DANGER = "immediate_danger", _("Immediate danger")
    BEST_INTERESTS = "best_interests_decision", _("A decision in the child's best interests")
    LEGAL_DUTY = "legal_duty", _("A duty in law")
    COURT_ORDER = "court_order", _("A court's order")


SAID_BY_PEOPLE = frozenset({SharingBasis.CHILD_CONSENT, SharingBasis.ASSENT_AND_CONSENT})


class Decision(TextChoices):
    GIVEN = "given", _("Yes")
    REFUSED = "refused", _("No")


class Capacity(TextChoices):
    """As what a grown-up agrees for a child."""

    PARENT = "parent", _("parent")
    GUARDIAN = "guardian", _("guardian")
    OTHER_CAREGIVER = "other_caregiver", _("another caregiver")


class PromisedTo(TextChoices):
    """Whom something was promised. Empty: a task, and nobody waits for word."""

    CHILD = "child", _("the child")
    CAREGIVER = "caregiver", _("a caregiver")
    REPORTER = "reporter", _("the reporter")
    PROFESSIONAL = "professional", _("a professional")
    OTHER = "other", _("somebody else")


class ClosingOutcome(TextChoices):
    WAITING = "waiting", _("Waits for a second person")  # set by who proposes it
    APPROVED = "approved", _("Agreed")  # set by a second person
    REFUSED = "refused", _("Not agreed")  # set by a second person, or taken back by who proposed it
