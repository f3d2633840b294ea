"""What a real browser with an empty cache fetches for one page: headless Chromium, asked through its own protocol."""

import shutil
from typing import Any
from urllib.parse import urljoin, urlsplit

_NO_ICON = "/favicon.ico"  # what a browser asks for when a page names no icon


class NotInstalled(Exception):
    pass


def first_view(url: str) -> dict[str, int]:
    """Bytes on the wire of each address that the page makes the browser fetch, the favicon among them.

    Raises NotInstalled without Chromium.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise NotInstalled("Debian's package `chromium` is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            page = browser.new_context(viewport={"width": 360, "height": 740}, locale="km").new_page()
            fetched = _Fetched(page)
            page.goto(url, wait_until="networkidle")
            page.evaluate("document.fonts.ready.then(() => true)")
            icon = page.evaluate("document.querySelector('link[rel~=icon]')?.href") or urljoin(url, _NO_ICON)
            if not icon.startswith("data:") and urlsplit(icon).path not in fetched.sizes:
                page.goto(icon)  # headless Chromium hides its own request for it
            return fetched.sizes
        finally:
            browser.close()


class _Fetched:
    """Listens to the network of a page."""

    def __init__(self, page: Any) -> None:
        self.sizes: dict[str, int] = {}
        self._paths: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        parts = urlsplit(event["request"]["url"])
        if parts.scheme in {"http", "https"}:  # a data: address is not fetched
            self._paths[event["requestId"]] = parts.path

    def _came(self, event: dict[str, Any]) -> None:
        path = self._paths.get(event["requestId"])
        if path is not None:
            self.sizes[path] = self.sizes.get(path, 0) + int(event["encodedDataLength"])
