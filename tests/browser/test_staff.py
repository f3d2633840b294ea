"""The workspace in a browser: a passkey under the strict policy, the keys, and the list that renews itself."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest

from tests.browser import walk
from tests.browser.conftest import DESKTOP

PASSWORD = "four words that belong"
NOW = {"safety_now": "not_safe", "what": "A worry."}


def code_of(secret: str) -> str:
    """RFC 6238, written out: the app on a phone is not ours either."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    return str((struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6).zfill(6)


@pytest.fixture
def nary(site, worker, phone):
    """An account as a house makes it: one proposes, another agrees and hands a code over, Nary begins with it."""
    tola = worker(site, "Tola")
    tola.goto(f"{site.staff}/staff/new/")
    for name, value in {"display_name": "Nary", "username": "nary"}.items():
        tola.fill(f"[name={name}]", value)
    tola.check("[name=language][value=en]")
    tola.check("[name=roles][value=call_taker]")
    tola.locator("main form .btn.primary").click()
    borey = worker(site, "Borey")
    borey.goto(f"{site.staff}/decisions/")
    borey.locator("article", has_text="(nary)").locator("form[action$='/approve/'] button").click()
    begin = phone(scripts=True, size=DESKTOP)
    begin.goto(f"{site.staff}/account/start/")
    given = {"username": "nary", "code": borey.locator(".handed").inner_text(), "password1": PASSWORD}
    for name, value in (given | {"password2": PASSWORD}).items():
        begin.fill(f"[name={name}]", value)
    begin.locator("form .btn.primary").click()
    begin.wait_for_url(f"{site.staff}/account/login/**")


@pytest.fixture
def browser_page(chromium, site):
    """A worker's browser that nobody has signed in with, and what its console says."""
    context = chromium.new_context(viewport=DESKTOP)
    context.add_cookies([{"name": "l", "value": "en", "url": site.staff}])
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    context.close()


def press(page, words: str) -> None:
    page.locator(f"button:text-is('{words}'):visible, a.btn:text-is('{words}'):visible").first.click()


def test_sign_in_with_password_app_and_passkey(site, nary, browser_page):
    page = browser_page
    page.goto(f"{site.staff}/check/")
    page.fill("[name=login]", "nary")
    page.fill("[name=password]", PASSWORD)
    press(page, "Sign in")
    page.goto(f"{site.staff}/check/")
    assert "/totp/activate/" in page.url  # nowhere else before the second step
    assert page.locator("img.qr").evaluate("picture => picture.naturalWidth") > 0
    page.fill("[name=code]", code_of(page.locator(".secret").text_content().strip()))
    press(page, "Set it up")
    assert page.locator(".codes li").count() == 10
    press(page, "I have written them down")
    page.wait_for_url(f"{site.staff}/")

    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{site.staff}/account/2fa/webauthn/add/")
    page.check("[name=passwordless]")
    press(page, "Add this passkey")
    page.wait_for_url(f"{site.staff}/account/2fa/")
    press(page, "Sign out")
    page.goto(f"{site.staff}/on-call/")
    press(page, "Sign in with a passkey")
    page.wait_for_url(f"{site.staff}/on-call/")
    assert page.said == []  # nothing that the policy refused


def test_a_passkey_that_does_not_work_is_said_in_words(site, browser_page):
    page = browser_page
    page.goto(f"{site.staff}/account/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')); }")
    press(page, "Sign in with a passkey")
    page.locator("#passkey-failed").wait_for()
    assert page.said == []


def test_the_list_renews_itself_and_the_place_in_it_stays(site, worker, phone):
    page = worker(site, "Bopha")
    rows = page.locator("[data-row]")
    before = rows.count()
    page.keyboard.press("j")
    page.keyboard.press("j")
    place = page.locator("[data-on]").get_attribute("id")
    walk.report(phone(), site.public, "en", "child", NOW)
    rows.nth(before).wait_for(timeout=25_000)
    assert page.locator("[data-on]").get_attribute("id") == place
    assert page.evaluate("document.activeElement.id") == place.replace("r-", "o-")
    page.locator("[data-ring]").first.wait_for()
    assert re.match(r"\(\d+\) Inbox$", page.title())


def test_the_whole_work_by_keyboard(site, worker, phone):
    walk.report(phone(), site.public, "en", "child", NOW)
    page = worker(site, "Bopha")
    page.locator("[data-row]").first.wait_for()
    page.keyboard.press("n")
    page.wait_for_url("**/r/**")
    page.keyboard.press("t")
    page.locator("#answer").wait_for()
    page.keyboard.press("r")
    page.locator("dl.account").wait_for()
    page.keyboard.press("a")
    page.keyboard.type("Thank you for telling us.")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.locator("text=Your colleagues see that you ask").wait_for()
    page.keyboard.press("h")
    assert page.locator("details.drop[open]").count() == 1
    page.goto(f"{site.staff}/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"


def test_the_work_without_javascript(site, worker, phone):
    page = worker(site, "Sokha", scripts=False)
    immediate = page.locator("[data-row]:has(.tag.immediate)")
    before = immediate.count()
    code = walk.report(phone(), site.public, "en", "child", NOW)
    for _ in range(40):
        page.reload()
        if immediate.count() > before:
            break
        time.sleep(0.25)
    immediate.last.locator("button").click()  # among equals the newest stands last
    press(page, "Open the account")
    assert "A worry." in page.locator("dl.account").inner_text()
    page.fill("#answer textarea", "Thank you for telling us.")
    page.locator("#answer button.primary").click()
    assert "Your answer is sent." in page.inner_text("main")
    reader = phone()
    walk.open_code(reader, site.public, "en", code)
    assert "Thank you for telling us." in reader.inner_text("main")


def test_a_page_that_was_signed_out_says_so_keeps_what_is_typed_and_goes_on(site, worker, phone):
    walk.report(phone(), site.public, "en", "child", NOW)
    page = worker(site, "Dara")
    page.goto(f"{site.staff}/next/")
    page.keyboard.press("t")
    page.fill("#answer textarea", "Words that took an hour.")
    page.context.clear_cookies()
    page.locator("#signed-out").wait_for(timeout=25_000)
    assert page.locator("#offline").is_hidden()
    send = page.locator("#answer button.primary")
    send.click()  # nothing goes, so that nothing is lost
    assert page.input_value("#answer textarea") == "Words that took an hour."
    stored = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert "hour" not in stored and "worry" not in stored
    page.context.new_page().goto(site.sign_in_link("Dara"))  # as the banner's link would, in a window of its own
    page.bring_to_front()
    page.locator("#signed-out").wait_for(state="hidden", timeout=25_000)
    send.click()  # with the new sign-in's token
    page.locator("#talk >> text=Words that took an hour.").wait_for()


def test_typing_tells_that_somebody_is_at_work(site, worker):
    page = worker(site, "Dara")
    page.goto(f"{site.staff}/deputies/")
    with page.expect_request(f"{site.staff}/here/") as told:
        page.locator("main select").focus()
        page.locator("main select").select_option(index=1)
    assert told.value.method == "POST" and told.value.headers["x-csrftoken"]
    assert told.value.response().status == 204
