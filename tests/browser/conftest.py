"""A site and a browser for the tests that walk through pages."""

import contextlib
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests import postgres
from tests.browser.site import Site

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
# the site's own background work must not be mistaken for the browser's
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in item.nodeid.replace("\\", "/"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    started = Site(tmp_path_factory.mktemp("site")).start()
    yield started
    started.stop()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def either_site(request, tmp_path_factory):
    """The same site on both databases; on PostgreSQL each face has its own role."""
    with contextlib.ExitStack() as stack:
        urls = stack.enter_context(postgres.running()) if request.param == "postgresql" else {}
        started = Site(tmp_path_factory.mktemp(request.param), environment=urls)
        stack.callback(started.stop)
        yield started.start()


@pytest.fixture
def phone(chromium):
    """`phone(scripts=False)`: a page of a fresh phone; JavaScript is off unless asked for."""
    contexts = []

    def fresh(*, scripts=False, size=PHONE, cookies=True, **more):
        context = chromium.new_context(java_script_enabled=scripts, viewport=size, **more)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield fresh
    for context in contexts:
        context.close()


@pytest.fixture
def worker(chromium):
    """`worker(site, "Sokha")`: a page of a worker's browser, signed in."""
    contexts = []

    def signed_in(site, name, *, scripts=True, size=DESKTOP, language="en"):
        context = chromium.new_context(java_script_enabled=scripts, viewport=size)
        context.add_cookies([{"name": "l", "value": language, "url": site.staff}])
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(site.sign_in_link(name))
        return page

    yield signed_in
    for context in contexts:
        context.close()


def faults_of_axe(page) -> list[str]:
    """What axe finds on the page as it is; needs a context with bypass_csp and scripts."""
    found = Axe().run(page)
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
