"""The four words that a reporter sees."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    RECEIVED = "received", _("Received")  # set when the report is dropped in
    READ = "read", _("Read")  # set when a worker opens the account
    ACTING = "acting", _("We are acting")  # set by a worker
    ENDED = "ended", _("Ended")  # set by a worker, with a last answer


MEANINGS = {
    State.RECEIVED: _("What you sent is with us. Nobody has read it yet."),
    State.READ: _("Someone of us has read it and thinks about what to do."),
    State.ACTING: _("We are doing something about it. We may not be able to say what."),
    State.ENDED: _("We have done what we could. You can still write to us here."),
}
