"""Kinds of what is known of a person, and where it is known from."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Source(TextChoices):
    """Where a value comes from. A report's id stands beside it (`source_id`)."""

    REPORT = "intake.report", _("a report")  # the label of a record: who may not open it does not see what it told
    THEMSELVES = "themselves", _("told by themselves")
    FAMILY = "family", _("told by family or friends")
    DOCUMENT = "document", _("a document that we saw")
    WORKER = "worker", _("seen by one of us")
    PARTNER = "partner", _("told by another organisation")


class Ended(TextChoices):
    """Why a value holds no more. It is never removed."""

    CHANGED = "changed", _("no longer so")
    MISTAKE = "mistake", _("written down by mistake")  # then nobody is found by it


class NameKind(TextChoices):
    GIVEN = "given", _("As it was told")
    DOCUMENT = "document", _("As on a document")
    ALIAS = "alias", _("Another name")
    NICKNAME = "nickname", _("Nickname")


class Script(TextChoices):
    KHMER = "khmr", _("Khmer")
    LATIN = "latn", _("Latin")
    OTHER = "zzzz", _("Another script")


class Precision(TextChoices):
    DAY = "day", _("to the day")
    MONTH = "month", _("to the month")
    YEAR = "year", _("to the year")
    ESTIMATED = "estimated", _("from an age that was told")


class FactKind(TextChoices):
    SEX = "sex", _("Sex")
    NATIONALITY = "nationality", _("Nationality")
    LANGUAGE = "language", _("Language")


class ContactKind(TextChoices):
    PHONE = "phone", _("Phone")
    USER_NAME = "user_name", _("User name online")
    EMAIL = "email", _("E-mail")
    ADDRESS = "address", _("Web address")


class IdentifierKind(TextChoices):
    ID_CARD = "id_card", _("Identity card")
    BIRTH_CERTIFICATE = "birth_certificate", _("Birth certificate")
    PASSPORT = "passport", _("Passport")
    FAMILY_BOOK = "family_book", _("Family book")
    OTHER = "other", _("Another number")


class Joining(TextChoices):
    """Whether two records are of one person."""

    WAITING = "waiting", _("Waits for a second person")  # set by who says so
    AGREED = "agreed", _("One person")  # set by a second person
    REFUSED = "refused", _("Not agreed")  # set by a second person, or taken back by who said so


class PairDecision(TextChoices):
    """What somebody said of two records that may be of one person. It is remembered, and can be said anew."""

    OPEN = "open", _("Nobody has looked yet")  # set by the worker process
    SAME = "same", _("The same person")  # with it a joining waits for a second person
    DIFFERENT = "different", _("Two people")
    LATER = "later", _("Later")  # comes back when something new is known of one of them


class ImportState(TextChoices):
    """How far a list of people is."""

    READ = "read", _("Read: say what the columns hold")  # set when a file comes in
    LOOKING = "looking", _("Looking for people who are known already")  # set by who said what the columns hold
    READY = "ready", _("Ready to be decided")  # set by the worker process
    WRITING = "writing", _("Being written down")  # set by who decided
    WRITTEN = "written", _("Written down")  # set by the worker process; the file is destroyed
    DROPPED = "dropped", _("Not brought in")  # set by who decided; the file is destroyed
    UNDOING = "undoing", _("Being taken back")  # set by who took it back
    UNDONE = "undone", _("Taken back")  # set by the worker process
