"""Reports about own staff: what their two readers wrote, and who is kept out."""

from django.db import models

from tumpeang.access.records import Record
from tumpeang.intake.models.report import USER
from tumpeang.intake.states import NoteKind
from tumpeang.vault.classes import internal


class SealedNote(Record):
    """What the safeguarding people wrote on a report about own staff: sealed to them, like the report itself."""

    report = internal(models.UUIDField())  # no foreign key: such a report has no row here
    kind = internal(models.CharField(max_length=8, choices=NoteKind))
    sealed = internal(models.BinaryField())
    recipient = internal(models.CharField(max_length=60))  # which private halves open it
    written_by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="sealed_note_order")]  # the file, in order


class KeptOut(Record):
    """Somebody whom a report about own staff names: never among its readers, whoever they are."""

    report = internal(models.UUIDField())
    user = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))  # null: the reporter
    at = internal(models.DateTimeField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "user"], name="kept_out_once")]
