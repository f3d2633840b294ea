import pytest
from django.utils import timezone

from tests.config.houses import House, in_hand
from tumpeang.access import log as chain
from tumpeang.access.door import SYSTEM
from tumpeang.intake import erasing
from tumpeang.letterbox import actions as letterbox
from tumpeang.vault import receipt


@pytest.fixture
def house(committed, own_keys, monkeypatch, settings):
    """Two opened reports with words and tokens, one that waits, one for the safeguarding people, one erased."""
    monkeypatch.setattr(receipt, "MEMORY_KIB", 8)
    settings.BACKUP_STAMP, settings.REHEARSAL_STAMP = own_keys / "stamps" / "last", own_keys / "stamps" / "rehearsed"
    house = House(own_keys)
    first, second = house.report("first", addresses="https://site.example/a"), house.report("second")
    gone = house.report("gone before")
    house.open()
    letterbox.add_words(code=house.codes[first], text="and more", now=timezone.now())
    house.open()
    erasing.erase(by=SYSTEM, report=erasing.find(gone), now=timezone.now())
    house.waits, house.sealed = house.report("waits"), house.report("about us", about_us="yes")
    house.first, house.second, house.gone = first, second, gone
    chain.sign_head(at=timezone.now())
    house.shares = in_hand()
    return house
