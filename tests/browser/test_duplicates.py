"""Records of one person and lists of people in a browser: axe on every page."""

import pytest

from tests.browser.test_axe import LANGUAGES, LOOKS, check, looking, report  # noqa: F401
from tests.browser.test_cases import press
from tests.browser.test_people import signed_in

LIST = "Name,Sex,Born,Address,Notes\nChan Malee,F,12/3/2015,Siem Reap,x\nSok Theary,F,2011,Kampot,\nMeas,M,soon,,\n"


def walk_duplicates(page, site, look):
    """The queue, two side by side with the figures, a list of before and its people: `look(page, name)` at each."""
    page.goto(f"{site.staff}/people/pairs/")
    look(page, "pairs")
    press(page, page.locator("main a[href*='/and/']").first)
    look(page, "two")
    for summary in page.locator("main details > summary").all():
        summary.click()
    look(page, "two, with the figures")
    page.goto(f"{site.staff}/people/pairs/?tab=two")
    look(page, "pairs, two people")
    page.goto(f"{site.staff}/people/lists/")
    look(page, "lists")
    press(page, page.locator("main a[href*='/people/lists/']").last)
    look(page, "list written down")
    press(page, page.locator("main section a[href*='/people/']").nth(2))
    look(page, "person of two records")


def walk_a_list(page, site, look):
    """A file, its columns, what the worker finds; then nobody is brought in."""
    page.goto(f"{site.staff}/people/lists/")
    page.locator("#file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"Name"})
    page.locator("select[name=source]").select_option("partner")
    press(page, page.locator("main form button.primary"))
    look(page, "a file that cannot be read")
    page.locator("#file").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    page.locator("select[name=source]").select_option("partner")
    press(page, page.locator("main form button.primary"))
    look(page, "columns")
    press(page, page.locator("main form button.primary"))
    page.locator("input[name=take]").first.wait_for()  # the part that renews itself asks for the page anew
    look(page, "preview")
    press(page, page.locator("button[value=drop]"))
    look(page, "nobody brought in")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_duplicates_and_lists(site, looking, language):  # noqa: F811
    for look in (LOOKS[1], LOOKS[2]):
        seen: dict = {}

        def looked(page, name, seen=seen):
            check(page, seen, name)

        dara = signed_in(looking, site, "Dara", look, language)
        walk_duplicates(dara, site, looked)
        walk_a_list(dara, site, looked)
        assert report(seen) >= 10
