"""By which keyed hashes a person is found: of phones, user names, e-mails, web addresses, numbers of documents.

Their kinds are not those of reports: a stolen database does not join a person to a report that names the same number.
"""

from collections.abc import Iterable

from tumpeang.people import normal
from tumpeang.people.models import Person, PersonToken
from tumpeang.people.states import ContactKind
from tumpeang.vault import index

IDENTIFIER = "identifier"
Value = tuple[str, str]  # kind and normalised value

_READ = {
    ContactKind.PHONE: normal.phones,
    ContactKind.USER_NAME: normal.user_names,
    ContactKind.EMAIL: normal.emails,
    ContactKind.ADDRESS: normal.addresses,
}


def of_contact(kind: str, value: str) -> list[Value]:
    return [(kind, found) for found in _READ[ContactKind(kind)](value)]


def of_identifier(value: str) -> list[Value]:
    number = normal.identifier(value)
    return [(IDENTIFIER, number)] if number else []


def typed(text: str) -> list[Value]:
    """What could be meant by what was typed into the search."""
    return [found for kind in _READ for found in of_contact(kind, text)] + of_identifier(text)


def rows(person: Person, values: Iterable[Value], versions: Iterable[int] | None = None) -> list[PersonToken]:
    """Index rows of a person, under every version that is read (or those given)."""
    return [
        PersonToken(person=person, kind=kind, version=version, token=_token(kind, value, version))
        for version in (index.versions() if versions is None else versions)
        for kind, value in dict.fromkeys(values)
    ]


def of(kind: str, value: str) -> list[int]:
    """The tokens of a value under every version that can be read: what a search asks for."""
    return [_token(kind, value, version) for version in index.versions()]


def _token(kind: str, value: str, version: int) -> int:
    return index.token(f"person.{kind}", value, version=version)
