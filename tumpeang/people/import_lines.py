"""One line of a list as what is known of one person, or why it cannot be read. Nothing of a line is ever guessed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from babel import Locale

from tumpeang.people import birth, choices, normal
from tumpeang.people.forms import LONGEST_NAME, read_place
from tumpeang.people.import_files import LONGEST_CELL
from tumpeang.people.sheet import Contact, Fact, Identifier, Name, Sheet, Value, script_of
from tumpeang.people.states import ContactKind, FactKind, IdentifierKind, NameKind

# what people write for a sex; anything else is asked for
_SEX = {
    "female": "female,f,girl,woman,w,ស្រី,ស,ក្មេងស្រី,នារី",
    "male": "male,m,boy,man,ប្រុស,ប,ក្មេងប្រុស,បុរស",
    "intersex": "intersex",
    "unknown": "unknown,not known,?,-,n/a,មិនដឹង",
}
_SEXES = {word: slug for slug, words in _SEX.items() for word in words.split(",")}
_OF_KHMER = {"khmer": "KH", "cambodian": "KH", "ខ្មែរ": "KH", "vietnamese": "VN", "thai": "TH", "chinese": "CN"}
_FORMULA = ("=", "@", "+", "-", "\t", "\r")  # how a spreadsheet begins what it would work out
_BEGINS_SO = {"phone": "+", "user_name": "@"}  # and what may begin so all the same
_SHOWN = 60  # signs of a cell that cannot be read
_NUMBERS = {
    "id_card": IdentifierKind.ID_CARD,
    "birth_certificate": IdentifierKind.BIRTH_CERTIFICATE,
    "passport": IdentifierKind.PASSPORT,
    "other_number": IdentifierKind.OTHER,
}


class Fault(ValueError):
    """What is wrong with a cell: a slug of import_words.py."""


@dataclass
class Read:
    """What a line says, and what is wrong with it: (column, slug, what stands there)."""

    sheet: Sheet = field(default_factory=Sheet)
    faults: list[tuple[str, str, str]] = field(default_factory=list)


def read(columns: list[str], cells: list[str], *, today: date) -> Read:
    """One line. What cannot be read is a fault; then nothing of the line is brought in."""
    found, values, names = Read(), [], {}
    for column, text in zip(columns, cells, strict=False):
        if not column or not text:
            continue
        try:
            _safe(column, text)
            if column in {"family", "given"}:
                names[column] = text
            else:
                values += _READ[column](text, today)
        except Fault as fault:
            found.faults.append((column, str(fault), text[:_SHOWN]))
    if names:
        values = [*_name(" ".join(filter(None, [names.get("family"), names.get("given")])), today), *values]
    if not found.faults and not any(not isinstance(value, Fact) for value in values):
        found.faults.append(("", "nobody", ""))
    found.sheet = Sheet(tuple(values))
    return found


def _safe(column: str, text: str) -> None:
    if len(text) > LONGEST_CELL:
        raise Fault("long")
    if text.startswith(_FORMULA) and text[0] != _BEGINS_SO.get(column) and len(text) > 1:
        raise Fault("formula")


def _name(text: str, _today: date, kind: NameKind = NameKind.GIVEN) -> list[Value]:
    if len(text) > LONGEST_NAME:
        raise Fault("long")
    if not any(sign.isalpha() for sign in text):
        raise Fault("name")
    return [Name(text, script_of(text), kind)]


def _alias(text: str, today: date) -> list[Value]:
    return _name(text, today, NameKind.ALIAS)


def _born(text: str, today: date) -> list[Value]:
    try:
        return [birth.read(text, today=today)]
    except birth.Unclear:
        raise Fault("born") from None


def _sex(text: str, _today: date) -> list[Value]:
    if text.lower() not in _SEXES:
        raise Fault("sex")
    return [Fact(FactKind.SEX, _SEXES[text.lower()])]


def _nationality(text: str, _today: date) -> list[Value]:
    code = _countries().get(text.lower())
    if code is None:
        raise Fault("nationality")
    return [Fact(FactKind.NATIONALITY, code)]


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("en", "km"):
        territories = {str(code): str(name) for code, name in Locale(language).territories.items()}
        states = {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha()}  # noqa: PLR2004
        found |= {name.lower(): code for code, name in states.items()} | {code.lower(): code for code in states}
    return found | _OF_KHMER


def _language(text: str, _today: date) -> list[Value]:
    words = {str(slug): slug for slug, _label in choices.LANGUAGE}
    for language in ("en", "km"):
        words |= {str(name).lower(): code for code, name in Locale(language).languages.items() if code in words}
    if text.lower() not in words:
        raise Fault("language")
    return [Fact(FactKind.LANGUAGE, words[text.lower()])]


def _phone(text: str, _today: date) -> list[Value]:
    if not normal.phones(text):
        raise Fault("phone")
    return [Contact(ContactKind.PHONE, text)]


def _user_name(text: str, _today: date) -> list[Value]:
    return [Contact(ContactKind.USER_NAME, name) for name in text.split()]


def _email(text: str, _today: date) -> list[Value]:
    if not normal.emails(text):
        raise Fault("email")
    return [Contact(ContactKind.EMAIL, text)]


def _number(kind: IdentifierKind) -> Callable[[str, date], list[Value]]:
    def numbered(text: str, _today: date) -> list[Value]:
        if not normal.identifier(text):
            raise Fault("number")
        return [Identifier(kind, text)]

    return numbered


def _lives(text: str, _today: date) -> list[Value]:
    return [read_place(text)]


_READ: dict[str, Callable[[str, date], list[Value]]] = {
    "name": _name,
    "name_km": _name,
    "name_latin": _name,
    "alias": _alias,
    "born": _born,
    "sex": _sex,
    "nationality": _nationality,
    "language": _language,
    "phone": _phone,
    "user_name": _user_name,
    "email": _email,
    "lives": _lives,
    **{column: _number(kind) for column, kind in _NUMBERS.items()},
}
