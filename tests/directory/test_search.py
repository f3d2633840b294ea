import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from tumpeang.access.records import writing
from tumpeang.directory.forms import choose_place
from tumpeang.directory.models import Place
from tumpeang.directory.queries import (
    How,
    children_of,
    find_place,
    place_path,
    provinces,
    resolve_place,
    search,
    search_places,
)

pytestmark = pytest.mark.usefixtures("directory")


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("សៀមរាប", 17),
        ("ខេត្តសៀមរាប", 17),
        ("Siem Reap", 17),  # the district of that name lies inside
        ("siemreap", 17),
        ("SIEM-REAP province", 17),
        ("Krong Siem Reap", 1710),
        ("ភ្នំពេញ", 12),  # the source says only រាជធានីភ្នំពេញ
        ("Phnom Penh", 12),
        ("Kompong Cham", 3),
        ("Sihanoukville", 18),
        ("Kampong Som", 18),
        ("Kratié", 10),
        ("ខេត្តកណ្តាល", 8),  # the source writes the other subscript
        ("Kampot", 7),  # a village elsewhere has that name too
        ("Toul Kork", 1204),
        ("Poipet", 110),
        ("7 Makara", 1203),
    ],
)
def test_a_place_that_can_only_be_one(typed: str, id_: int) -> None:
    found = resolve_place(typed)
    assert isinstance(found, Place)
    assert found.pk == id_


@pytest.mark.parametrize(
    "typed", ["Aksar, Phnom Penh", "Phnom Penh, Aksar", "ភូមិអក្សរ សង្កាត់ត្រពាំងក្រសាំង", "aksar / Pou Saen Chey"]
)
def test_a_village_with_its_surroundings(typed: str) -> None:
    found = resolve_place(typed)
    assert isinstance(found, Place)
    assert found.path == "Aksar, Trapeang Krasang, Pou Saen Chey, Phnom Penh"


@pytest.mark.parametrize("typed", ["Thmei", "Battamb", "Nowhere at all, Kampot", "Boeng"])
def test_what_could_mean_several_places_is_asked(typed: str) -> None:
    found = resolve_place(typed)
    assert isinstance(found, list)
    assert found


@pytest.mark.parametrize("typed", ["", " ", "?!", "qqqqq", "%", "_", "\x00", "ឃ្ឃ្ឃ្ឃ", "x" * 5000])
def test_what_is_no_place(typed: str) -> None:
    assert resolve_place(typed) == []


def test_the_surroundings_of_an_unknown_village_are_offered() -> None:
    hits = search("Village 4, Sangkat 4, Sihanoukville", 12)
    assert [hit.place.pk for hit in hits] == [180104]
    assert hits[0].how is How.SURROUNDINGS


def test_beginnings_come_before_the_rest_and_the_larger_before_the_smaller() -> None:
    hits = search("samraong", 500)
    assert [hit.how for hit in hits] == sorted(hit.how for hit in hits)
    ranks = [Place.Kind.values.index(hit.place.kind) for hit in hits if hit.how is How.BEGINNING]
    assert ranks == sorted(ranks)
    assert {How.BEGINNING, How.INSIDE} <= {hit.how for hit in hits}


def test_a_spelling_that_only_sounds_alike_is_found() -> None:
    assert "Stueng Mean Chey Ti Muoy" in {place.name_en for place in search_places("Steung Meanchay 1")}


def test_paths_cost_no_further_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    found = search_places("Thmei", 12)
    with django_assert_num_queries(0):
        paths = [place_path(place) for place in found]
    assert len(set(paths)) == 12


def test_search_takes_a_handful_of_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(4):
        search_places("ភូមិថ្មី")


def test_retired_places_are_not_found() -> None:
    with writing():
        Place.objects.filter(pk=23).update(retired=True)
    assert 23 not in {place.pk for place in [*search_places("Kep"), *provinces()]}
    assert find_place(23) is None


def test_lists_level_by_level() -> None:
    assert len(provinces()) == 25
    assert {place.parent_id for place in children_of(18)} == {18}
    assert [place.name for place in provinces()] == sorted(place.name for place in provinces())
    with translation.override("km"):
        assert [place.path for place in provinces() if place.pk == 18] == ["ព្រះសីហនុ"]


@pytest.mark.parametrize("typed", ["", "x", "-1", "0", "²", "1e3", "9" * 30])
def test_ids_of_no_place(typed: str) -> None:
    assert find_place(typed) is None


# ---- typing or choosing without JavaScript -----------------------------------------------------------------------


def test_nothing_typed_is_settled_without_a_place() -> None:
    choice = choose_place({})
    assert choice.settled
    assert choice.place is None


def test_typed_exactly_is_settled() -> None:
    assert choose_place({"place_text": "Kampot", "place_for": ""}).place == find_place(7)


def test_typed_vaguely_is_asked_and_then_chosen() -> None:
    first = choose_place({"place_text": "Thmei", "place_for": ""})
    assert not first.settled
    chosen = first.places[3]
    second = choose_place({"place_text": "Thmei", "place_for": "Thmei", "place": str(chosen.pk)})
    assert (second.settled, second.place) == (True, chosen)


def test_a_text_typed_anew_wins_over_an_old_button() -> None:
    choice = choose_place({"place_text": "Kampot", "place_for": "Thmei", "place": "70716"})
    assert choice.place == find_place(7)


@pytest.mark.parametrize("button", [{}, {"place": "none"}, {"place": "junk"}])
def test_nobody_is_kept_on_the_page(button: dict[str, str]) -> None:
    assert choose_place({"place_text": "qqqqq", "place_for": ""}).unknown
    choice = choose_place({"place_text": "qqqqq", "place_for": "qqqqq", **button})
    assert (choice.settled, choice.place, choice.text) == (True, None, "qqqqq")


def test_lists_are_walked_by_buttons() -> None:
    top = choose_place({"place_text": "", "place_for": "", "place_open": "top"})
    assert (len(top.places), top.settled) == (25, False)
    inside = choose_place({"place_text": "", "place_for": "", "place_open": "chosen", "place": "18"})
    assert inside.places[0] == inside.inside == find_place(18)
    done = choose_place({"place_text": "", "place_for": "", "place": "1805"})
    assert (done.settled, done.text) == (True, "Kaoh Rung, Sihanoukville")
    nothing_chosen = choose_place({"place_text": "", "place_for": "", "place_open": "chosen"})
    assert len(nothing_chosen.places) == 25
