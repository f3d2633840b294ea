import copy
from datetime import date
from typing import Any

import phonenumbers
import pytest
from django.db import IntegrityError, transaction

from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied
from tumpeang.access.records import OutsideAction, writing
from tumpeang.directory import actions, codes, gazetteer
from tumpeang.directory.models import (
    HIDDEN_ADDRESS_TYPES,
    ContactPoint,
    Office,
    Organisation,
    Place,
    PlaceAlias,
    Service,
)
from tumpeang.directory.reference import read

pytestmark = pytest.mark.usefixtures("directory")


class Nobody:
    kind = "nobody"
    id = None

    def can(self, permission: object) -> bool:
        return False


def test_everything_is_loaded() -> None:
    assert Place.objects.filter(retired=False).count() == 25 + 210 + 1661 + 14576
    assert Organisation.objects.count() == 8
    assert Office.objects.get(slug="aple-battambang").closed == 2015
    assert Service.objects.exclude(checked_on=None).count() == 0


def test_loading_again_writes_nothing() -> None:
    assert actions.load_gazetteer(by=SYSTEM) == 0
    assert actions.load_services(by=SYSTEM) == 0


def test_only_who_may_load_reference_data_loads() -> None:
    with pytest.raises(Denied):
        actions.load_gazetteer(by=Nobody())
    with pytest.raises(Denied):
        actions.load_services(by=Nobody())


def test_nothing_is_written_outside_an_action() -> None:
    with pytest.raises(OutsideAction):
        Place.objects.filter(pk=12).update(name_en="X")
    with pytest.raises(OutsideAction):
        Service.objects.get(slug="police-1288").save()


def test_a_place_that_left_the_gazetteer_is_retired_and_may_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = gazetteer.rows()
    monkeypatch.setattr(gazetteer, "rows", lambda: [row for row in rows if row.id != 1020101])
    actions.load_gazetteer(by=SYSTEM)
    assert Place.objects.get(pk=1020101).retired
    monkeypatch.undo()
    assert actions.load_gazetteer(by=SYSTEM) == 1
    assert not Place.objects.get(pk=1020101).retired


def test_a_code_given_to_another_place_stops_the_loading() -> None:
    with writing():
        Place.objects.filter(pk=1020101).update(name_km="ផ្សេង", name_en="Other")
    with pytest.raises(gazetteer.UnreviewedPlace, match="1020101"):
        actions.load_gazetteer(by=SYSTEM)


def _with_file(monkeypatch: pytest.MonkeyPatch, name: str, content: Any) -> None:
    monkeypatch.setattr(actions, "read", lambda wanted: content if wanted == name else read(wanted))


def test_a_wrong_number_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    services = copy.deepcopy(read("services"))
    services[0]["contacts"][0] |= {"dialled": "117", "printed": "117"}
    _with_file(monkeypatch, "services", services)
    actions.load_services(by=SYSTEM)
    assert list(ContactPoint.objects.filter(service__slug="police-1288").values_list("dialled", flat=True)) == ["117"]


def test_a_check_outlives_the_next_loading() -> None:
    service = Service.objects.get(slug="aple-hotline")
    actions.note_check(by=SYSTEM, service=service, on=date(2026, 11, 2))
    actions.load_services(by=SYSTEM)
    service.refresh_from_db()
    assert service.checked_on == date(2026, 11, 2)


@pytest.mark.parametrize(
    "fault", [{"type": "astrology"}, {"place": 17, "official": "Kampot"}, {"place": 999, "official": "Kampot"}]
)
def test_a_file_that_contradicts_itself_is_refused(monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]) -> None:
    services = copy.deepcopy(read("services"))
    services[0] |= fault
    _with_file(monkeypatch, "services", services)
    with pytest.raises(actions.ReferenceFault):
        actions.load_services(by=SYSTEM)


def test_the_database_keeps_a_shelters_address_from_being_public() -> None:
    with writing(), pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(slug="aple-shelter").update(address_public=True)


def test_the_database_keeps_places_below_their_parents() -> None:
    with writing(), pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(pk=1020101).update(parent=12)


def test_hidden_services_are_the_same_in_list_and_constraint() -> None:
    assert {code.slug for code in codes.service_types().values() if code.hidden_address} == set(HIDDEN_ADDRESS_TYPES)


def test_numbers_are_dialled_as_they_are_printed() -> None:
    for contact in ContactPoint.objects.filter(kind="phone"):
        if contact.dialled.startswith("+"):
            number = phonenumbers.parse(contact.dialled)
            assert phonenumbers.is_valid_number(number)
            assert phonenumbers.parse(contact.printed, "KH") == number
        else:
            assert contact.dialled == contact.printed


def test_every_row_speaks_both_languages() -> None:
    for model, fields in ((Organisation, ["name"]), (Service, ["name", "offers"])):
        for row in model.objects.all():
            for field in fields:
                assert getattr(row, f"{field}_km")
                assert getattr(row, f"{field}_en")
    for service in Service.objects.all():
        for field in ("hours", "for_whom", "address"):
            assert bool(getattr(service, f"{field}_km")) == bool(getattr(service, f"{field}_en"))


def test_aliases_add_something() -> None:
    for alias in PlaceAlias.objects.select_related("place"):
        assert alias.key not in {"", alias.place.key_km, alias.place.key_en}
