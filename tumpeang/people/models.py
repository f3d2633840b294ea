"""Persons: names in two scripts, birth with its precision, and what they can be found by; each value with its source.

Several values stand side by side: what was told by two people may differ, and both are kept. A value ends, it is never
removed. Everything that says who somebody is lies under the person's own key.
"""

from django.db import models
from django.db.models import F, Q

from tumpeang.access.records import Record
from tumpeang.people.states import ContactKind, Ended, FactKind, IdentifierKind, NameKind, Precision, Script, Source
from tumpeang.vault.classes import identity, internal, personal
from tumpeang.vault.fields import EncryptedJSON, EncryptedText

USER = "access.User"


class Person(Record):
    """Somebody. All that is known stands in the tables below."""

    made_by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    made_at = internal(models.DateTimeField())
    placed_at = internal(models.DateTimeField(null=True))  # since an upper room gave them a part in something
    erased_at = internal(models.DateTimeField(null=True))

    class Meta:
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
    place = identity(EncryptedJSON())  # {"words": as it was told, "id": of the place in the directory, if it is known}

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
    """A blind index row: exact search by phone, identifier, user name, e-mail or web address."""

    person = internal(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"))
    kind = internal(models.CharField(max_length=10))
    version = internal(models.PositiveSmallIntegerField())  # of the index key
    token = internal(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "version", "token"], name="person_token_once")]
        indexes = [
            models.Index(fields=["token", "kind"], name="person_token_find"),  # the same number told before
            models.Index(fields=["version"], name="person_token_version"),  # a rebuild finds what is old
        ]
