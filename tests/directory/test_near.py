import re

import pytest
from django.test import RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from tumpeang.access.records import writing
from tumpeang.directory.models import Service
from tumpeang.directory.queries import emergency_numbers, find_place, offered_needs, services_near
from tumpeang.directory.views import near

pytestmark = [pytest.mark.usefixtures("directory"), pytest.mark.urls("tumpeang.config.urls_public")]

SECRET = "12 Hidden Lane"


def page(language: str = "en", **query: str) -> str:
    with translation.override(language):
        response = near(RequestFactory().post(f"/{language}/near/", query))
    assert response.status_code == 200
    return response.content.decode()


def change(slug: str, **values: object) -> None:
    with writing():
        Service.objects.filter(slug=slug).update(**values)


def test_the_numbers_come_first_and_can_be_tapped() -> None:
    html = page()
    at = [html.index(f'href="tel:{number}"') for number in ("1288", "+85592311511", "1280")]
    assert at == sorted(at)
    assert at[-1] < html.index("<form")
    assert "If the person is a police officer or official, call 1280 or 092 311 511." in html


def test_numbers_need_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        numbers = emergency_numbers()
        assert [number.number for number in numbers.all] == ["1288", "092 311 511", "1280"]
        assert "free" in numbers.all[2].what


def test_services_of_a_kind_near_a_place() -> None:
    html = page(need="legal_aid", place_text="ព្រះសីហនុ", place_for="")
    local, national = html.index("Tapang: legal support"), html.index("Lawyers of APLE")
    assert local < national
    assert 'href="tel:+85512202730"' in html
    assert "Not yet checked" in html
    assert "Help for Sihanoukville" in html


def test_services_elsewhere_are_left_out() -> None:
    assert "Tapang" not in page(need="legal_aid", place_text="Kampot", place_for="")


def test_a_checked_service_says_when() -> None:
    change("aple-legal-aid", checked_on="2026-11-02")
    assert re.search(r"Checked on [^<]*2026", page(need="legal_aid", place_text="", place_for=""))


def test_an_unknown_place_keeps_what_was_typed() -> None:
    html = page(need="legal_aid", place_text="<b>qqqqq", place_for="")
    assert 'value="&lt;b&gt;qqqqq"' in html
    assert "We do not know that place" in html
    assert "Lawyers of APLE" not in html


def test_a_place_that_could_be_several_is_asked() -> None:
    html = page(need="legal_aid", place_text="Thmei", place_for="")
    assert html.count('type="radio"') == 13
    assert 'value="legal_aid" selected' in html


def test_a_bad_need_is_said_and_nothing_is_lost() -> None:
    html = page(need="astrology", place_text="Kampot", place_for="")
    assert "Please choose from the list." in html
    assert 'value="Kampot"' in html


def test_the_page_speaks_khmer() -> None:
    html = page("km", need="legal_aid", place_text="Sihanoukville", place_for="")
    assert "ម្លប់តាប៉ាង" in html
    assert "ព្រះសីហនុ" in html


def test_the_title_says_nothing() -> None:
    html = page(need="clinical_care_of_sexual_violence", place_text="Kampot", place_for="")
    title = re.search(r"<title>(.*?)</title>", html, re.S)
    assert title
    assert title[1].strip() == "Tumpeang"


@pytest.mark.parametrize("hidden", ["shelter", "foster_care", "kinship_care"])
def test_a_hidden_services_address_is_never_shown(hidden: str) -> None:
    change("mlop-tapang-recovery", type=hidden, place=1805, address_en=SECRET, address_km=SECRET)
    for place in ("", "Sihanoukville", "Kaoh Rung"):
        html = page(need=hidden, place_text=place, place_for="")
        assert "Tapang: recovery" in html
        assert SECRET not in html
        assert "Kaoh Rung, Sihanoukville</p>" not in html


def test_a_hidden_service_is_not_found_by_asking_village_by_village() -> None:
    change("mlop-tapang-legal", type="shelter", place=1805)
    change("mlop-tapang-recovery", type="shelter", place=1801)
    orders = {tuple(s.slug for s in services_near("shelter", find_place(id_))) for id_ in (1801, 1805, 180501)}
    assert len(orders) == 1


def test_an_address_is_shown_only_where_it_is_public() -> None:
    change("mlop-tapang-legal", address_en=SECRET)
    assert SECRET not in page(need="legal_aid", place_text="Sihanoukville", place_for="")
    change("mlop-tapang-legal", address_public=True)
    assert SECRET in page(need="legal_aid", place_text="Sihanoukville", place_for="")


def test_the_most_specific_place_comes_first() -> None:
    change("mlop-tapang-legal", place=1801)
    change("mlop-tapang-medical", place=1805, type="legal_aid")
    slugs = [service.slug for service in services_near("legal_aid", find_place(180501))]
    assert slugs == ["mlop-tapang-medical", "mlop-tapang-legal", "aple-legal-aid"]


def test_services_cost_the_same_queries_however_many_they_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(3):
        assert all(service.ways for service in services_near("", None))


def test_a_retired_service_is_gone() -> None:
    change("aple-welfare", retired=True)
    assert "material" not in {code.slug for code in offered_needs()}
    change("police-1288", retired=True)
    assert "1288" not in {number.number for number in emergency_numbers().all}


def test_the_page_does_not_write_and_is_only_read() -> None:
    assert near(RequestFactory().put("/en/near/")).status_code == 405
