"""Workers, what they may do, and the log of what was done."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from tumpeang.access.records import Record
from tumpeang.access.roles import ROLES, Permission, Role
from tumpeang.vault.classes import identity, internal, personal
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
        """The roles granted, read once for each loaded user (that is, once a request)."""
        if not hasattr(self, "_roles"):
            self._roles = [Role(name) for name in self.grants.values_list("role", flat=True)]
        return self._roles

    def can(self, permission: Permission) -> bool:
        return self.is_active and any(permission in ROLES[role] for role in self.roles())


class RoleGrant(Record):
    user = internal(models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants"))
    role = internal(models.CharField(max_length=30))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="one_grant_a_role"),
            models.CheckConstraint(condition=models.Q(role__in=[r.value for r in Role]), name="role_exists"),
        ]


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
        ]


class Mark(Record):
    """A fact about this installation, such as that it is a demo."""

    name = internal(models.CharField(max_length=30, unique=True))
    at = internal(models.DateTimeField())

    DEMO = "demo"
