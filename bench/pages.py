"""How heavy the public face is on a phone: the first view in a real browser, then every page's bytes and server time.

Bytes are those on the wire: status line, headers and compressed body. A page after the first costs its own bytes and
nothing more, because the style sheet, the script and the font are cached for good under names with a hash in them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from bench import browser, site
from bench.client import Client
from bench.figures import say, show

FIRST_VIEW_BYTES = 40_000
FIRST_VIEW_REQUESTS = 5
NEXT_PAGE_BYTES = 10_000
REPEATS = 15  # of each page, for its server time
COMMON = "ថ្មី"  # a name that very many villages bear: the longest list of places
TELLING = "ខ្ញុំចង់ប្រាប់រឿងមួយ"
# to every question that has such an answer, the one that brings a warning to the page after it
WARNED = {"go": "next", "safety_now": "not_safe", "danger_now": "yes", "last_five_days": "yes", "threatened": "yes"}


@dataclass(frozen=True)
class Page:
    path: str
    about: str = ""  # which of several pages with this path
    cookie: str = ""
    form: dict[str, str] | None = None  # the page is the answer to this

    @property
    def name(self) -> str:
        return f"page {self.path}" + (f" ({self.about})" if self.about else "")


def main() -> None:
    with site.prepared("sqlite") as environment, site.public_face(environment) as port:
        _first_view(port)
        client = Client(port)
        size, page = max((_measure(client, page), page.name) for page in _pages(client))
        show("next_page_bytes", value=size, unit="bytes", against=NEXT_PAGE_BYTES, page=page)


def _first_view(port: int) -> None:
    """`/km/` with a cold cache in Chromium, with all that it fetches."""
    try:
        sizes = browser.first_view(f"http://127.0.0.1:{port}/km/")
    except browser.NotInstalled as reason:
        say(f"SKIPPED first_view_bytes, first_view_requests: {reason}")
        return
    show("first_view_bytes", value=sum(sizes.values()), unit="bytes", against=FIRST_VIEW_BYTES, fetched=sizes)
    show("first_view_requests", value=len(sizes), unit="requests", against=FIRST_VIEW_REQUESTS)


def _measure(client: Client, page: Page) -> int:
    """Show one page's line; returns its bytes on the wire."""
    answers = [client.fetch(page.path, cookie=page.cookie, form=page.form) for _ in range(REPEATS)]
    if answers[0].status >= 500 or answers[0].location:
        raise RuntimeError(f"{page.name} was answered with {answers[0].status}")
    plain = client.fetch(page.path, cookie=page.cookie, form=page.form, accept="identity")
    size = max(answer.wire_bytes for answer in answers)  # compression pads by chance, against guessing
    show(
        page.name,
        value=size,
        unit="bytes",
        against=NEXT_PAGE_BYTES,
        server_ms=median(answer.seconds for answer in answers) * 1000,
        plain_bytes=plain.wire_bytes,
        encoding=answers[0].encoding,
    )
    return size


# ---- every page there is -------------------------------------------------------------------------------------------


def _pages(client: Client) -> Iterator[Page]:
    """Every public page in Khmer, in the order in which people meet them."""
    yield Page("/km/")
    yield from _near()
    for sign in sorted(set(re.findall(r"\?w=(\w+)", client.fetch("/km/").text))):
        yield from _way(client, sign)
    yield from _short(client)
    yield Page("/km/start/done/", "without a draft")
    yield Page("/km/leave/")
    yield Page("/km/nowhere/", "not found")


def _near() -> Iterator[Page]:
    yield Page("/km/near/")
    yield Page("/km/near/", "help in the whole country", form={"need": "", "place_text": ""})
    yield Page("/km/near/", "list of provinces", form={"place_open": "top"})
    yield Page("/km/near/", "many places of one name", form={"need": "", "place_text": COMMON})


def _way(client: Client, sign: str) -> Iterator[Page]:
    """What is said before starting, all questions of one way, sending, and the receipt."""
    yield Page(f"/km/start/?w={sign}")
    cookie = client.fetch("/km/start/", form={"w": sign}).cookie
    number = 1
    while not (shown := client.fetch(f"/km/start/{number}/", cookie=cookie)).location:
        path = f"/km/start/{number}/"
        yield Page(path, f"way {sign}", cookie)
        if 'name="place_text"' in shown.text:
            form = {"w": sign, "go": "next", "place_text": COMMON}
            yield Page(path, f"way {sign}, many places of one name", cookie, form)
        client.fetch(path, cookie=cookie, form=WARNED | {"w": sign})
        number += 1
    yield Page("/km/start/send/", f"way {sign}, nothing told yet", cookie)
    client.fetch("/km/start/1/", cookie=cookie, form={"w": sign, "go": "skip"})
    client.fetch("/km/start/2/", cookie=cookie, form={"w": sign, "what": TELLING})
    yield Page("/km/start/send/", f"way {sign}", cookie)
    client.fetch("/km/start/send/", cookie=cookie, form={"w": sign})
    yield Page("/km/start/done/", f"way {sign}", cookie)


def _short(client: Client) -> Iterator[Page]:
    """The one-page form and its receipt, then the page of the code with the receipt typed in."""
    yield Page("/km/start/short/")
    asked = client.fetch("/km/start/short/").text
    nonce = re.search(r'name="n" value="([^"]+)"', asked)
    empty = {"n": nonce[1] if nonce else "", "w": "a"}
    form = empty | {"what": TELLING, "safety_now": "not_safe", "last_five_days": "yes"}
    yield Page("/km/start/short/", "nothing told yet", form=empty)
    yield Page("/km/start/short/", "the receipt", form=form)
    digits = "".join(re.findall(r"<span>(\d{4})</span>", client.fetch("/km/start/short/", form=form).text))
    yield Page("/km/code/")
    yield Page("/km/code/", "mistyped", form={"code": "1" * 20})
    yield Page("/km/code/", "the dialogue", form={"code": digits})
