"""The source's counts and faults, and that ids stay what they are."""

from collections import Counter

import pytest

from tumpeang.directory import gazetteer
from tumpeang.directory.gazetteer import PlaceRow, UnreviewedPlace
from tumpeang.directory.reference import read

ROWS = gazetteer.rows()
BY_ID = {row.id: row for row in ROWS}


def test_counts() -> None:
    assert Counter(row.kind for row in ROWS) == {"province": 25, "district": 210, "commune": 1661, "village": 14576}


def test_every_place_has_an_id_of_its_own_and_stands_below_a_known_place() -> None:
    assert len(BY_ID) == len(ROWS)
    assert all(row.parent_id in BY_ID for row in ROWS if row.kind != "province")
    assert all(BY_ID[row.province_id].kind == "province" for row in ROWS)
    assert all(BY_ID[row.commune_id].kind == "commune" for row in ROWS if row.commune_id)


def test_codes_that_several_villages_share_are_only_attributes() -> None:
    codes = Counter(row.code for row in ROWS if row.kind == "village")
    shared = {code for code, count in codes.items() if count > 1}
    assert len(shared) == 26
    assert all(row.id > 90_000_000 for row in ROWS if row.code in shared)
    assert sum(row.id > 90_000_000 for row in ROWS) == 80 == len(read("gazetteer")["villages"])


def test_the_malformed_code_is_kept_as_it_is() -> None:
    malformed = [row for row in ROWS if not row.code.isdecimal()]
    assert {row.code for row in malformed} == {"0506140-"}
    assert {row.commune_id for row in malformed} == {50614}


def test_the_villages_of_the_missing_commune_are_where_they_belong() -> None:
    villages = [row for row in ROWS if row.parent_id == 120912]
    assert len(villages) == 13
    assert "Aksar" in {row.name_en for row in villages}
    assert 120913 not in BY_ID


@pytest.mark.parametrize(
    ("id_", "name"), [(12, "Phnom Penh"), (1710, "Siem Reab"), (1020101, "Ou Thum"), (90000002, "Srah Kuy")]
)
def test_ids_never_change(id_: int, name: str) -> None:
    assert BY_ID[id_].name_en == name


def test_two_places_with_one_id_stop_the_reading() -> None:
    with pytest.raises(UnreviewedPlace, match="more than one place"):
        gazetteer._refuse_unreviewed([ROWS[0], ROWS[0]])


def test_a_place_without_its_parent_stops_the_reading() -> None:
    with pytest.raises(UnreviewedPlace, match="0102"):
        gazetteer._refuse_unreviewed([BY_ID[102]])


def test_a_malformed_code_that_nobody_looked_at_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "_reviewed", dict)
    with pytest.raises(UnreviewedPlace, match="0506140-"):
        gazetteer.rows()


def test_an_id_that_names_another_place_is_noticed() -> None:
    new = PlaceRow(7, "province", "07", "កំពត", "Kampot", None, 7, None, None)
    assert gazetteer.reused([(7, "កំពត", "Kompot")], [new]) == []  # respelt in one script
    assert gazetteer.reused([(7, "កែប", "Kep")], [new]) == [7]
    assert gazetteer.reused([(8, "កែប", "Kep")], [new]) == []  # gone, not reused
