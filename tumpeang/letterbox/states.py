"""The four words that a reporter sees."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    RECEIVED = "received", _("Received")  # set when the report is dropped in
    READ = "read", _("Read")  # set when a worker opens the account
    ACTING = "acting", _("We are acting")  # set by a worker
    ENDED = "ended", _("Ended")  # set by a worker, with a last answer
