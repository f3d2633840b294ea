"""Every read of the directory. All of it is public, so nothing here asks who reads.

Typed places are found in either script and in the way people spell; why plain indexes do for that is measured in
docs/decisions/place-search.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils.translation import gettext

from tumpeang.directory.codes import Code, service_types
from tumpeang.directory.models import ContactPoint, Place, PlaceAlias, Service
from tumpeang.directory.prefix import Prefix  # noqa: F401  registers `__prefix`
from tumpeang.directory.spelling import search_key, sound_key, split_kind, split_path

# ---- numbers to call now -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EmergencyNumber:
    number: str  # as printed
    link: str  # as dialled, with its scheme
    what: str  # who answers, whether it is free, when
    free: bool
    police: bool


@dataclass(frozen=True)
class EmergencyNumbers:
    """The tap-to-call block (template part: directory/numbers.html)."""

    all: tuple[EmergencyNumber, ...]  # in the order in which they are shown

    @property
    def not_police(self) -> str:
        """The numbers for somebody who fears the police, as words: the free one first."""
        others = sorted((n for n in self.all if not n.police), key=lambda number: not number.free)
        return f" {gettext('or')} ".join(number.number for number in others)


def emergency_numbers() -> EmergencyNumbers:
    """In the active language, from one query."""
    contacts = (
        ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE, service__retired=False)
        .exclude(service__emergency_rank=None)
        .select_related("service")
        .order_by("service__emergency_rank", "position")
    )
    return EmergencyNumbers(tuple(_number(contact, contact.service) for contact in contacts if contact.service))


def _number(contact: ContactPoint, service: Service) -> EmergencyNumber:
    return EmergencyNumber(
        number=contact.printed,
        link=contact.link,
        what=" · ".join(filter(None, [service.name, gettext("free") if service.free else "", service.hours])),
        free=bool(service.free),
        police=service.type == "police",
    )


# ---- services ----------------------------------------------------------------------------------------------------


def offered_needs() -> list[Code]:
    """The kinds of help that some service offers, in the order of the code list."""
    offered = set(Service.objects.filter(retired=False).values_list("type", flat=True).distinct())
    return [code for slug, code in service_types().items() if slug in offered and not code.retired]


def services_near(need: str, place: Place | None) -> list[Service]:
    """Services of a kind ("" for any): the most specific place first, then those for the whole country.

    Without a place: those for the whole country first, then all others.
    """
    contacts = Prefetch("contacts", ContactPoint.objects.order_by("position"))
    services = (
        Service.objects.filter(retired=False)
        .select_related("organisation", "place__province", "place__district", "place__commune")
        .prefetch_related(contacts, Prefetch("organisation__contacts", ContactPoint.objects.order_by("position")))
    )
    if need:
        services = services.filter(type=need)
    if place:
        services = services.filter(Q(place=None) | Q(place__province=place.province_id))
    return sorted(services, key=lambda service: (_distance(service, place), service.type, service.name_en))


def _distance(service: Service, place: Place | None) -> int:
    if service.place is None:
        return 5 if place else 0
    if place is None:
        return 1
    # A hidden service counts by its province alone: otherwise asking village by village would find it.
    levels = ["province_id"] if service.hides_address else ["pk", "commune_id", "district_id", "province_id"]
    ours = [getattr(place, level) for level in levels]
    theirs = [getattr(service.place, level) for level in levels]
    shared = [bool(our) and our == their for our, their in zip(ours, theirs, strict=True)]
    return 5 - len(shared) + shared.index(True) if True in shared else 5


# ---- places ------------------------------------------------------------------------------------------------------

LONGEST_TEXT = 200  # more is not the name of a place
_CHOICES = 12
_INFIX_FROM = 3  # shorter keys stand inside too many names to mean one
_SOUND_POOL = 200
_AREAS = 50
_LARGEST_FIRST = Case(
    *(When(kind=kind, then=Value(rank)) for rank, kind in enumerate(Place.Kind.values)), output_field=IntegerField()
)


class How(IntEnum):
    """How a typed place was found, best first."""

    EXACT = 0
    BEGINNING = 1
    INSIDE = 2
    SOUND = 3
    SURROUNDINGS = 4


@dataclass(frozen=True)
class Hit:
    place: Place
    how: How


def places() -> QuerySet[Place]:
    """Places of the gazetteer, with what their paths need."""
    return Place.objects.filter(retired=False).select_related("province", "district", "commune")


def provinces() -> list[Place]:
    return children_of(None)


def children_of(place_id: int | None) -> list[Place]:
    """The places right below (None: the provinces), by name in the active language."""
    return sorted(places().filter(parent=place_id), key=lambda place: place.name)


def find_place(place_id: str | int) -> Place | None:
    """The place with this id, however it was typed; None when there is none."""
    text = str(place_id)
    return places().filter(pk=int(text)).first() if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004


def lineages(ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """For each of these places the ids from its province down to itself. One query."""
    rows = Place.objects.filter(pk__in=set(ids)).only("pk", "province", "district", "commune")
    return {place.pk: tuple(reversed(place.lineage)) for place in rows}


def province_of(place_id: int | None) -> Place | None:
    """The province that a place lies in (a province: itself); None when there is no such place."""
    place = find_place(place_id) if place_id else None
    return place and place.province


def place_path(place: Place) -> str:
    """ "village, commune, district, province" in the active language. No query for places from this module."""
    return place.path


def search_places(text: str, limit: int = _CHOICES) -> list[Place]:
    """Places by a name in either script, however spelt; best first, then the larger first."""
    return [hit.place for hit in search(text, limit)]


def resolve_place(text: str) -> Place | list[Place]:
    """The place that was typed; or those that could be meant, none of them surely (perhaps no place at all).

    Of several places with just this name, the one that contains all others is taken: it claims the least. A village
    or commune that happens to be named like a province does not count against the province.
    """
    hits = search(text, _CHOICES)
    exact = [hit.place for hit in hits if hit.how is How.EXACT]
    if len(exact) < _CHOICES:
        for place in exact:
            if all(place.pk in other.lineage or _namesake(other, place) for other in exact):
                return place
    return [hit.place for hit in hits]


def _namesake(other: Place, place: Place) -> bool:
    return place.kind == Place.Kind.PROVINCE and other.kind in {Place.Kind.COMMUNE, Place.Kind.VILLAGE}


def search(text: str, limit: int) -> list[Hit]:
    """Like `search_places`, and says how each was found. "Aksar, Phnom Penh" is understood in both orders."""
    parts = split_path(text[:LONGEST_TEXT])
    readings = [(named[0], *_inside(named[1:])) for named in (parts, parts[::-1]) if named]
    for name, inside, all_known in sorted(readings, key=lambda reading: not reading[2]):
        hits = _search_name(name, inside, limit)
        if hits:
            return hits if all_known else [Hit(hit.place, How.SURROUNDINGS) for hit in hits]
    for part in parts[1:]:  # nobody knows the smallest part: its surroundings are better than nothing
        hits = _search_name(part, Q(), limit)
        if hits:
            return [Hit(hit.place, How.SURROUNDINGS) for hit in hits]
    return []


def _search_name(name: str, inside: Q, limit: int) -> list[Hit]:
    hits = _named(name, inside, limit)
    key = search_key(name)
    if len(hits) < limit and len(key) >= _INFIX_FROM:
        known = [hit.place.pk for hit in hits]
        within = places().filter(inside, Q(key_km__contains=key) | Q(key_en__contains=key)).exclude(pk__in=known)
        hits += [
            Hit(place, How.INSIDE) for place in within.order_by(_LARGEST_FIRST, "key_en", "pk")[: limit - len(hits)]
        ]
    return hits or _sounding_like(name, inside, limit)


def _named(name: str, inside: Q, limit: int) -> list[Hit]:
    """Places whose name is, or begins with, `name`; if there are none, without the kind of place that it says."""
    hits = _beginning_with(search_key(name), inside, limit)
    kind, bare = split_kind(name)
    if hits or kind is None:
        return hits
    key = search_key(bare)
    return _beginning_with(key, inside & Q(kind=kind), limit) or _beginning_with(key, inside, limit)


def _beginning_with(key: str, inside: Q, limit: int) -> list[Hit]:
    # Aliases are few: read first, so that the database can answer the rest from its two indexes.
    aliases = list(PlaceAlias.objects.filter(key__prefix=key).values_list("place_id", "key"))
    exact = Q(key_km=key) | Q(key_en=key) | Q(pk__in=[id_ for id_, alias in aliases if alias == key])
    beginning = Q(key_km__prefix=key) | Q(key_en__prefix=key) | Q(pk__in=[id_ for id_, _ in aliases])
    found = places().filter(beginning, inside)
    found = found.annotate(how=Case(When(exact, then=Value(How.EXACT.value)), default=Value(How.BEGINNING.value)))
    ordered = found.order_by("how", _LARGEST_FIRST, "key_en", "pk")[:limit]
    return [Hit(place, How(place.how)) for place in ordered]


def _sounding_like(name: str, inside: Q, limit: int) -> list[Hit]:
    kind, bare = split_kind(name)
    sound, key = sound_key(bare), search_key(bare)
    if not sound:
        return []
    aliases = list(PlaceAlias.objects.filter(sound=sound).values_list("place_id", flat=True))
    alike = places().filter(Q(sound_en__prefix=sound) | Q(pk__in=aliases), inside)
    if kind and alike.filter(kind=kind).exists():
        alike = alike.filter(kind=kind)
    pool = list(alike.order_by(_LARGEST_FIRST, "sound_en", "pk")[:_SOUND_POOL])
    pool.sort(key=lambda place: -SequenceMatcher(None, key, place.key_en).ratio())
    return [Hit(place, How.SOUND) for place in pool[:limit]]


def _inside(areas: list[str]) -> tuple[Q, bool]:
    """A condition: inside a place of each of these names; and whether all are known. Unknown ones are left out."""
    condition, all_known = Q(), True
    no_village = ~Q(kind=Place.Kind.VILLAGE)
    for area in areas:
        hits = _named(area, no_village, _AREAS) or _sounding_like(area, no_village, _AREAS)
        exact = [hit.place.pk for hit in hits if hit.how is How.EXACT]
        ids = exact or [hit.place.pk for hit in hits]
        if ids:
            condition &= Q(province__in=ids) | Q(district__in=ids) | Q(commune__in=ids)
        all_known = all_known and bool(ids)
    return condition, all_known
