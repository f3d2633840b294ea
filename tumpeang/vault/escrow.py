"""The recovery key: what backups are sealed to, kept by three people on paper and on no machine.

Its public half lies in the keyring as `recovery-0001.pub`. The private half exists only while it is split: into three
shares of 33 words each (SLIP-39), any two of which give it back and one of which says nothing. A word that was copied
wrongly shows at once, because each share carries a checksum.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORDLIST

from tumpeang.vault import files
from tumpeang.vault.keyring import KEY_BYTES, keyring
from tumpeang.vault.sealed import public_half

PEOPLE = 3
ENOUGH = 2
WORDS = 33  # of one share of a 32-byte key
KIND = "recovery"
_NAME = re.compile(r"^recovery-(?P<version>\d{4})\.pub$")
_FIRST_LETTERS = 4  # no two words of the list begin with the same four
_BY_FIRST_LETTERS = {word[:_FIRST_LETTERS]: word for word in WORDLIST}


class BadShare(Exception):
    """What was typed is no share, or the shares do not belong together. The message says what to do, and no word."""


@dataclass(frozen=True)
class Recovery:
    """The public half: enough to write a backup, not to read one."""

    version: int
    public: bytes

    @property
    def name(self) -> str:
        return f"{KIND}-{self.version:04d}"


@dataclass(frozen=True)
class Escrow:
    """A recovery key that was just made, with its three shares. Nothing of it is on disk until `keep`."""

    recovery: Recovery
    shares: list[str] = field(repr=False)


def newest() -> Recovery | None:
    """The recovery key that backups are sealed to now, or None if there is none yet."""
    path = keyring().path
    found = [match for entry in path.iterdir() if (match := _NAME.match(entry.name))] if path.is_dir() else []
    if not found:
        return None
    last = max(found, key=lambda match: match["version"])
    return Recovery(int(last["version"]), bytes.fromhex((path / last.string).read_text()))


def draw_up() -> Escrow:
    """Make a recovery key and split it. Every two of the shares were tried before this returns."""
    secret = os.urandom(KEY_BYTES)
    (shares,) = generate_mnemonics(1, [(ENOUGH, PEOPLE)], secret)
    if any(combine(pair) != secret for pair in combinations(shares, ENOUGH)):
        raise BadShare("the shares do not give the key back: nothing was kept; try again")
    last = newest()
    return Escrow(Recovery(last.version + 1 if last else 1, public_half(secret)), shares)


def keep(escrow: Escrow) -> None:
    """Lay the public half into the keyring. Call when all shares are handed out: from then on backups use it."""
    path = keyring().path
    files.make_private_directory(path)
    files.write_durably(path / f"{escrow.recovery.name}.pub", escrow.recovery.public.hex().encode())


def read_share(typed: str) -> str:
    """The share in what a person typed: numbers and signs are passed over, four letters of a word are enough.

    Raises BadShare.
    """
    words = re.findall(r"[a-z]+", typed.lower())
    for number, word in enumerate(words, start=1):
        if word[:_FIRST_LETTERS] not in _BY_FIRST_LETTERS:
            raise BadShare(f"word {number} is not a word of a share; look at the paper again")
    if len(words) != WORDS:
        raise BadShare(f"a share has {WORDS} words, and here are {len(words)}")
    share = " ".join(_BY_FIRST_LETTERS[word[:_FIRST_LETTERS]] for word in words)
    try:
        Share.from_mnemonic(share)
    except MnemonicError:
        raise BadShare("a word of this share is wrong or out of its place; look at the paper again") from None
    return share


def combine(shares: Iterable[str]) -> bytes:
    """The private half from two shares. Raises BadShare when they are the same or not of one key."""
    read = [read_share(share) for share in shares]
    parts = [Share.from_mnemonic(share) for share in read]
    if len({part.common_parameters() for part in parts}) > 1:
        raise BadShare("these two shares are not of the same recovery key; look at the number on the papers")
    if len({part.index for part in parts}) < len(parts):
        raise BadShare("this is the same share twice; two different people's are needed")
    if len(parts) != ENOUGH:
        raise BadShare(f"{ENOUGH} shares are needed")
    try:
        return combine_mnemonics(read)
    except MnemonicError:
        raise BadShare("these two shares do not fit together") from None
