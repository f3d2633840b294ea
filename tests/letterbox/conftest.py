"""A phone that walks the ways, and receipts that cost nothing to derive."""

import re
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from tumpeang.letterbox import queries
from tumpeang.letterbox.ways import WAYS
from tumpeang.vault import receipt

MEMORY_KIB = receipt.MEMORY_KIB  # before it is made small


@pytest.fixture(autouse=True)
def quick_receipts(monkeypatch):
    """Derivation at the least memory Argon2id takes; what it costs in truth is measured in bench."""
    monkeypatch.setattr(receipt, "MEMORY_KIB", 8)


@dataclass
class Walker:
    """Somebody on one way, in English."""

    client: Client
    sign: str

    def start(self):
        return self.client.post("/en/start/", {"w": self.sign})

    def page(self, key: str) -> str:
        way = next(way for way in WAYS.values() if way.sign == self.sign)
        number = next(n for n, question in enumerate(way.questions, start=1) if question.key == key)
        return f"/en/start/{number}/"

    def see(self, key: str) -> str:
        return self.client.get(self.page(key)).content.decode()

    def tell(self, key: str, value="", go: str = "next", **more):
        name = "place_text" if key == "where_text" else key
        return self.client.post(self.page(key), {"w": self.sign, "go": go, name: value, **more})

    def send(self, **more):
        return self.client.post("/en/start/send/", {"w": self.sign, **more})

    @property
    def cookie(self) -> str:
        return self.client.cookies["d"].value

    @property
    def draft(self):
        return queries.draft(self.cookie, now=timezone.now())

    @property
    def receipt(self) -> str:
        return receipt_on(self.client.get("/en/start/done/"))


@pytest.fixture
def walk(public):
    """`walk("a")`: somebody who has pressed Start on the child's way."""

    def started(sign: str = "a", client=None) -> Walker:
        walker = Walker(client or public, sign)
        walker.start()
        return walker

    return started


def receipt_on(response) -> str:
    block = re.search(r'class="receipt".*?</p>', response.content.decode(), re.S)
    return "".join(re.findall(r"<span>(\d{4})</span>", block[0])) if block else ""


def main_of(response) -> str:
    """The text of a page's main part, without tags."""
    html = response.content.decode()
    main = "".join(re.findall(r"<main.*?</main>", html, re.S))
    main = re.sub(r"<(?:option|li|p|h\d|label|legend|button|dt|dd|div|a)\b", ". <", main)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))
