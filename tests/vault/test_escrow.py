"""The recovery key in three hands, and archives that only two of them open."""

import os
import re
import tracemalloc
from itertools import combinations
from pathlib import Path

import pytest

from tumpeang.vault import archive, escrow, sealed
from tumpeang.vault.escrow import BadShare, Recovery
from tumpeang.vault.keyring import STAFF_KINDS, keyring

pytestmark = pytest.mark.usefixtures("own_keys")


@pytest.fixture
def made():
    made = escrow.draw_up()
    escrow.keep(made)
    return made


def written(path: Path, to: Recovery, **members: bytes) -> Path:
    with path.open("wb") as file:
        writer = archive.Writer(file, kind="data", to=to)
        for name, content in members.items():
            writer.add(name, [content])
        writer.close()
    return path


def opened(path: Path, secret: bytes) -> dict[str, bytes]:
    with path.open("rb") as file:
        return {name: b"".join(content) for name, content in archive.Reader(file).members(secret)}


# ---- shares --------------------------------------------------------------------------------------------------------


def test_any_two_of_three_shares_give_the_key_back_and_one_does_not(made):
    for pair in combinations(made.shares, 2):
        assert sealed.public_half(escrow.combine(pair)) == made.recovery.public
    for share in made.shares:
        with pytest.raises(BadShare, match="2 shares"):
            escrow.combine([share])


def test_the_private_half_is_written_nowhere(made, own_keys):
    secret = escrow.combine(made.shares[:2])
    on_disk = b"".join(path.read_bytes() for path in own_keys.rglob("*") if path.is_file())
    for form in (secret, secret.hex().encode(), made.shares[0].encode()):
        assert form not in on_disk
    assert made.shares[0] not in repr(made)


def test_it_counts_only_when_kept_and_a_second_time_is_a_new_version(own_keys):
    first = escrow.draw_up()
    assert escrow.newest() is None, "nobody has it on paper yet"
    escrow.keep(first)
    second = escrow.draw_up()
    escrow.keep(second)
    assert (first.recovery.name, second.recovery.name) == ("recovery-0001", "recovery-0002")
    assert escrow.newest() == second.recovery


def test_a_share_is_read_as_people_copy_it(made):
    share = made.shares[1]
    numbered = "\n".join(f"{n:>2}. {word.upper()}" for n, word in enumerate(share.split(), start=1))
    short = " ".join(word[:4] for word in share.split())
    assert escrow.read_share(numbered) == escrow.read_share(short) == share


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda words: words[:-1], "33 words, and here are 32"),
        (lambda words: ["bamboo", *words[1:]], "word 1 is not a word of a share"),
        (lambda words: [words[1], words[0], *words[2:]], "a word of this share is wrong"),
    ],
)
def test_a_share_copied_wrongly_says_what_is_wrong(made, spoil, said):
    words = made.shares[0].split()
    while words[0] == words[1]:
        words = escrow.draw_up().shares[0].split()
    with pytest.raises(BadShare, match=said) as told:
        escrow.read_share(" ".join(spoil(words)))
    assert not set(re.findall(r"[a-z]+", str(told.value))) & {word for word in words if len(word) > 6}


def test_shares_that_do_not_belong_together_are_refused(made):
    other = escrow.draw_up()
    with pytest.raises(BadShare, match="same share twice"):
        escrow.combine([made.shares[0], made.shares[0]])
    with pytest.raises(BadShare, match="not of the same recovery key"):
        escrow.combine([made.shares[0], other.shares[1]])


# ---- archives ------------------------------------------------------------------------------------------------------


def test_what_goes_in_comes_out_and_nothing_of_it_shows(made, tmp_path):
    big = os.urandom(3 * archive.CHUNK) + b"x"
    exact = b"y" * archive.CHUNK
    path = written(tmp_path / "a", made.recovery, one=b"what somebody told", none=b"", big=big, exact=exact)
    secret = escrow.combine(made.shares[:2])
    assert opened(path, secret) == {"one": b"what somebody told", "none": b"", "big": big, "exact": exact}
    assert b"what somebody told" not in path.read_bytes()
    with path.open("rb") as file:
        header = archive.Reader(file).header
    assert (header.kind, header.recovery) == ("data", made.recovery)


def test_nothing_that_lies_on_the_server_opens_an_archive(made, tmp_path):
    """An administrator alone, with every key of the machine, cannot come to read anything by restoring."""
    path = written(tmp_path / "a", made.recovery, one=b"x")
    secrets = [keyring().current(kind).secret for kind in STAFF_KINDS] + [made.recovery.public]
    for secret in secrets:
        with pytest.raises(archive.Damaged, match="does not open it: it wants recovery-0001"):
            opened(path, secret)


def test_a_key_that_was_renewed_opens_only_what_was_sealed_to_it(made, tmp_path):
    old = written(tmp_path / "old", made.recovery, one=b"x")
    fresh = escrow.draw_up()
    new = written(tmp_path / "new", fresh.recovery, one=b"y")
    before, after = escrow.combine(made.shares[:2]), escrow.combine(fresh.shares[1:])
    assert opened(old, before) == {"one": b"x"} and opened(new, after) == {"one": b"y"}
    with pytest.raises(archive.Damaged, match="recovery-0002"):
        opened(new, before)


def test_every_changed_missing_or_added_byte_shows(made, tmp_path):
    path = written(tmp_path / "a", made.recovery, one=b"some words", two=b"others")
    secret, whole = escrow.combine(made.shares[:2]), path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(archive.Damaged):
            opened(path, secret)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(archive.Damaged, match="cut off"):
            opened(path, secret)
    path.write_bytes(whole + b"\0")
    with pytest.raises(archive.Damaged, match="added after its end"):
        opened(path, secret)


def test_a_piece_moved_or_left_out_shows(made, tmp_path):
    pieces = [bytes([n]) * archive.CHUNK for n in range(4)]
    path = written(tmp_path / "a", made.recovery, one=b"".join(pieces))
    secret, whole = escrow.combine(made.shares[:2]), path.read_bytes()
    size = archive.CHUNK + 17 + 4
    start = len(whole) - 2 * (17 + 4) - 4 * size  # the four pieces, then PUSH and FINAL
    first, second = whole[start : start + size], whole[start + size : start + 2 * size]
    for swapped in (second + first, second, first + first):
        path.write_bytes(whole[:start] + swapped + whole[start + 2 * size :])
        with pytest.raises(archive.Damaged):
            opened(path, secret)


def test_memory_stays_flat(made, tmp_path):
    secret = escrow.combine(made.shares[:2])
    tracemalloc.start()
    with (tmp_path / "a").open("wb") as file:
        writer = archive.Writer(file, kind="data", to=made.recovery)
        writer.add("big", (b"z" * 100_000 for _ in range(400)))
        writer.close()
    with (tmp_path / "a").open("rb") as file:
        length = sum(len(piece) for _, content in archive.Reader(file).members(secret) for piece in content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert length == 40_000_000 and peak < 2_000_000
