"""axe finds nothing, on every page, in both languages, light and dark; and no page scrolls sideways on a phone."""

import re

import pytest

from tests.browser import walk
from tests.browser.conftest import DESKTOP, PHONE, faults_of_axe

LANGUAGES = ["km", "en"]
LOOKS = [("light", PHONE), ("dark", PHONE), ("light", DESKTOP), ("dark", DESKTOP)]
ANSWERS = {
    "safety_now": "not_safe", "danger_now": "yes", "what": "A worry.", "last_five_days": "yes", "about_us": "no",
    "place_text": "Thmei", "threatened": "yes", "addresses": "site.example/page",
}  # fmt: skip
MEET = {"reduced_motion": "reduce"}


def check(page, seen, name):
    """Look at a page once."""
    key = f"{name} ({page.evaluate('document.title')})"
    if key in seen:
        return
    seen[key] = faults_of_axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        seen[key].append(f"scrolls {wide} px sideways")
    sheets = "[...document.querySelectorAll('link[rel=stylesheet]')]"
    bare = page.evaluate(f"{sheets}.filter(l => !l.sheet || !l.sheet.cssRules.length).length")
    if bare:
        seen[key].append("a style sheet did not load")


def watching(seen, way):
    return lambda page: check(page, seen, f"{way} {page.url}")


def report(seen):
    faults = {key: found for key, found in seen.items() if found}
    assert not faults, faults
    return len(seen)


@pytest.fixture
def looking(chromium):
    contexts = []

    def fresh(look, **more):
        scheme, size = look
        context = chromium.new_context(viewport=size, color_scheme=scheme, bypass_csp=True, **MEET, **more)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield fresh
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages(site, looking, language):
    for look in (LOOKS[0], LOOKS[3]):
        seen: dict = {}
        page = looking(look)
        for way in ("child", "online", "adult") if look == LOOKS[0] else ("child",):
            code = walk.report(page, site.public, language, way, ANSWERS, watching(seen, way))
        page.goto(f"{site.public}/{language}/start/short/")
        check(page, seen, "short")
        page.locator("main form button.primary").click()
        check(page, seen, "short with nothing filled in")
        walk.fill(page, {"what": "A worry."})
        page.locator("main form button.primary").click()
        check(page, seen, "short receipt")
        page.goto(f"{site.public}/{language}/code/")
        check(page, seen, "code")
        walk.open_code(page, site.public, language, "1234")
        check(page, seen, "wrong code")
        walk.open_code(page, site.public, language, code)
        check(page, seen, "dialogue")
        page.locator("summary").click()
        page.locator("button[value=close]").click()
        check(page, seen, "stopped")
        page.goto(f"{site.public}/{language}/near/")
        check(page, seen, "near")
        page.locator('[name="place_text"]').fill("Siem Reap")
        page.locator("main form button.primary").first.click()
        check(page, seen, "near answered")
        for path in ("start/7/", "no-such-page/", "leave/"):
            page.goto(f"{site.public}/{language}/{path}")
            check(page, seen, path)
        assert report(seen) > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_pages(site, looking, language):
    for look in (LOOKS[1], LOOKS[2]):
        seen: dict = {}
        page = looking(look)
        page.context.add_cookies([{"name": "l", "value": language, "url": site.staff}])
        page.goto(f"{site.staff}/account/login/")
        check(page, seen, "sign in")
        page.goto(site.sign_in_link("Sokha"))
        for path in ("/", "/?tab=mine", "/?tab=unanswered", "/?tab=ended", "/check/", "/on-call/", "/find/?q=nobody",
                     "/shift/", "/my-callers/", "/for-you/",
                     "/look/", "/account/2fa/", "/account/password/change/", "/no-such-page/"):  # fmt: skip
            page.goto(site.staff + path)
            check(page, seen, path)
        page.goto(f"{site.staff}/?tab=mine")
        links = [row.get_attribute("href") for row in page.locator("[data-row] a[href*='/r/']").all()]
        page.goto(f"{site.staff}/")
        links += [row.get_attribute("href") for row in page.locator("[data-row] a[href*='/r/']").all()]
        for link in list(dict.fromkeys(links))[:4]:
            page.goto(site.staff + link)
            check(page, seen, "report")
            page.locator("form[action$='/account/'] button").first.click()
            page.locator("dl.account").wait_for()
            check(page, seen, "report opened")
        page.goto(site.sign_in_link("Dara"))
        for path in ("/on-call/", "/duties/", "/along/"):
            page.goto(site.staff + path)
            check(page, seen, f"a supervisor's {path}")
        assert report(seen) > 10


def test_titles_are_neutral(site, phone, worker):
    page = phone()
    titles: set[str] = set()
    walk.report(page, site.public, "en", "child", ANSWERS, lambda p: titles.add(p.title()))
    assert not [t for t in titles if re.search(r"report|abuse|child|help|safe|hotline", t, flags=re.IGNORECASE)], titles
