"""What the public process may write. Exempt from the door: this process has neither accounts nor the log.

On PostgreSQL its role may insert sealed reports but not select them (config/database_roles.py).
"""

import uuid

from django.db import models

from tumpeang.letterbox.states import State
from tumpeang.vault.classes import internal


class Draft(models.Model):
    """A report being written. Encrypted under a key that only the reporter's cookie holds; two hours at most."""

    id = internal(models.UUIDField(primary_key=True, editable=False))  # derived from the cookie, one way
    sealed = internal(models.BinaryField())  # AES-GCM under a key derived from the cookie
    expires_at = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="draft_expiry")]  # the worker sweeps what is over


class SealedReport(models.Model):
    """A report as it was dropped in. Gone as soon as the staff side has re-encrypted it."""

    id = internal(models.UUIDField(primary_key=True, editable=False))  # derived from the draft: sent twice is one row
    recipient = internal(models.CharField(max_length=60))  # hotline-0001: which private half, or halves, open it
    sealed = internal(models.BinaryField())
    received_at = internal(models.DateTimeField())
    urgent = internal(models.BooleanField(default=False))  # of those for the safeguarding people only: ring until read

    class Meta:
        # the worker takes the oldest first, and asks whether an old private half is still waited for
        indexes = [models.Index(fields=["recipient", "received_at"], name="sealed_waiting")]


class Dialogue(models.Model):
    """Where answers for one receipt lie. Says nothing about the report but that there is one."""

    locator = internal(models.BinaryField(max_length=16, unique=True))
    id = internal(models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False))
    report = internal(models.UUIDField(unique=True))  # no foreign key: the sealed report goes away
    reporter_key = internal(models.BinaryField(max_length=32))  # public half: answers are sealed to it
    recipient = internal(models.CharField(max_length=60))  # whom the reporter's further words are sealed to
    state = internal(models.CharField(max_length=8, choices=State, default=State.RECEIVED))
    opened_at = internal(models.DateTimeField())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(state__in=State.values), name="dialogue_state_known")]


class Message(models.Model):
    """One message of a dialogue, sealed to whoever is to read it."""

    id = internal(models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False))
    dialogue = internal(models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="+"))
    from_reporter = internal(models.BooleanField())
    recipient = internal(models.CharField(max_length=60, default=""))  # for the reporter's words: which private half
    sealed = internal(models.BinaryField())
    at = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["dialogue", "at"], name="message_order")]  # both sides read in order


class Closure(models.Model):
    """A reporter's "stop using this code". A row of its own, because the public role may only insert."""

    dialogue = internal(models.OneToOneField(Dialogue, on_delete=models.PROTECT, primary_key=True, related_name="+"))
    at = internal(models.DateTimeField())
