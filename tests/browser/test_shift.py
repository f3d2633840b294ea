"""The shift in a browser: reading along as it is typed; given and signed by keyboard alone; no faults of axe."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import faults_of_axe

STORY, LINE, RISK = "Somebody is at the door.", "Ask whether a door can be locked.", "Somebody may come back tonight."


@pytest.fixture
def sokha(site, worker):
    return worker(site, "Sokha")


def begin_call(page, site):
    page.goto(f"{site.staff}/calls/")
    page.locator("form[action$='/calls/new/'] button").first.click()
    page.locator("textarea[name=story]").fill(STORY)


def test_a_supervisor_reads_along_and_both_see_it_without_a_reload(site, worker, sokha):
    begin_call(sokha, site)
    dara = worker(site, "Dara")
    dara.goto(f"{site.staff}/along/")
    dara.locator("#calls-now a").click()
    expect(dara.locator("main")).not_to_contain_text(STORY)
    dara.locator("form.sealed button").click()
    expect(dara.locator("#live-story")).to_contain_text(STORY)
    expect(sokha.locator("#beside")).to_contain_text("Dara reads along")
    sokha.locator("textarea[name=story]").press_sequentially(" It is dark.")
    dara.fill("[name=line]", "Half a")  # what is being typed stays while the story renews itself
    expect(dara.locator("#live-story")).to_contain_text("It is dark.")
    assert dara.input_value("[name=line]") == "Half a"
    dara.fill("[name=line]", LINE)
    dara.keyboard.press("Enter")
    expect(sokha.locator("#beside")).to_contain_text(LINE)
    assert STORY in sokha.input_value("textarea[name=story]")
    dara.locator("form[action$='/leave/'] button").click()
    expect(sokha.locator("#beside")).not_to_contain_text("reads along")


def press_to(page, selector, *, most=80):
    """Tab until something is reached: whatever is used must be reached by keyboard."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def take_what_waits(page, site):
    """No shift ends with an untaken immediate report."""
    page.goto(f"{site.staff}/shift/")
    while page.locator("section[aria-labelledby=untaken] a").count():
        page.locator("section[aria-labelledby=untaken] a").first.click()
        page.locator("form[action$='/take/'] button").first.click()
        page.goto(f"{site.staff}/shift/")


def test_a_shift_is_given_and_signed_by_keyboard_alone(site, worker):
    bopha, vanna = worker(site, "Bopha"), worker(site, "Vanna")
    take_what_waits(bopha, site)
    press_to(bopha, "textarea[name=risks]")
    bopha.keyboard.type(RISK)
    press_to(bopha, "select[name=to]")
    bopha.keyboard.type("Vanna")
    press_to(bopha, "form.box button")
    bopha.keyboard.press("Enter")
    expect(bopha.locator("#given")).to_have_text("Given to Vanna")
    vanna.goto(f"{site.staff}/shift/")
    press_to(vanna, "main .notice a")
    vanna.keyboard.press("Enter")
    expect(vanna.locator("main")).to_contain_text(RISK)
    press_to(vanna, "form.box button")
    vanna.keyboard.press("Enter")
    expect(vanna.locator("main")).to_contain_text("signed by both")
    bopha.goto(f"{site.staff}/shift/")
    expect(bopha.locator("#give")).to_be_visible()


def test_the_pages_have_no_faults(site, chromium):
    context = chromium.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "l", "value": "km", "url": site.staff}])
    page = context.new_page()
    page.goto(site.sign_in_link("Bopha"))
    page.goto(f"{site.staff}/for-you/")
    page.select_option("[name=soft_limit]", "3")
    page.select_option("[name=supervisor]", label="Dara")
    page.locator("form.box button").click()
    faults = {"for you": faults_of_axe(page)}
    for person, path in (("Dara", "/for-you/"), ("Sokha", "/my-callers/"), ("Vanna", "/shift/")):
        page.goto(site.sign_in_link(person))
        page.goto(site.staff + path)
        if person == "Dara":
            page.locator("a[href*='/for-you/']", has_text="Bopha").click()
        if person == "Vanna":
            page.locator("details").last.click()
        faults[path] = faults_of_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
    context.close()
    assert not {path: found for path, found in faults.items() if found}
