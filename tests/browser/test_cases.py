"""The pages of cases and of the people in them: axe on every one, and a case opened in a browser."""

import re

import pytest

from tests.browser.test_axe import LANGUAGES, LOOKS, check, looking, report  # noqa: F401
from tests.browser.test_people import signed_in


def press(page, button):
    """Press it, whatever the browser itself thinks of the fields, and wait for the answer."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    with page.expect_navigation():
        button.click()


def walk_case(page, site, look):
    """Every page of a case that one leads: `look(page, name)` at each, as it is and with everything unfolded."""
    page.goto(f"{site.staff}/cases/")
    look(page, "cases")
    press(page, page.locator("[data-row] a").first)
    look(page, "case")
    address = page.url
    for summary in page.locator("main details.fold > summary").all():
        summary.click()
    look(page, "case, unfolded")
    press(page, page.locator("article form[action*='/account/'] button").first)
    page.locator("dl.account").first.wait_for()
    look(page, "its words")
    for path in ("person/", "consent/", "merge/", "close/", "circle/"):
        page.goto(address + path)
        look(page, path)
        if path != "circle/":
            press(page, page.locator("main form button.primary").last)
            look(page, f"{path} with nothing filled in")
    page.locator("main details > summary").first.click()
    page.goto(address)
    press(page, page.locator("section a[href*='/people/']").first)
    for summary in page.locator("main details.fold > summary").all():
        summary.click()
    look(page, "person")
    return address


def walk_people(page, site, look):
    page.goto(f"{site.staff}/people/")
    look(page, "people")
    page.locator("main input[name=q]").fill("012 555 777")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    look(page, "found")
    page.goto(f"{site.staff}/people/new/")
    look(page, "new")


def walk_opening(page, site, look):
    """From a report that waits: both pages of the opening, empty and with what is missing."""
    page.goto(f"{site.staff}/?tab=mine")
    page.goto(site.staff + page.locator("[data-row] a[href*='/r/']").last.get_attribute("href"))
    press(page, page.locator("a[href*='/cases/from/']").first)
    look(page, "opening")
    press(page, page.locator("button[name=add]").first)
    look(page, "opening, one person more")
    press(page, page.locator("button[value=basis]").last)
    look(page, "opening, a part is missing")
    for choice in page.locator("select[name$='-role']").all():
        if not choice.input_value():
            choice.select_option("out")
    press(page, page.locator("button[value=basis]").last)
    look(page, "basis")
    press(page, page.locator("button[value=done]").last)
    look(page, "basis, nothing said")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_cases(site, looking, language):  # noqa: F811
    for look in (LOOKS[1], LOOKS[2]):
        seen: dict = {}

        def looked(page, name, seen=seen):
            check(page, seen, name)

        leads = signed_in(looking, site, "Sreyleak", look, language)
        address = walk_case(leads, site, looked)
        walk_people(leads, site, looked)
        walk_opening(signed_in(looking, site, "Sokha", look, language), site, looked)
        second = signed_in(looking, site, "Dara", look, language)
        second.goto(f"{address}seen/")
        looked(second, "who saw")
        assert report(seen) > 20


def test_a_case_is_opened_in_a_browser_by_who_took_the_report(site, worker):
    page = worker(site, "Sokha")
    page.goto(f"{site.staff}/?tab=mine")
    page.goto(site.staff + page.locator("[data-row] a[href*='/r/']").last.get_attribute("href"))
    press(page, page.locator("a[href*='/cases/from/']").first)
    press(page, page.locator("button[value=basis]").last)
    page.locator("select[name=not_asked]").select_option("not_met_yet")
    press(page, page.locator("button[value=done]").last)
    page.locator("dl.glance").wait_for()
    assert re.search(r"/cases/[0-9a-f-]{36}/$", page.url)
    assert re.fullmatch(r"(\(\d+\) )?20\d\d-\d{5}-[0-9X]", page.title()), "a neutral title: its number"
