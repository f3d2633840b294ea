"""What is known of one person at one time, ready to be written down: names, birth, contacts and the rest. Pure data."""

from dataclasses import dataclass, field
from typing import Any

from tumpeang.people.birth import Birth
from tumpeang.people.states import ContactKind, FactKind, IdentifierKind, NameKind, Script


@dataclass(frozen=True)
class Name:
    name: str
    script: Script
    kind: NameKind = NameKind.GIVEN


@dataclass(frozen=True)
class Contact:
    kind: ContactKind
    value: str
    safe: bool | None = None


@dataclass(frozen=True)
class Identifier:
    kind: IdentifierKind
    value: str


@dataclass(frozen=True)
class Lives:
    """Where somebody lives: as it was told, the place of the directory, if it is known, and from when until when.

    `since` and `until` as much as is known of a date, in ISO: 2024, 2024-05, 2024-05-03.
    """

    words: str
    place: Any = None  # directory.Place
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Fact:
    kind: FactKind
    value: str


Value = Name | Birth | Fact | Contact | Identifier | Lives


@dataclass(frozen=True)
class Sheet:
    values: tuple[Value, ...] = field(default=())

    @property
    def has_name(self) -> bool:
        return any(isinstance(value, Name) for value in self.values)


def script_of(name: str) -> Script:
    """Of most of the letters of a name."""
    khmer = sum("\u1780" <= sign <= "\u17ff" for sign in name)
    latin = sum(sign.isalpha() and ord(sign) < 0x250 for sign in name)  # noqa: PLR2004  the last of Latin Extended-B
    if khmer or latin:
        return Script.KHMER if khmer >= latin else Script.LATIN
    return Script.OTHER
