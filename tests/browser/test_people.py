"""The pages about people in a browser: a new worker from the proposal to the first sign-in, and axe on every page."""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.test_axe import LANGUAGES, LOOKS, check, looking, report  # noqa: F401

PASSWORD = "four words that belong"


def signed_in(looking, site, name, look, language):  # noqa: F811
    page = looking(look)
    page.context.add_cookies([{"name": "l", "value": language, "url": site.staff}])
    page.goto(site.sign_in_link(name))
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_about_people(site, looking, language):  # noqa: F811
    for number, look in enumerate((LOOKS[1], LOOKS[2])):
        seen: dict = {}
        tola = signed_in(looking, site, "Tola", look, language)
        for path in ("/staff/", "/staff/?closed=yes", "/roles/", "/decisions/", "/told/", "/staff/new/"):
            tola.goto(site.staff + path)
            check(tola, seen, path)
        tola.locator('[name="username"]').fill("x")
        tola.locator("main form button.primary").click()
        check(tola, seen, "what cannot be added")
        tola.locator('[name="display_name"]').fill("Somebody")
        tola.locator('[name="username"]').fill(f"somebody.{language}.{number}")
        tola.locator('[name="roles"][value="trainer"]').check()
        tola.locator("main form button.primary").click()
        check(tola, seen, "a new worker")
        for summary in tola.locator("main details summary").all():
            summary.click()
        check(tola, seen, "a new worker, opened")
        tola.goto(f"{tola.url}change/")
        check(tola, seen, "change")
        borey = signed_in(looking, site, "Borey", look, language)
        borey.goto(f"{site.staff}/decisions/")
        check(borey, seen, "decisions")
        borey.locator("article", has_text=f"somebody.{language}.{number}").locator(
            "form[action$='/approve/'] button"
        ).click()
        check(borey, seen, "code")
        anybody = looking(look)
        anybody.goto(f"{site.staff}/account/start/")
        check(anybody, seen, "begin")
        anybody.locator("main form button.primary").click()
        check(anybody, seen, "begin with nothing")
        assert report(seen) > 8


def test_a_new_worker_begins_without_scripts(site, chromium):
    """On a phone, with nothing but forms: proposed, agreed to, handed over, begun; then a second step is asked for."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    tola = context.new_page()
    tola.goto(site.sign_in_link("Tola"))
    tola.goto(f"{site.staff}/staff/new/")
    tola.locator('[name="display_name"]').fill("Nary")
    tola.locator('[name="username"]').fill("nary")
    tola.locator('[name="roles"][value="trainer"]').check()
    tola.locator("main form button.primary").click()
    other = chromium.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    other.goto(site.sign_in_link("Borey"))
    other.goto(f"{site.staff}/decisions/")
    other.locator("article", has_text="(nary)").locator("form[action$='/approve/'] button").click()
    code = other.locator(".handed").inner_text()
    nary = chromium.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    nary.goto(f"{site.staff}/account/start/")
    for name, value in {"username": "nary", "code": code.lower(), "password1": PASSWORD, "password2": PASSWORD}.items():
        nary.locator(f'[name="{name}"]').fill(value)
    nary.locator("main form button.primary").click()
    nary.locator('[name="login"]').fill("nary")
    nary.locator('[name="password"]').fill(PASSWORD)
    nary.locator("form[action='/account/login/'] button.primary").click()
    nary.goto(f"{site.staff}/staff/")
    assert nary.url.endswith("/account/2fa/totp/activate/")
    for page in (tola, other, nary):
        page.context.close()
