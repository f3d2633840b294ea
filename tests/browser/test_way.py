"""From the first page to the answer, without JavaScript, on both databases: the way that everything hangs on."""

import re
import time

from tests.browser import walk

CHILD = {
    "safety_now": "not_sure",
    "what": "មានរឿងមួយធ្វើឱ្យខ្ញុំខ្លាច",
    "place_text": "Kampot",
    "last_five_days": "no",
    "about_us": "no",
}
ADULT = {"danger_now": "no", "what": "I worry about the child next door.", "about_us": "no", "last_five_days": "unsure"}
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


def newest(page, site, word):
    """Open the newest waiting report that shows `word` in its account."""
    looked_at = set()
    for _ in range(20):  # the worker opens reports within seconds
        page.goto(f"{site.staff}/")
        links = [row.get_attribute("href") for row in page.locator("[data-row] a[href*='/r/']").all()]
        for link in [link for link in links if link not in looked_at]:
            looked_at.add(link)
            page.goto(site.staff + link)
            page.locator("form[action$='/account/'] button").first.click()
            page.locator("dl.account").wait_for()
            if word in page.content():
                return page.url.split("/r/")[1].split("/")[0]
        time.sleep(1)
    raise AssertionError("the report did not arrive")


def answer(page, site, word, text):
    report = newest(page, site, word)
    page.goto(f"{site.staff}/r/{report}/")
    page.locator("form[action$='/take/'] button").first.click()
    page.locator("textarea[name=text]").fill(text)
    page.locator("form[action$='/answer/'] button").first.click()
    page.wait_for_load_state()
    return report


def test_a_child_reports_in_khmer_and_reads_the_answer_of_two(either_site, phone, worker):
    page = phone()
    code = walk.report(page, either_site.public, "km", "child", CHILD)
    assert re.fullmatch(r"\d{20}", code)
    page.reload()
    assert walk.receipt(page) == code
    page.locator("main form button.primary").click()  # written down
    page.goto(f"{either_site.public}/km/start/done/")
    assert not page.locator(".receipt").count()
    sokha = worker(either_site, "Sokha", scripts=False)
    answer(sokha, either_site, CHILD["what"], "អរគុណដែលបានប្រាប់យើង។")
    walk.open_code(page, either_site.public, "km", code)
    assert "អរគុណដែលបានប្រាប់យើង។" not in page.content(), "a first answer to a child has a second reader"
    bopha = worker(either_site, "Bopha", scripts=False)
    bopha.goto(f"{either_site.staff}/check/")
    bopha.locator("form[action$='/approve/'] button").last.click()
    walk.open_code(page, either_site.public, "km", " ".join(re.findall("....", code)).translate(KHMER_DIGITS))
    assert "អរគុណដែលបានប្រាប់យើង។" in page.content()
    assert CHILD["what"] not in page.content()


def test_an_adult_reports_in_english_adds_words_and_reads_the_answer(either_site, phone, worker):
    page = phone()
    code = walk.report(page, either_site.public, "en", "adult", ADULT)
    walk.open_code(page, either_site.public, "en", code)
    page.locator("textarea[name=text]").fill("It was again today.")
    page.locator("button[value=add]").click()
    assert "It was again today." not in page.content()
    time.sleep(3)
    vanna = worker(either_site, "Vanna", scripts=False)
    report = answer(vanna, either_site, ADULT["what"], "Thank you. We read it.")
    vanna.goto(f"{either_site.staff}/r/{report}/")
    vanna.locator("form[action$='/account/'] button").first.click()
    assert "It was again today." in vanna.content()
    walk.open_code(page, either_site.public, "en", code)
    assert "Thank you. We read it." in page.content() and ADULT["what"] not in page.content()


def test_the_short_page_works_with_cookies_blocked(either_site, phone):
    page = phone()
    page.context.route("**/*", without_cookies)
    page.goto(f"{either_site.public}/en/start/short/")
    walk.fill(page, {"what": "One page is enough for this.", "w": "b"})
    page.locator("main form button.primary").click()
    code = walk.receipt(page)
    assert page.context.cookies() == []
    walk.open_code(page, either_site.public, "en", code)
    assert "Where things are" in page.content()


def without_cookies(route):
    headers = {name: value for name, value in route.request.headers.items() if name != "cookie"}
    route.continue_(headers=headers)


def test_a_shared_phone(either_site, phone):
    """A relative finds the code: nothing of the report shows. The child stops it. Back after leaving shows nothing."""
    child = phone(scripts=True)
    answers = {**CHILD, "safety_now": "safe"}
    code = walk.report(child, either_site.public, "en", "child", answers)
    relative = phone()
    walk.open_code(relative, either_site.public, "en", code)
    for word in (CHILD["what"], "Kampot"):
        assert word not in relative.content()
    walk.open_code(child, either_site.public, "en", code)
    child.locator("summary").click()
    child.locator("button[value=close]").click()
    walk.open_code(relative, either_site.public, "en", code)
    stopped = relative.locator("#errors").inner_text()
    walk.open_code(relative, either_site.public, "en", "1" * 18 + check_digits("1" * 18))
    assert relative.locator("#errors").inner_text() == stopped, "a stopped code looks like a wrong one"


def test_after_leaving_back_shows_nothing(either_site, phone):
    for scripts in (False, True):
        child = phone(scripts=scripts)
        child.goto(f"{either_site.public}/en/")
        child.locator(".ways a").nth(1).click()
        child.locator("main form button.primary").click()
        for _ in range(3):
            walk.fill(child, {"what": "words that must not stay"})
            child.locator('main button[name="go"][value="next"]').first.click()
        with child.expect_response(re.compile("/leave/")) as leaving:
            child.locator("#leave").click()
        assert "cookies" in leaving.value.all_headers()["clear-site-data"]
        child.wait_for_url(re.compile("/leave/"))
        assert [c["name"] for c in child.context.cookies()] == []
        for _ in range(4):
            child.go_back()
            assert "words that must not stay" not in child.content()
            assert not child.locator("text=words that must not stay").count()


def check_digits(secret: str) -> str:
    from tumpeang.vault.receipt import RECEIPT

    return RECEIPT.complete(secret)[18:]
