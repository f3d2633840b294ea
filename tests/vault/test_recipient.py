"""The newest public half is the one in use, at once, although the directory is not read for every report.

And what is sealed for several readers: each opens it alone, nobody else does, and it opens nowhere else.
"""

import os
import time

import pytest

from tumpeang.vault import holders, sealed
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.keyring import BOARD, FOCAL, HOTLINE, MissingKey

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
        sealed.recipient(FOCAL)
    settings.PUBLIC_KEYS_DIR = halves / "nowhere"
    with pytest.raises(MissingKey, match="keys init"):
        sealed.recipient(HOTLINE)


# ---- several readers ---------------------------------------------------------------------------------------------


@pytest.fixture
def two(halves, settings):
    """The halves of both seats, as `keys init` lays them."""
    settings.SAFEGUARDING_DIR = halves / "held"
    return {half.kind: half for half in holders.lay_first()}


def seal(plain=b"words", place="report|1", kinds=(FOCAL, BOARD)):
    return sealed.seal_to([sealed.recipient(kind) for kind in kinds], plain, place)


def test_each_reader_opens_it_alone(two):
    said, blob = seal()
    assert said == "safeguarding focal-0001 board-0001"
    for half in two.values():
        assert sealed.open_as(half.name, half.secret, blob, "report|1") == b"words"
    assert b"words" not in blob


def test_who_is_not_a_reader_opens_nothing_under_any_name(two):
    said, blob = seal(kinds=(BOARD,))
    assert sealed.readers_in(said) == ["board-0001"]
    for name in ("focal-0001", "board-0001", "hotline-0001"):
        with pytest.raises(Unreadable):
            sealed.open_as(name, two[FOCAL].secret, blob, "report|1")


def test_it_opens_in_its_own_place_only(two):
    _said, blob = seal()
    with pytest.raises(Unreadable):
        sealed.open_as("focal-0001", two[FOCAL].secret, blob, "report|2")


@pytest.mark.parametrize("spoil", [lambda b: b"", lambda b: b"\xff\xff" + b[2:], lambda b: b[:-1] + bytes([b[-1] ^ 1])])
def test_what_was_changed_does_not_open(two, spoil):
    _said, blob = seal()
    with pytest.raises(Unreadable):
        sealed.open_as("focal-0001", two[FOCAL].secret, spoil(blob), "report|1")


def test_an_envelope_has_a_reader(two):
    with pytest.raises(MissingKey):
        sealed.seal_to([], b"words", "report|1")


def test_more_goes_to_exactly_those_whom_the_row_names_though_a_key_is_newer(two):
    said, _blob = seal()
    holders.publish(holders.fresh(FOCAL))
    assert sealed.recipient(FOCAL).version == 2
    assert [reader.name for reader in sealed.readers_of(said)] == ["focal-0001", "board-0001"]


def test_more_for_the_hotline_goes_to_its_newest(two, halves):
    publish(halves, 1)
    publish(halves, 2)
    assert [reader.name for reader in sealed.readers_of("hotline-0001")] == ["hotline-0002"]
    assert sealed.readers_in("hotline-0001") == []


# ---- the line that a person keeps --------------------------------------------------------------------------------


def test_a_line_is_read_however_it_was_spaced(two, halves):
    half = two[FOCAL]
    line = (halves / "held" / "focal" / "focal-0001.key").read_text()
    assert line.strip() == half.line
    for typed in (line, line.upper(), line.replace(" ", ""), line.replace(" ", "\n"), line.replace(" ", "-")):
        assert holders.read_line(typed) == half
    assert holders.fits(half) and half.line.split()[1] not in repr(half)


@pytest.mark.parametrize(
    "typed", ["", "focal-0001", "hotline-0001 " + 52 * "a", "focal-0001 " + 51 * "a" + "1", 62 * "ក"]
)
def test_what_is_no_line_says_so_and_repeats_nothing(typed):
    with pytest.raises(holders.NotAKey) as refused:
        holders.read_line(typed)
    assert str(refused.value) == ""


def test_a_line_with_one_wrong_sign_does_not_fit(two):
    line = two[BOARD].line
    wrong = line[:-1] + ("a" if line[-1] != "a" else "q")
    assert not holders.fits(holders.read_line(wrong))
    assert not holders.fits(holders.fresh(BOARD)), "not published yet"


def test_each_half_lies_in_a_folder_of_its_own_and_is_made_once(two, halves):
    assert {path.parent.name for path in (halves / "held").rglob("*.key")} == {"focal", "board"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (halves / "held").rglob("*"))
    assert holders.lay_first() == []
