"""Places, organisations and services: what may stand on a poster, except addresses that keep children safe.

Both faces read these tables; only actions write them.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tumpeang.access.records import Record
from tumpeang.directory.bilingual import Named, spoken
from tumpeang.vault.classes import internal, public

# The services whose address is never public; codes.py has the same in `hidden_address`, and a test compares.
HIDDEN_ADDRESS_TYPES = ("shelter", "foster_care", "kinship_care")


def _up() -> Any:
    """A key to a place above, or to the place itself."""
    return models.ForeignKey("directory.Place", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)


def _key() -> Any:
    """A normalised form to search in (spelling.py)."""
    return models.CharField(max_length=100, blank=True, default="")


class Place(Named, Record):
    """A province, district, commune or village. Its id is ours and never changes; its official code may."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("province")
        DISTRICT = "district", _("district")
        COMMUNE = "commune", _("commune")
        VILLAGE = "village", _("village")

    id = public(models.PositiveIntegerField(primary_key=True))  # type: ignore[assignment]  # made in gazetteer.py
    kind = public(models.CharField(max_length=8, choices=Kind))
    code = public(models.CharField(max_length=8))  # not unique: the source gives 26 codes to several villages
    name_km = public(models.CharField(max_length=80))
    name_en = public(models.CharField(max_length=80))
    parent = public(models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False))
    # The places above and the place itself, so that a path, or "in the same province", needs no recursion.
    province = public(_up())
    district = public(_up())
    commune = public(_up())
    key_km = public(_key())
    key_en = public(_key())
    sound_en = public(_key())
    retired = internal(models.BooleanField(default=False))  # no longer in the gazetteer; records still point at it

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="place_stands_below_its_parent",
                condition=(
                    Q(kind="province", parent=None, province=F("id"), district=None, commune=None)
                    | Q(kind="district", parent=F("province"), district=F("id"), commune=None)
                    | Q(kind="commune", parent=F("district"), commune=F("id"), province__isnull=False)
                    | Q(kind="village", parent=F("commune"), district__isnull=False, province__isnull=False)
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["parent"], name="place_children"),  # choosing from lists, level by level
            # typed places, by their beginning (prefix.py says why the operator class)
            models.Index(fields=["key_km"], name="place_by_khmer", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["key_en"], name="place_by_latin", opclasses=["varchar_pattern_ops"]),
            # typed places that nothing else found
            models.Index(fields=["sound_en"], name="place_by_sound", opclasses=["varchar_pattern_ops"]),
        ]

    @property
    def lineage(self) -> tuple[int, ...]:
        """Ids from the place itself up to its province."""
        ids = (self.pk, self.commune_id, self.district_id, self.province_id)
        return tuple(dict.fromkeys(id_ for id_ in ids if id_))

    @property
    def path(self) -> str:
        """Names from the place itself up to its province. Select the three keys with it: each costs a query."""
        above = [place for place in (self.commune, self.district, self.province) if place and place.pk != self.pk]
        return ", ".join(place.name for place in (self, *above))


class PlaceAlias(Record):
    """A usual spelling that differs from the official name by more than case, spaces and accents."""

    place = public(models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False))
    name = public(models.CharField(max_length=80))
    key = public(_key())
    sound = public(_key())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "key"], name="alias_once_per_place")]
        indexes = [
            models.Index(fields=["key"], name="alias_by_key", opclasses=["varchar_pattern_ops"]),  # typed places
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(Named, Record):
    """Police, an NGO, a network: whoever offers services or works with us."""

    slug = public(models.SlugField(max_length=60, unique=True))
    type = public(models.CharField(max_length=40))  # reference/organisation_types.yaml
    name_km = public(models.CharField(max_length=160))
    name_en = public(models.CharField(max_length=160))
    short_name = public(models.CharField(max_length=20, blank=True, default=""))
    founded = public(models.PositiveSmallIntegerField(null=True, blank=True))
    retired = internal(models.BooleanField(default=False))


class Addressed(models.Model):
    """An address in two languages that is shown only where `address_public` allows it."""

    address_km = internal(models.CharField(max_length=200, blank=True, default=""))
    address_en = internal(models.CharField(max_length=200, blank=True, default=""))
    address_public = internal(models.BooleanField(default=False))

    class Meta:
        abstract = True

    @property
    def public_address(self) -> str:
        """The address, or "" when it must not be shown. Templates use this one only."""
        return spoken(self.address_km, self.address_en) if self.address_public else ""


class Office(Addressed, Record):
    """Where an organisation works from. Years only: the sources know no more."""

    slug = public(models.SlugField(max_length=60, unique=True))
    organisation = public(models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offices"))
    place = public(models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+"))
    opened = public(models.PositiveSmallIntegerField(null=True, blank=True))
    closed = public(models.PositiveSmallIntegerField(null=True, blank=True))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="office_opens_before_it_closes",
                condition=Q(opened=None) | Q(closed=None) | Q(closed__gte=F("opened")),
            )
        ]

    def __str__(self) -> str:
        return self.slug


class Service(Named, Addressed, Record):
    """What somebody who needs help can turn to."""

    slug = public(models.SlugField(max_length=60, unique=True))
    organisation = public(models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services"))
    type = public(models.CharField(max_length=40))  # reference/service_types.yaml
    place = public(models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"))
    name_km = public(models.CharField(max_length=160))
    name_en = public(models.CharField(max_length=160))
    offers_km = public(models.CharField(max_length=300))
    offers_en = public(models.CharField(max_length=300))
    hours_km = public(models.CharField(max_length=120, blank=True, default=""))  # blank: not known
    hours_en = public(models.CharField(max_length=120, blank=True, default=""))
    for_whom_km = public(models.CharField(max_length=160, blank=True, default=""))
    for_whom_en = public(models.CharField(max_length=160, blank=True, default=""))
    free = public(models.BooleanField(null=True, blank=True))  # null: not known
    checked_on = public(models.DateField(null=True, blank=True))  # when somebody last rang and asked
    emergency_rank = public(models.PositiveSmallIntegerField(null=True, blank=True))  # tap-to-call order
    retired = internal(models.BooleanField(default=False))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hidden_services_show_no_address",
                condition=~Q(type__in=HIDDEN_ADDRESS_TYPES) | Q(address_public=False),
            ),
        ]
        indexes = [models.Index(fields=["type"], name="service_by_type")]  # the page of services near a place

    @property
    def offers(self) -> str:
        return spoken(self.offers_km, self.offers_en)

    @property
    def hours(self) -> str:
        return spoken(self.hours_km, self.hours_en)

    @property
    def for_whom(self) -> str:
        return spoken(self.for_whom_km, self.for_whom_en)

    @property
    def area(self) -> str:
        """Where it is, or "" for the whole country. Of a hidden service no more than the province is told."""
        if self.place is None:
            return ""
        return self.place.province.name if self.hides_address else self.place.path

    @property
    def hides_address(self) -> bool:
        return self.type in HIDDEN_ADDRESS_TYPES

    @property
    def ways(self) -> list["ContactPoint"]:
        """How to reach it: its own contact points, or else its organisation's. Prefetch both."""
        return list(self.contacts.all()) or list(self.organisation.contacts.all())


class ContactPoint(Record):
    """A phone, an e-mail address or a website, of an organisation or of one of its services. Never a person's."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("phone")
        EMAIL = "email", _("e-mail")
        WEBSITE = "website", _("website")

    organisation = public(
        models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    )
    service = public(
        models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    )
    kind = public(models.CharField(max_length=7, choices=Kind))
    dialled = public(models.CharField(max_length=200))  # what the phone or the browser is given
    printed = public(models.CharField(max_length=200))  # what people read
    position = internal(models.PositiveSmallIntegerField(default=0))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="contact_has_one_owner",
                condition=Q(organisation=None, service__isnull=False) | Q(organisation__isnull=False, service=None),
            ),
            models.CheckConstraint(name="contact_kind_is_known", condition=Q(kind__in=["phone", "email", "website"])),
        ]

    def __str__(self) -> str:
        return self.printed

    @property
    def link(self) -> str:
        scheme = {self.Kind.PHONE.value: "tel:", self.Kind.EMAIL.value: "mailto:"}
        return scheme.get(self.kind, "") + self.dialled
