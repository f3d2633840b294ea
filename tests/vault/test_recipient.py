"""The newest public half is the one in use, at once, although the directory is not read for every report."""

import os
import time

import pytest

from tumpeang.vault import sealed
from tumpeang.vault.keyring import HOTLINE, SAFEGUARDING, MissingKey

AN_HOUR_AGO = time.time() - 3600


def publish(directory, version: int) -> bytes:
    secret = os.urandom(32)
    sealed.publish(HOTLINE, version, secret, directory)
    return sealed.public_half(secret)


@pytest.fixture
def halves(settings, tmp_path):
    settings.PUBLIC_KEYS_DIR = tmp_path
    return tmp_path


def test_a_new_half_is_used_at_once(halves):
    for version in (1, 2, 3):
        public = publish(halves, version)
        assert sealed.recipient(HOTLINE) == sealed.Recipient(HOTLINE, version, public)


def test_a_new_half_is_used_at_once_after_a_long_quiet(halves):
    publish(halves, 1)
    os.utime(halves, (AN_HOUR_AGO, AN_HOUR_AGO))
    assert sealed.recipient(HOTLINE).version == 1
    assert publish(halves, 2) == sealed.recipient(HOTLINE).public


def test_a_quiet_directory_is_read_once(halves, monkeypatch):
    publish(halves, 1)
    os.utime(halves, (AN_HOUR_AGO, AN_HOUR_AGO))
    first = sealed.recipient(HOTLINE)
    monkeypatch.setattr(sealed, "_names", lambda _directory: pytest.fail("read again"))
    assert sealed.recipient(HOTLINE) == first


def test_a_directory_that_has_just_changed_is_read_each_time(halves):
    publish(halves, 1)
    written = halves.stat().st_mtime_ns
    assert sealed.recipient(HOTLINE).version == 1
    publish(halves, 2)
    os.utime(halves, ns=(written, written))  # as within one tick of the file system's clock
    assert sealed.recipient(HOTLINE).version == 2


def test_what_is_missing_says_what_to_do(halves, settings):
    publish(halves, 1)
    with pytest.raises(MissingKey, match="keys init"):
        sealed.recipient(SAFEGUARDING)
    settings.PUBLIC_KEYS_DIR = halves / "nowhere"
    with pytest.raises(MissingKey, match="keys init"):
        sealed.recipient(HOTLINE)
