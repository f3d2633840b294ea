"""Writes of the directory: loading the gazetteer and the reference files, and noting that a number was rung.

Loading may be repeated at any time: it writes only what changed, and removes no place and no service.
Not imported by models, queries, views or urls: the public face has the directory, but no accounts and no log.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import models

from tumpeang.access import door
from tumpeang.access.door import Actor, action
from tumpeang.directory import gazetteer, rules
from tumpeang.directory.codes import organisation_types, service_types
from tumpeang.directory.models import ContactPoint, Office, Organisation, Place, PlaceAlias, Service
from tumpeang.directory.reference import read
from tumpeang.directory.spelling import search_key, sound_key

_BATCH = 2_000
_NAMESPACE = uuid5(NAMESPACE_URL, "https://tumpeang.org/directory")


class ReferenceFault(ValueError):
    """A reference file contradicts itself or the gazetteer."""


@action("directory.load_places", rule=rules.may_load)
def load_gazetteer(*, by: Actor) -> int:
    """Bring the places and their usual spellings up to date. Gives the number of rows written.

    Places that left the gazetteer are retired, since records point at them. Raises gazetteer.UnreviewedPlace.
    """
    rows = gazetteer.rows()
    old = Place.objects.values_list("id", "name_km", "name_en")
    if renamed := gazetteer.reused(old, rows):
        raise gazetteer.UnreviewedPlace(f"ids whose both names changed: {renamed[:10]}; see gazetteer.yaml")
    written = _write(Place, [_place(row) for row in rows])
    gone = set(Place.objects.filter(retired=False).values_list("id", flat=True)) - {row.id for row in rows}
    Place.objects.filter(id__in=gone).update(retired=True)
    aliases = _load_aliases()
    places = sorted(place.pk for place in written)
    door.note(count=len(places), aliases=aliases, retired=len(gone))
    if places:
        door.note(first=places[0], last=places[-1])
    return len(written) + aliases


@action("directory.load_services", rule=rules.may_load)
def load_services(*, by: Actor) -> int:
    """Bring organisations, offices, services and their contact points up to date. Gives the number of rows written.

    A contact point that left the files is deleted: a wrong number must not stay. Needs the gazetteer loaded.
    """
    organisations, services = read("organisations"), read("services")
    written = [_write(Organisation, [_organisation(entry) for entry in organisations])]
    offices = [_office(entry, of=org["slug"]) for org in organisations for entry in org.get("offices", [])]
    written.append(_write(Office, offices))
    written.append(_write(Service, _keep_checks([_service(entry) for entry in services])))
    contacts = [*_contacts(organisations, Organisation), *_contacts(services, Service)]
    _drop_other_contacts(contacts, owners={row["slug"] for row in [*organisations, *services]})
    written.append(_write(ContactPoint, contacts))
    count = sum(len(rows) for rows in written)
    door.note(count=count)
    return count


@action("directory.check_service", rule=rules.may_load, target="service")
def note_check(*, by: Actor, service: Service, on: date) -> None:
    """Somebody rang on that day, and what the directory says is true."""
    service.checked_on = on
    service.save(update_fields=["checked_on"])


def _place(row: gazetteer.PlaceRow) -> Place:
    return Place(
        **vars(row), key_km=search_key(row.name_km), key_en=search_key(row.name_en), sound_en=sound_key(row.name_en)
    )


def _load_aliases() -> int:
    """Write the usual spellings and drop those that left the file."""
    places = Place.objects.in_bulk([entry["place"] for entry in read("aliases")])
    aliases: dict[UUID, PlaceAlias] = {}
    for entry in read("aliases"):
        place = _checked_place(places, entry)
        for name in entry["names"]:
            key = search_key(name)
            if key not in {place.key_km, place.key_en}:
                id_ = _id("alias", str(place.pk), key)
                aliases[id_] = PlaceAlias(id=id_, place=place, name=name, key=key, sound=sound_key(name))
    PlaceAlias.objects.exclude(id__in=aliases).delete()
    return len(_write(PlaceAlias, aliases.values()))


def _organisation(entry: dict[str, Any]) -> Organisation:
    if entry["type"] not in organisation_types():
        raise ReferenceFault(f"organisation {entry['slug']}: there is no type {entry['type']!r}")
    fields = {key: value for key, value in entry.items() if key not in {"contacts", "offices"}}
    return Organisation(id=_id("organisation", entry["slug"]), **fields)


def _office(entry: dict[str, Any], *, of: str) -> Office:
    fields = {key: value for key, value in entry.items() if key not in {"place", "official"}}
    return Office(
        id=_id("office", entry["slug"]), organisation_id=_id("organisation", of), place=_place_of(entry), **fields
    )


def _service(entry: dict[str, Any]) -> Service:
    if entry["type"] not in service_types():
        raise ReferenceFault(f"service {entry['slug']}: there is no type {entry['type']!r}")
    elsewhere = {"organisation", "place", "official", "contacts"}
    fields = {key: value for key, value in entry.items() if key not in elsewhere}
    return Service(
        id=_id("service", entry["slug"]),
        organisation_id=_id("organisation", entry["organisation"]),
        place=_place_of(entry) if "place" in entry else None,
        **fields,
    )


def _keep_checks(services: list[Service]) -> list[Service]:
    """A check that was noted here outlives a file that does not know of it."""
    noted = dict(Service.objects.exclude(checked_on=None).values_list("id", "checked_on"))
    for service in services:
        service.checked_on = max(filter(None, (service.checked_on, noted.get(service.id))), default=None)
    return services


def _contacts(entries: Iterable[dict[str, Any]], owner: type[models.Model]) -> list[ContactPoint]:
    name = owner._meta.model_name or ""
    return [
        ContactPoint(
            id=_id("contact", name, entry["slug"], contact["kind"], contact["dialled"]),
            position=position,
            **{f"{name}_id": _id(name, entry["slug"])},
            **contact,
        )
        for entry in entries
        for position, contact in enumerate(entry.get("contacts", []))
    ]


def _drop_other_contacts(contacts: list[ContactPoint], *, owners: set[str]) -> None:
    listed = [contact.id for contact in contacts]
    of_owners = models.Q(organisation__slug__in=owners) | models.Q(service__slug__in=owners)
    ContactPoint.objects.filter(of_owners).exclude(id__in=listed).delete()


def _place_of(entry: dict[str, Any]) -> Place:
    return _checked_place(Place.objects.in_bulk([entry["place"]]), entry)


def _checked_place(places: dict[Any, Place], entry: dict[str, Any]) -> Place:
    """The place that a file names by id; its `official` name guards against a wrong number."""
    place = places.get(entry["place"])
    if place is None or place.name_en != entry["official"]:
        raise ReferenceFault(f"place {entry['place']} is not {entry['official']!r}")
    return place


def _id(*parts: str) -> UUID:
    """The same id in every installation, so that files exchanged between them agree."""
    return uuid5(_NAMESPACE, "/".join(parts))


def _write(model: type[models.Model], rows: Iterable[Any]) -> list[Any]:
    """Insert or update what differs from the table. Gives the rows written."""
    columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    old = {pk: tuple(values) for pk, *values in model._default_manager.values_list("pk", *columns)}
    changed = [row for row in rows if old.get(row.pk) != tuple(getattr(row, column) for column in columns)]
    model._default_manager.bulk_create(
        changed, batch_size=_BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=columns
    )
    return changed
