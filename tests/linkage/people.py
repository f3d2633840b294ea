"""Records for tests: made by hand, and drawn by hypothesis."""

from datetime import date, timedelta

from hypothesis import strategies as st

from tumpeang.linkage.names import read
from tumpeang.linkage.records import Birth, Record

SPELLINGS = [
    "Sok Dara", "Sokh Tara", "សុខ ដារ៉ា", "សុខ ដារា", "Sak Dara", "Dara", "Sok Veasna", "Sok Veabna", "Keo Veasna",
    "Chan Srey Mom", "ចាន់ ស្រីមុំ", "陈伟", "",
]  # fmt: skip


def person(name: str = "", born: date | int | None = None, **known) -> Record:
    """`born`: a day, or a year."""
    births = ()
    if isinstance(born, int):
        births = (Birth(date(born, 1, 1), date(born, 12, 31), "year"),)
    elif born:
        births = (Birth(born, born, "day"),)
    known = {kind: frozenset(value) if isinstance(value, set) else value for kind, value in known.items()}
    return Record(names=tuple(read(name)), births=births, **known)


_NAMES = st.lists(st.sampled_from(SPELLINGS), max_size=2).map(lambda texts: tuple(n for t in texts for n in read(t)))
_DAYS = st.dates(date(2010, 1, 1), date(2013, 12, 31))
_BIRTHS = st.one_of(
    st.just(()),
    _DAYS.map(lambda day: (Birth(day, day, "day"),)),
    _DAYS.map(lambda day: (Birth(date(day.year, 1, 1), date(day.year, 12, 31), "year"),)),
    _DAYS.map(lambda day: (Birth(day, day + timedelta(days=900), "estimated"),)),
)
_PLACE = st.tuples(*(st.sampled_from("12") for _ in range(4)), st.integers(1, 4)).map(lambda codes: codes[: codes[-1]])
_FEW = st.frozensets(st.sampled_from("abc"), max_size=2)
RECORDS = st.builds(
    Record,
    names=_NAMES,
    births=_BIRTHS,
    sex=st.sampled_from(["", "male", "female"]),
    places=st.lists(_PLACE, max_size=2).map(tuple),
    phones=_FEW,
    identifiers=_FEW,
    relations=st.frozensets(st.tuples(st.just("parent"), st.sampled_from("abc")), max_size=2),
    nationality=st.sampled_from(["", "kh", "vn"]),
    own=st.sampled_from(["", "a", "d"]),
)
VALUES = ["names", "births", "sex", "places", "phones", "identifiers", "relations", "nationality"]
