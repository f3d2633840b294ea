"""A report about own staff in a browser: from the phone to the two readers and back, on both databases."""

import re
from pathlib import Path

from tests.browser import walk
from tests.browser.conftest import PHONE

WORDS = "About somebody who works there."
TOLD = {"danger_now": "yes", "what": WORDS, "about_us": "yes", "about_reader": "no"}


def line_of(site, seat: str) -> str:
    """What lies in the demo's folder for the person in that seat."""
    return next(Path(site.environment["DATA"]).rglob(f"{seat}-0001.key")).read_text()


def give_key(page, site, seat: str) -> None:
    page.locator("[name=key]").fill(line_of(site, seat))
    page.locator("#key button.primary").click()


def newest(page, site) -> str:
    """The address of the newest sealed report on the list."""
    page.goto(f"{site.staff}/safeguarding/")
    return site.staff + page.locator("table.plain tbody a").first.get_attribute("href")


def test_the_focal_point_reads_answers_and_keeps_the_board_member_out(either_site, phone, worker):
    site, reporter = either_site, phone()
    code = walk.report(reporter, site.public, "en", "adult", TOLD)
    chenda = worker(site, "Chenda", scripts=False)
    sealed = newest(chenda, site)
    chenda.goto(sealed)
    assert WORDS not in chenda.content()
    give_key(chenda, site, "board")
    assert "Yours is called focal-0001." in chenda.inner_text("#errors")
    assert chenda.locator("[name=key]").input_value() == ""
    give_key(chenda, site, "focal")
    assert WORDS in chenda.inner_text("dl.account")
    chenda.locator("[name=answer-text]").fill("Thank you for telling us.")
    chenda.locator("form[action$='/answer/'] button").click()
    walk.open_code(reporter, site.public, "en", code)
    assert "Thank you for telling us." in reporter.content() and WORDS not in reporter.content()
    rithy = worker(site, "Rithy", scripts=False)
    rithy.goto(sealed)
    give_key(rithy, site, "board")
    assert WORDS in rithy.inner_text("dl.account") and "Chenda" in rithy.inner_text(".timeline")
    chenda.goto(sealed)
    chenda.locator("summary", has_text="It is about").click()
    chenda.locator("[name=who]").select_option(label="Rithy")
    chenda.locator("form[action$='/names/'] button").click()
    assert "Kept out of this report" in chenda.inner_text("main")
    assert rithy.goto(sealed).status == 404


def test_the_director_finds_no_such_page(site, phone, worker):
    walk.report(phone(), site.public, "en", "adult", TOLD)
    sealed = newest(worker(site, "Chenda", scripts=False), site)
    for name in ("Borey", "Tola", "Sokha"):
        page = worker(site, name, scripts=False)
        assert page.goto(sealed).status == 404
        assert page.goto(f"{site.staff}/safeguarding/").status == 404


def test_a_key_is_put_away(site, worker):
    page = worker(site, "Chenda")
    sealed = newest(page, site)
    give_key(page, site, "focal")
    page.goto(sealed)
    page.locator("dl.account").wait_for()
    page.goto(f"{site.staff}/safeguarding/")
    page.locator("button", has_text=re.compile("Put my key away")).click()
    page.goto(sealed)
    assert page.locator("dl.account").count() == 0 and page.locator("[name=key]").count() == 1


def test_no_page_of_them_scrolls_sideways_on_a_phone(site, phone, worker):
    walk.report(phone(), site.public, "km", "adult", TOLD)
    page = worker(site, "Chenda", size=PHONE, language="km", scripts=True)
    sealed = newest(page, site)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    page.goto(sealed)
    assert page.evaluate(wide) <= 0
    give_key(page, site, "focal")
    page.locator("dl.account").wait_for()
    assert page.evaluate(wide) <= 0
