"""Calls in a browser: a whole call by keyboard alone, a line that is cut, and axe on every page of it."""

import pytest

from tests.browser.test_axe import LANGUAGES, LOOKS, check, looking, report  # noqa: F401  looking: a fixture
from tests.browser.test_people import signed_in

STORY = "Somebody frightens me at home."
_IS = "([selector, owner]) => { const found = document.querySelector(selector); const wanted = owner && found ? found.closest('details').querySelector('summary') : found; return document.activeElement === wanted; }"  # noqa: E501


def tab_to(page, selector, *, fold=False):
    """By the Tab key alone; `fold`: to the line that opens the part in which it stands."""
    for _ in range(200):
        if page.evaluate(_IS, [selector, fold]):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def press(page, selector, key="Enter"):
    tab_to(page, selector)
    page.keyboard.press(key)


def test_a_whole_call_by_keyboard_alone(site, worker):
    page = worker(site, "Sokha")
    page.keyboard.press("c")
    page.wait_for_url("**/calls/")
    page.keyboard.press("n")
    page.wait_for_selector("#id_story:focus")
    page.keyboard.type(STORY)
    page.locator("#kept .ic").wait_for()
    press(page, "#tap-self_harm", "Space")
    page.locator("#steps").wait_for()
    page.wait_for_function("document.activeElement.id === 'tap-self_harm'")  # the place stays
    with page.expect_navigation():
        press(page, "#step-ask")
    tab_to(page, "#number-code_word", fold=True)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("mango")
    with page.expect_navigation():
        press(page, "button[value=number]")
    assert page.locator("main .handed").count() == 1
    tab_to(page, "#promise-what")
    page.keyboard.type("I ask the school.")
    with page.expect_navigation():
        press(page, "button[value=promise]")
    with page.expect_navigation():
        press(page, "#told-next")
    press(page, "#end-contact_type", "Space")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        press(page, "button[value=end]")
    page.wait_for_url("**/r/*/")
    assert page.locator("main").inner_text().count("I ask the school.") == 1


def test_what_is_typed_while_the_line_is_cut_arrives_afterwards(site, worker):
    page = worker(site, "Bopha")
    page.goto(f"{site.staff}/calls/")
    page.keyboard.press("n")
    page.wait_for_selector("#id_story:focus")
    page.context.set_offline(True)
    page.keyboard.type(STORY)
    page.locator("#offline").wait_for(state="visible")
    page.wait_for_timeout(3000)
    page.context.set_offline(False)
    page.locator("#kept .ic").wait_for(timeout=20_000)
    page.reload()
    assert page.locator("#id_story").input_value() == STORY


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_calls(site, looking, language):  # noqa: F811
    for look in (LOOKS[1], LOOKS[2]):
        seen: dict = {}
        page = signed_in(looking, site, "Sokha", look, language)
        page.goto(f"{site.staff}/calls/")
        page.locator("main details summary").first.click()
        check(page, seen, "calls")
        page.locator("[data-act=new]").first.click()
        page.wait_for_url("**/calls/*-*/")
        page.locator("#id_story").fill(STORY)
        page.locator("#tap-danger").click()
        page.locator("#tap-self_harm").click()
        page.locator("#steps").wait_for()
        for fold in page.locator("main .cols details").all():
            fold.locator("summary").first.click()
        check(page, seen, "a call, opened")
        page.locator("button[value=promise]").click()
        page.locator("#errors").wait_for()
        check(page, seen, "what cannot be kept")
        _agree(page)
        check(page, seen, "a call with an agreement")
        page.locator("[name=end-contact_type]").first.check()
        page.locator("button[value=end]").click()
        page.wait_for_url("**/r/*/")
        page.locator("form[action$='/account/'] button").first.click()
        page.locator("form[action$='/call-back/'] button").click()
        page.wait_for_url("**/back/")
        check(page, seen, "calling back")
        for _term in range(4):
            if page.locator("[name=is_now]").count():
                page.check("[name=is_now]")
            with page.expect_navigation():
                page.locator("button[value=see]").first.click()
        page.locator("button[value=show]").click()
        page.locator("main .handed").wait_for()
        check(page, seen, "the number")
        assert report(seen) == 6


def _agree(page):
    said = {"number": "012 345 678", "words": "At noon", "if_someone_else": "This is the shop.", "code_word": "mango"}
    for name, words in said.items():
        page.locator(f"#agree-{name}").evaluate("field => { field.closest('details').open = true; }")
        page.fill(f"#agree-{name}", words)
    page.locator("button[value=agree]").click()
    page.locator("main .handed").wait_for()
