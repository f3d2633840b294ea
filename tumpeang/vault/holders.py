"""Private halves that people keep, not the server: one for each seat of those who read reports about own staff.

A half is one line of text: its name and 52 signs in groups of four, to keep on a stick or on paper, and to paste. The
server holds the public halves. `keys init` lays the first lines into SAFEGUARDING_DIR, each in a folder of its own, to
be handed over and destroyed there.
"""

import base64
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from tumpeang.vault import files, sealed
from tumpeang.vault.keyring import BOARD, FOCAL, KEY_BYTES, SEATS, Kind, MissingKey

_LINE = re.compile(r"(?P<kind>focal|board)(?P<version>\d{4})(?P<signs>[a-z2-7]{52})")
_PADDING = "===="  # of 52 signs in base32
_GROUP = 4


class NotAKey(ValueError):
    """What was typed is no line of ours. Carries nothing of it."""


@dataclass(frozen=True)
class PrivateHalf:
    """What one person keeps, and nobody else."""

    kind: Kind
    version: int
    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        return sealed.name_of(self.kind, self.version)

    @property
    def line(self) -> str:
        signs = base64.b32encode(self.secret).decode().rstrip("=").lower()
        return " ".join([self.name, *(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))])


def read_line(text: str) -> PrivateHalf:
    """The half that a line holds, however it is spaced or broken. Raises NotAKey."""
    match = _LINE.fullmatch(re.sub(r"[\s-]", "", text).lower())
    if match is None:
        raise NotAKey
    secret = base64.b32decode(match["signs"].upper() + _PADDING)
    return PrivateHalf(kind_of(match["kind"]), int(match["version"]), secret)


def kind_of(seat: str) -> Kind:
    """The kind of a seat's keys."""
    return BOARD if seat == BOARD else FOCAL


def fits(half: PrivateHalf) -> bool:
    """Whether it is the other half of what we published under its name."""
    try:
        return sealed.named(half.name).public == sealed.public_half(half.secret)
    except MissingKey:
        return False


def fresh(kind: Kind) -> PrivateHalf:
    """A new half, one version after the newest. It counts once its public half is published."""
    newest = newest_name(kind)
    return PrivateHalf(kind, int(newest[-4:]) + 1 if newest else 1, os.urandom(KEY_BYTES))


def newest_name(kind: Kind) -> str:
    """The public half that reports are sealed to now; empty if there is none."""
    try:
        return sealed.recipient(kind).name
    except MissingKey:
        return ""


def publish(half: PrivateHalf) -> None:
    """From now on reports are sealed to it."""
    sealed.publish(half.kind, half.version, half.secret, Path(settings.PUBLIC_KEYS_DIR))


def lay_first() -> list[PrivateHalf]:
    """Make the half of each seat that never had one, and lay its line where it can be handed over."""
    made = [fresh(kind) for kind in SEATS if not newest_name(kind)]
    for half in made:
        folder = folder_of(half.kind)
        files.make_private_directory(folder.parent)
        files.make_private_directory(folder)
        files.write_durably(folder / f"{half.name}.key", f"{half.line}\n".encode())
        publish(half)
    return made


def folder_of(kind: Kind) -> Path:
    return Path(settings.SAFEGUARDING_DIR) / kind
