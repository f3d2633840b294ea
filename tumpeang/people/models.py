"""Persons: names in two scripts, birth with its precision, and what they can be found by; each value with its source.

Several values stand side by side: what was told by two people may differ, and both are kept. A value ends, it is never
removed. Everything that says who somebody is lies under the person's own key.
"""

from django.db import models
from django.db.models import F, Q

from tumpeang.access.records import Record
from tumpeang.people.states import (
    ContactKind,
    Ended,
    FactKind,
    IdentifierKind,
    ImportState,
    Joining,
    NameKind,
    PairDecision,
    Precision,
    Script,
    Source,
)
from tumpeang.vault.classes import identity, internal, personal
from tumpeang.vault.fields import EncryptedJSON, EncryptedText

USER = "access.User"


class Person(Record):
    """Somebody. All that is known stands in the tables below."""

    made_by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    made_at = internal(models.DateTimeField())
    placed_at = internal(models.DateTimeField(null=True))  # since an upper room gave them a part in something
    erased_at = internal(models.DateTimeField(null=True))
    number = internal(models.IntegerField(null=True, unique=True))  # in the index; none once erased
    indexed = internal(models.IntegerField(default=0))  # the generation of their rows there (tokens.py)
    same_as = internal(
        models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    )  # the oldest record of the same person; follows from SamePerson

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(same_as=F("id")), name="not_the_same_as_oneself")]
        indexes = [
            # whom a worker made and has given no part yet (queries.visible_to)
            models.Index(fields=["made_by", "made_at"], condition=Q(placed_at=None), name="person_fresh"),
        ]


class Said(Record):
    """A value about a person, with where it is from, who wrote it down and when."""

    vault_subject = "person_id"

    person = internal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"))
    source = internal(models.CharField(max_length=20, choices=Source))
    source_id = internal(models.UUIDField(null=True))  # of the report
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))
    ended_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    ended_as = internal(models.CharField(max_length=7, choices=Ended, default=""))

    class Meta:
        abstract = True


class PersonName(Said):
    kind = internal(models.CharField(max_length=9, choices=NameKind, default=NameKind.GIVEN))
    script = internal(models.CharField(max_length=4, choices=Script))
    name = identity(EncryptedText())  # as it was given or written, in its own order

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="names_of")]  # a person's page


class PersonBirth(Said):
    """Between which days somebody was born: a day, a month, a year, or what an age on a day allows (birth.py)."""

    first_year = personal(models.PositiveSmallIntegerField())
    last_year = personal(models.PositiveSmallIntegerField())
    born = identity(EncryptedText())  # 2012, 2012-05, 2012-05-03 or 2013-11-22/2016-11-21
    precision = internal(models.CharField(max_length=9, choices=Precision))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_year__gte=1850, last_year__lte=2150, first_year__lte=F("last_year")),
                name="birth_years_plausible",
            ),
        ]
        indexes = [models.Index(fields=["person", "at"], name="births_of")]  # a person's page


class PersonFact(Said):
    """What describes somebody and does not find them."""

    kind = internal(models.CharField(max_length=11, choices=FactKind))
    value = personal(models.CharField(max_length=30))  # a slug: sex of choices.py, ISO 3166-1 alpha-2, a language

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="facts_of")]  # a person's page


class PersonContact(Said):
    """A way to reach or to recognise a person. `safe` is what was said, no permission to use it."""

    kind = internal(models.CharField(max_length=9, choices=ContactKind))
    value = identity(EncryptedText())
    safe = internal(models.BooleanField(null=True))  # null: nobody was asked

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="contacts_of")]  # a person's page


class PersonIdentifier(Said):
    kind = internal(models.CharField(max_length=17, choices=IdentifierKind))
    value = identity(EncryptedText())

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="identifiers_of")]  # a person's page


class PersonPlace(Said):
    """Where a person lives or lived: the district in clear, anything finer under the person's key."""

    district = personal(models.ForeignKey("directory.Place", null=True, on_delete=models.PROTECT, related_name="+"))
    # {"words": as it was told, "id": of the place in the directory, "since", "until": ISO, as far as each is known}
    place = identity(EncryptedJSON())

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="places_of")]  # a person's page


class Relation(Said):
    """`person` is <kind> of `other`: mother of, brother of, works with."""

    other = internal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"))
    kind = personal(models.CharField(max_length=30))  # a slug of relations.py

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("other")), name="related_to_another"),
            models.UniqueConstraint(
                fields=["person", "other", "kind"], condition=Q(ended_at=None), name="related_once_in_a_way"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "at"], name="relations_of"),  # both persons' pages show it
            models.Index(fields=["other"], name="relations_to"),
        ]


class PersonToken(Record):
    """That a person is found by a token: the blind index of names, phones, numbers of documents and the rest.

    Its kind cannot be seen. On SQLite these are its rows; on PostgreSQL a person's tokens stand in one array. So it is
    read and written by postings.py alone.
    """

    id = None  # type: ignore[assignment]
    pk = internal(models.CompositePrimaryKey("token", "number"))
    token = internal(models.IntegerField())
    number = internal(models.IntegerField())  # of the person


class SamePerson(Record):
    """Two records are of one person: said by one worker, agreed to by another, ended when they were taken apart.

    Nothing is moved and nothing copied: whoever reads puts together what is linked (together.py). `chosen`: which value
    stands first where the records differ, by kind: the ids of the values.
    """

    one = internal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"))  # the smaller id
    other = internal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"))
    chosen = internal(models.JSONField(default=dict))
    outcome = internal(models.CharField(max_length=7, choices=Joining, default=Joining.WAITING))
    proposed_by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    proposed_at = internal(models.DateTimeField())
    decided_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))
    ended_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    ended_at = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="same_person_in_order"),
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(outcome=Joining.WAITING), name="one_joining_waits"
            ),
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(outcome=Joining.AGREED, ended_at=None), name="joined_once"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Joining.AGREED)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")) & Q(decided_at__isnull=False),
                name="nobody_joins_people_alone",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(outcome=Joining.AGREED, ended_by__isnull=False),
                name="what_was_joined_is_taken_apart",
            ),
        ]
        indexes = [
            # what waits for a second person
            models.Index(fields=["proposed_at"], condition=Q(outcome=Joining.WAITING), name="joining_waiting"),
        ]


class Pair(Record):
    """Two records that may be of one person, as the declared model found; and what somebody said of it."""

    one = internal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"))  # the smaller id
    other = internal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"))
    weight = internal(models.FloatField())  # of the model, in bits
    model = internal(models.CharField(max_length=40))  # which version of it
    found_at = internal(models.DateTimeField())
    decision = internal(models.CharField(max_length=9, choices=PairDecision, default=PairDecision.OPEN))
    decided_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="pair_in_order"),
            models.UniqueConstraint(fields=["one", "other"], name="pair_once"),
            models.CheckConstraint(
                condition=Q(decision=PairDecision.OPEN) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_pair_is_decided_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["decision", "-weight", "id"], name="pair_queue")]  # the queue, heaviest first


class ToCompare(Record):
    """Somebody of whom something new is known: the worker process compares them with others, and takes the row away."""

    person = internal(models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+"))
    since = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["since"], name="to_compare_next")]  # who has waited longest


# ---- lists of people that are brought in ---------------------------------------------------------------------------


class PersonImport(Record):
    """A list of people from a file. What the file holds lies under a key of its own, destroyed once it is decided."""

    vault_subject = "id"

    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    team = internal(models.ForeignKey("access.Team", null=True, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    file_name = identity(EncryptedText(null=True))  # names of files tell of people
    table = identity(EncryptedJSON(null=True))  # {"head": [...], "lines": [[number, [cell, ...]], ...]}
    found = identity(EncryptedJSON(null=True))  # what was found for each line (import_lines.py)
    fingerprint = internal(models.BigIntegerField())  # a keyed hash of the file: it is not brought in twice
    version = internal(models.PositiveSmallIntegerField())  # of the index key
    columns = internal(models.JSONField(default=list))  # what each column holds: slugs of import_columns.py
    source = internal(models.CharField(max_length=20, choices=Source))
    state = internal(models.CharField(max_length=9, choices=ImportState, default=ImportState.READ))
    lines = internal(models.PositiveIntegerField())  # of people, without the heading
    reached = internal(models.PositiveIntegerField(default=0))  # lines looked at, written, or taken back
    kept_back = internal(models.JSONField(default=list))  # numbers of lines that were not written
    known = internal(models.JSONField(default=list))  # ids of people who were known: their lines were left out
    decided_at = internal(models.DateTimeField(null=True))
    undone_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    undone_at = internal(models.DateTimeField(null=True))

    class Meta:
        indexes = [
            models.Index(fields=["state", "at"], name="import_to_do"),  # the worker process goes on with these
            models.Index(fields=["fingerprint"], name="import_same_file"),  # was this file brought in before
        ]


class ImportedPerson(Record):
    """Who was made from which line of a list: until somebody used them, bringing them in can be undone."""

    of = internal(models.ForeignKey(PersonImport, on_delete=models.PROTECT, related_name="+"))
    person = internal(models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+"))
    line = internal(models.PositiveIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "line"], name="one_person_a_line")]
