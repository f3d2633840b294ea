"""Workers, where they work, what they may do, who may open one record, and the log of what was done."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tumpeang.access.records import Record
from tumpeang.access.roles import ROLES, Permission, Role, Scope, reach
from tumpeang.access.states import NoticeKind, Outcome, ProposalKind, Seat
from tumpeang.vault.classes import identity, internal, narrative, personal, public
from tumpeang.vault.fields import EncryptedText


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """A worker's account. Exempt from the guard: the accounts library saves it at sign-in."""

    id = internal(models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False))
    username = personal(models.CharField(_("User name"), max_length=40, unique=True))
    display_name = personal(models.CharField(_("Name"), max_length=80))
    alert_email = identity(EncryptedText(null=True))
    language = internal(models.CharField(max_length=2, default="km"))
    is_active = internal(models.BooleanField(default=True))
    left_at = internal(models.DateTimeField(null=True))  # closed for good: nobody signs in with it again
    password = internal(models.CharField(max_length=128))  # Argon2id hash
    last_login = internal(models.DateTimeField(blank=True, null=True))

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.display_name

    @property
    def kind(self) -> str:
        return "worker"

    def roles(self) -> list[Role]:
        """The roles granted, each once."""
        return [role for role in Role if role in {role for role, _scope in self._granted()}]

    def can(self, permission: Permission) -> bool:
        return self.scope_of(permission) is not None

    def scope_of(self, permission: Permission) -> Scope | None:
        """How far a permission reaches: the widest among the roles that have it; None without it."""
        scopes = [reach(role, permission, scope) for role, scope in self.held() if permission in ROLES[role]]
        return max(scopes, key=list(Scope).index, default=None)

    def holds(self, role: Role, scope: Scope) -> bool:
        return (role, scope) in self._granted()

    def stands_in(self, for_whom: uuid.UUID | None) -> bool:
        """Whether this worker is the deputy of that one now. Gives no role: who reads nothing still reads nothing."""
        return self.stands_in_for.filter(user=for_whom, until=None).exists()

    def held(self) -> list[tuple[Role, Scope]]:
        """Each role with its scope; none once the account is closed."""
        return self._granted() if self.is_active else []

    def _granted(self) -> list[tuple[Role, Scope]]:
        """The grants, read once for each loaded user (that is, once a request)."""
        if not hasattr(self, "_grants"):
            self._grants = [(Role(grant.role), Scope(grant.scope)) for grant in self.grants.all()]
        return self._grants


# ---- where people work ---------------------------------------------------------------------------------------------


class _Named(models.Model):
    """Gives `label`: the name in the language of whoever reads."""

    name: str
    name_km: str

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        return self.name if (get_language() or "km").startswith("en") else self.name_km


class Office(_Named, Record):
    name = public(models.CharField(_("Name in English"), max_length=80))
    name_km = public(models.CharField(_("Name in Khmer"), max_length=80))
    closed_at = internal(models.DateTimeField(null=True))


class Team(_Named, Record):
    office = internal(models.ForeignKey(Office, on_delete=models.PROTECT, related_name="teams"))
    name = public(models.CharField(_("Name in English"), max_length=80))
    name_km = public(models.CharField(_("Name in Khmer"), max_length=80))
    closed_at = internal(models.DateTimeField(null=True))


class Membership(Record):
    """Who works in a team. Ended, never removed: the log speaks of teams, and somebody will ask who was in one."""

    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships"))
    team = internal(models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships"))
    leads = internal(models.BooleanField(default=False))
    since = internal(models.DateTimeField())
    until = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], condition=Q(until=None), name="member_once_at_a_time"),
        ]


class Deputy(Record):
    """Somebody stands in for a worker for a while: what is the worker's own is the deputy's own too. Gives no role."""

    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputies"))
    deputy = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="stands_in_for"))
    since = internal(models.DateTimeField())
    until = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="nobody_is_their_own_deputy"),
            models.UniqueConstraint(fields=["user", "deputy"], condition=Q(until=None), name="deputy_once_at_a_time"),
        ]


# ---- roles, and the second pair of eyes ----------------------------------------------------------------------------


class RoleGrant(Record):
    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants"))
    role = internal(models.CharField(max_length=30))
    scope = internal(models.CharField(max_length=12, choices=Scope))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="one_grant_a_role"),
            models.CheckConstraint(condition=Q(role__in=[r.value for r in Role]), name="role_known"),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="scope_known"),
        ]


class Proposal(Record):
    """Something that one person may not do alone: proposed by one, decided by another, never by whom it is about."""

    kind = internal(models.CharField(max_length=12, choices=ProposalKind))
    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))  # whom it is about
    role = internal(models.CharField(max_length=30, default=""))  # for a grant
    scope = internal(models.CharField(max_length=12, default=""))
    proposed_by = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))
    proposed_at = internal(models.DateTimeField())
    expires_at = internal(models.DateTimeField())
    outcome = internal(models.CharField(max_length=9, choices=Outcome, default=Outcome.WAITING))
    decided_by = internal(models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="nobody_decides_what_they_proposed"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("user")), name="nobody_decides_about_themselves"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.APPROVED) | Q(decided_by__isnull=False), name="approved_by_somebody"
            ),
            models.UniqueConstraint(
                fields=["kind", "user", "role"], condition=Q(outcome=Outcome.WAITING), name="one_waiting_proposal"
            ),
        ]
        indexes = [models.Index(fields=["outcome", "proposed_at"], name="proposal_waiting")]  # the pending, in order


class Invitation(Record):
    """A code with which one person sets the first password of an account. The decider gets it, not the proposer."""

    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))
    code_hash = internal(models.CharField(max_length=64))  # keyed hash: the table alone opens nothing
    made_at = internal(models.DateTimeField())
    expires_at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))  # used, or replaced by another


class StaffSession(AbstractBaseSession):
    """A sign-in. The key is a hash of the cookie, the data is encrypted under it (access/sessions.py).

    No address and no browser: whose it is, since when, and when something was last done. Exempt from the guard: the
    session middleware writes it.
    """

    session_key = internal(models.CharField(max_length=40, primary_key=True))
    session_data = internal(models.TextField())
    expire_date = internal(models.DateTimeField())  # the nearer of the two limits: idle, and since the sign-in
    user = internal(models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+"))
    started_at = internal(models.DateTimeField())
    last_act_at = internal(models.DateTimeField())  # a page that renews itself is no act

    class Meta:
        indexes = [
            models.Index(fields=["expire_date"], name="session_expiry"),  # the worker sweeps what is over
            models.Index(fields=["user"], name="session_user"),  # a worker's sign-ins, to list and to end
        ]

    @classmethod
    def get_session_store_class(cls) -> type:
        from tumpeang.access.sessions import SessionStore

        return SessionStore


class SafeguardingSeat(Record):
    """Who reads the reports about own staff: one focal point and one board member, each with a key of their own."""

    seat = internal(models.CharField(max_length=5, choices=Seat))
    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))
    since = internal(models.DateTimeField())
    until = internal(models.DateTimeField(null=True))
    key = internal(models.CharField(max_length=20, default=""))  # whose public half: focal-0002; empty: none made yet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(until=None), name="one_person_a_seat"),
            models.UniqueConstraint(fields=["user"], condition=Q(until=None), name="one_seat_a_person"),
        ]


# ---- who may open one record ---------------------------------------------------------------------------------------
# Generic on purpose: `kind` is the model's label ("intake.report") and `target` its id, so that every room uses them.


class RecordGrant(Record):
    """One record opened to one person beside the scopes."""

    kind = internal(models.CharField(max_length=40))
    target = internal(models.UUIDField())
    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))
    granted_by = internal(models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target", "user"], condition=Q(ended_at=None), name="granted_once_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["user", "kind", "target"], name="granted_to")]  # every list asks: what besides


class Restriction(Record):
    """A record that only a named list may see. It is nowhere for everybody else: not in lists, search or counts."""

    kind = internal(models.CharField(max_length=40))
    target = internal(models.UUIDField())
    about_staff = internal(models.BooleanField(default=False))  # then the safeguarding people are told, not the owner
    set_by = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))
    set_at = internal(models.DateTimeField())
    lifted_by = internal(models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+"))
    lifted_at = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            # also the index that every list asks: is this row hidden
            models.UniqueConstraint(fields=["kind", "target"], condition=Q(lifted_at=None), name="restricted_once"),
        ]


class Listed(Record):
    """Who stands on the list of a restricted record."""

    restriction = internal(models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="listed"))
    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["restriction", "user"], name="listed_once")]


class BrokenGlass(Record):
    """A record opened in an emergency by somebody who may not see it: with a reason, for a limited time."""

    vault_subject = "target"

    kind = internal(models.CharField(max_length=40))
    target = internal(models.UUIDField())
    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))
    reason = narrative(EncryptedText())
    at = internal(models.DateTimeField())
    until = internal(models.DateTimeField())

    class Meta:
        indexes = [
            models.Index(fields=["user", "until"], name="glass_open"),  # every list asks: what did I break open
            models.Index(fields=["kind", "target", "at"], name="glass_of"),  # what was broken open here
        ]


class Notice(Record):
    """Something that a worker is told: kind and ids, no content. By e-mail only that there is something."""

    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="+"))
    kind = internal(models.CharField(max_length=14, choices=NoticeKind))
    about = internal(models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+"))  # a worker, or
    target_kind = internal(models.CharField(max_length=40, default=""))  # a record
    target = internal(models.UUIDField(null=True))
    caused_by = internal(models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    seen_at = internal(models.DateTimeField(null=True))
    carried_at = internal(models.DateTimeField(null=True))  # the e-mail has left; it says only that there is something
    address = identity(EncryptedText(null=True))  # an address just replaced: told too, then emptied

    class Meta:
        indexes = [
            models.Index(fields=["user", "seen_at", "at"], name="notice_unseen"),  # every page counts them
            # the worker carries again what was not taken, each minute
            models.Index(fields=["at"], condition=Q(carried_at=None), name="notice_to_carry"),
        ]


# ---- the log and the installation ----------------------------------------------------------------------------------


class LogRow(models.Model):
    """One act. Written by the door only, never changed; rows hold ids and field names, never values.

    `hash` covers the row and the hash before it, so a row cannot be changed, moved or taken out unseen.
    """

    seq = internal(models.BigIntegerField(primary_key=True))
    at = internal(models.DateTimeField())
    actor_kind = internal(models.CharField(max_length=10))  # worker, system
    actor_id = internal(models.UUIDField(null=True))  # no foreign key: the log outlives what it tells of
    action = internal(models.CharField(max_length=60))
    outcome = internal(models.CharField(max_length=10))  # done, refused
    target_kind = internal(models.CharField(max_length=40))
    target_id = internal(models.CharField(max_length=40))
    notes = internal(models.JSONField(default=dict))  # field names, counts, id ranges
    previous = internal(models.CharField(max_length=64))
    hash = internal(models.CharField(max_length=64))

    class Meta:
        indexes = [
            models.Index(fields=["target_id", "seq"], name="log_target"),  # who saw this report
            models.Index(fields=["actor_id", "seq"], name="log_actor"),  # what did this worker do
            models.Index(fields=["action", "seq"], name="log_action"),  # the log's page: one kind of act
            models.Index(fields=["seq"], condition=Q(outcome="refused"), name="log_refused"),  # the log's page
            models.Index(fields=["at"], name="log_at"),  # the log's page: from one day to another
        ]


class Mark(Record):
    """A fact about this installation, such as that it is a demo."""

    name = internal(models.CharField(max_length=30, unique=True))
    at = internal(models.DateTimeField())

    DEMO = "demo"
