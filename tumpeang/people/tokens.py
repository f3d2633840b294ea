"""By which keyed hashes a person is found: names, phones, user names, e-mails, web addresses, numbers of documents.

Of names only composites: two parts together, with or without the year of birth. A name of one part has no token at all:
whoever knows how frequent names are would read it back (docs/explanation/search.md). A token is 32 bits: 30 of a hash
under a key of its kind, 2 of its generation. What else it brings along is left out when the value is opened.

Their kinds are not those of reports: a stolen database does not join a person to a report that names the same number.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from tumpeang.linkage import keys, names
from tumpeang.people import normal
from tumpeang.people.states import ContactKind
from tumpeang.vault import index

IDENTIFIER = "identifier"
LETTERS, STRICT = "name.letters", "name.strict"  # two parts
YEAR = "name.year"  # two parts and the year of birth, also with a slip
NO_YEAR = "name.no_year"  # two parts, of whom no year is known
# One value has so many tokens, a person one of them: frequent names no longer stand out. A search asks for all.
SALTS = {YEAR: 4, NO_YEAR: 64}
MOST_YEARS = 5  # of a birth that is known less well the year says nothing
TAG_BITS = 2
_MASK = 0xFFFF_FFFF
_SIGN = 0x8000_0000

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
    """What could be meant by what was typed into the search, beside names."""
    return [found for kind in _READ for found in of_contact(kind, text)] + of_identifier(text)


def of_name(text: str, years: Iterable[int]) -> list[Value]:
    """What a name is found by, with each of these years of birth, or none."""
    known = tuple(sorted(set(years)))
    return [value for name in names.read(text) for value in _of_name(name, known)]


@lru_cache(maxsize=4096)
def _of_name(name: names.Name, years: tuple[int, ...]) -> tuple[Value, ...]:
    found = keys.name_keys(name)
    if not found["pair_exact"]:
        return ()
    values = [(LETTERS, key) for key in found["pair_exact"]] + [(STRICT, key) for key in found["pair_strict"]]
    values += [(YEAR, key) for year in years for key in keys.name_keys(name, year)["near_year"]]
    return (*values, *(() if years else ((NO_YEAR, key) for key in found["pair"])))


def years_of(births: Iterable[tuple[int, int]]) -> list[int]:
    """The years of births (first and last year) that are known well enough."""
    return sorted({year for first, last in births if last - first < MOST_YEARS for year in range(first, last + 1)})


# ---- hashing -------------------------------------------------------------------------------------------------------


def generation(version: int) -> int:
    """Of tokens: which index key made them, and which reading of names. Another one, and they are made anew."""
    return version * 100 + keys.VERSION


def tag(version: int) -> int:
    """The last bits of a token: its generation, as far as two that stand side by side are told apart."""
    return (version + keys.VERSION) % (1 << TAG_BITS)


def of_person(number: int, values: Iterable[Value], versions: Iterable[int] | None = None) -> frozenset[int]:
    """The tokens of a person, under every version of the key that is read (or those given)."""
    wanted = list(values)
    known = map(Hashing, index.versions() if versions is None else versions)
    return frozenset(token for hashing in known for token in hashing.of_person(number, wanted))


def asked(groups: Mapping[int, Iterable[Value]]) -> dict[int, frozenset[int]]:
    """The tokens of the values in each group, with every salt and under every version that can be read: what a search
    asks for.
    """
    hashings = list(map(Hashing, index.versions()))
    return {
        weight: frozenset(
            hashing.token(kind, salted)
            for kind, value in values
            for salted in _every_salt(kind, value)
            for hashing in hashings
        )
        for weight, values in groups.items()
    }


class Hashing:
    """Tokens under one version of the index key. A key for each kind is derived once."""

    def __init__(self, version: int) -> None:
        self.version = version
        self._makers: dict[str, index.Maker] = {}

    def of_person(self, number: int, values: Iterable[Value]) -> frozenset[int]:
        return frozenset(self.token(kind, self.salted(kind, value, number)) for kind, value in values)

    def token(self, kind: str, value: str) -> int:
        bits = self._hash(kind, value) << TAG_BITS & _MASK | tag(self.version)
        return (bits ^ _SIGN) - _SIGN  # signed, as databases keep it

    def salted(self, kind: str, value: str, number: int) -> str:
        """With the person's own salt: who has the table but no key does not know it."""
        if kind not in SALTS:
            return value
        return f"{value}#{self._hash('salt', str(number)) % SALTS[kind]}"

    def _hash(self, kind: str, value: str) -> int:
        if kind not in self._makers:
            self._makers[kind] = index.maker(f"person.{kind}", self.version)
        return self._makers[kind](value)


def _every_salt(kind: str, value: str) -> Iterable[str]:
    return [f"{value}#{salt}" for salt in range(SALTS[kind])] if kind in SALTS else [value]
