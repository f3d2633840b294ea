"""`make pictures`: every page, in Khmer and English, on a phone and a desktop, to look at; two go to the README."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import test_cases, test_duplicates, walk
from tests.browser.conftest import DESKTOP, PHONE, QUIET
from tests.browser.site import Site

ROOT = Path(__file__).resolve().parent.parent.parent
INTO = ROOT / "build" / "pictures"
ANSWERS = {
    "child": {"safety_now": "not_safe", "what": "—", "last_five_days": "yes", "threatened": "yes", "about_us": "no"},
    "online": {"addresses": "page.example/1", "threatened": "yes", "about_us": "no"},
    "adult": {"danger_now": "yes", "place_text": "Thmei", "last_five_days": "yes", "contact_wanted": "yes"},
}


class Camera:
    def __init__(self, page, name: str) -> None:
        self.page, self.name, self.number = page, name, 0

    def take(self, what: str) -> None:
        self.number += 1
        self.page.screenshot(path=INTO / f"{self.name}-{self.number:02d}-{what}.png", full_page=True)


def public(page, base: str, language: str, camera: Camera) -> None:
    for way, answers in ANSWERS.items():
        code = walk.report(page, base, language, way, answers, lambda _, w=way: camera.take(w))
    for path in ("start/short", "code", "near", "leave"):
        page.goto(f"{base}/{language}/{path}/")
        camera.take(path.replace("/", "-"))
    walk.open_code(page, base, language, "1234")
    camera.take("wrong-code")
    walk.open_code(page, base, language, code)
    camera.take("dialogue")


def staff(page, site: Site, camera: Camera) -> None:
    page.goto(f"{site.staff}/account/login/")
    camera.take("sign-in")
    page.goto(site.sign_in_link("Sokha"))
    for path in ("/", "/?tab=mine", "/?tab=ended", "/calls/", "/check/", "/on-call/", "/find/?q=1", "/account/2fa/",
                 "/shift/", "/my-callers/", "/for-you/"):  # fmt: skip
        page.goto(site.staff + path)
        camera.take(path.strip("/?").replace("/", "-").replace("?", "-").replace("=", "-") or "inbox")
    for tab in ("", "?tab=mine"):
        page.goto(f"{site.staff}/{tab}")
        page.goto(site.staff + page.locator("[data-row] a[href*='/r/']").first.get_attribute("href"))
        camera.take("report")
        page.locator("form[action$='/account/'] button").first.click()
        page.locator("dl.account").wait_for()
        camera.take("report-opened")


def people(page, site: Site, camera: Camera) -> None:
    """Who works here, and what waits for a second person: as who keeps the accounts, and as who decides."""
    page.goto(site.sign_in_link("Tola"))
    for path in ("/staff/", "/staff/new/", "/roles/", "/decisions/", "/told/"):
        page.goto(site.staff + path)
        camera.take(path.strip("/").replace("/", "-"))
    page.goto(f"{site.staff}/staff/")
    page.locator("main table a", has_text="Sreyleak").click()
    camera.take("worker")
    page.goto(site.sign_in_link("Borey"))
    page.goto(f"{site.staff}/decisions/")
    camera.take("decisions-to-take")


def cases(page, site: Site, camera: Camera) -> None:
    """A case and its people: as who leads it, and opening one as who took the report."""
    page.goto(site.sign_in_link("Sreyleak"))
    test_cases.walk_case(page, site, lambda _, what: camera.take(_name(what)))
    test_cases.walk_people(page, site, lambda _, what: camera.take(_name(what)))
    page.goto(site.sign_in_link("Sokha"))
    test_cases.walk_opening(page, site, lambda _, what: camera.take(_name(what)))
    page.goto(site.sign_in_link("Dara"))
    test_duplicates.walk_duplicates(page, site, lambda _, what: camera.take(_name(what)))
    test_duplicates.walk_a_list(page, site, lambda _, what: camera.take(_name(what)))


def _name(what: str) -> str:
    return what.replace("/", "").replace(",", "").replace(" ", "-")


def main() -> int:
    INTO.mkdir(parents=True, exist_ok=True)
    shown = ROOT / "docs" / "pictures"
    shown.mkdir(parents=True, exist_ok=True)
    site = Site(Path(tempfile.mkdtemp(prefix="tumpeang-pictures-"))).start()
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
            for language in ("km", "en"):
                for width, size in ((360, PHONE), (1280, DESKTOP)):
                    phone = browser.new_page(java_script_enabled=False, viewport=size)
                    public(phone, site.public, language, Camera(phone, f"public-{language}-{width}"))
                    desk = browser.new_page(viewport=size)
                    desk.context.add_cookies([{"name": "l", "value": language, "url": site.staff}])
                    staff(desk, site, Camera(desk, f"staff-{language}-{width}"))
                    people(desk, site, Camera(desk, f"people-{language}-{width}"))
                    cases(desk, site, Camera(desk, f"cases-{language}-{width}"))
            first = browser.new_page(viewport=PHONE)
            first.goto(f"{site.public}/km/")
            first.screenshot(path=shown / "first-view.png")
            inbox = browser.new_page(viewport=DESKTOP)
            inbox.context.add_cookies([{"name": "l", "value": "en", "url": site.staff}])
            inbox.goto(site.sign_in_link("Sokha"))
            inbox.screenshot(path=shown / "inbox.png")
    finally:
        site.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
