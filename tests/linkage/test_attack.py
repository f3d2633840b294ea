"""What is read, without its key, out of an encoded file (docs/explanation/linkage-between-agencies.md)."""

from functools import cache

import pytest

from bench import attack
from tests.linkage.two_agencies import two_agencies
from tumpeang.linkage import columnar
from tumpeang.linkage.columnar import Columns
from tumpeang.linkage.encodings import Encoder, Hardening, agencies
from tumpeang.linkage.model import columns_named

ROWS = 20_000
MOST_READ = 0.005
NAMES = (
    "name_letters", "name_strict_year", "name_strict_day", "name_strict_commune", "name_sounds_year",
    "name_sounds_date", "relations",
)  # fmt: skip


@cache
def file() -> Columns:
    return columnar.slots(two_agencies(ROWS, 1).one, {*NAMES, "name_parts"})


@cache
def elsewhere() -> Columns:
    return columnar.slots(two_agencies(ROWS, 2).one, {*NAMES, "name_parts"})


def read(column: str) -> float:
    codes, plain = (side()[column][:, 0] for side in (file, elsewhere))
    return attack.read_by_rank(codes[codes != 0].tolist(), codes[codes != 0].tolist(), plain[plain != 0].tolist())


def test_every_column_of_names_that_leaves_is_looked_at() -> None:
    leaving = columns_named(columnar.for_many(agencies(), columnar.MANY_ENCODED))
    assert {column for column in leaving if column.startswith(("name_", "rel"))} <= {
        *NAMES, "name_filter", "name_strict_year_alone",
    }  # fmt: skip


@pytest.mark.parametrize("column", NAMES)
def test_names_are_not_read_by_how_often_they_are_met(column: str) -> None:
    assert read(column) <= MOST_READ


def test_parts_of_names_would_be() -> None:
    assert read("name_parts") > 10 * MOST_READ  # which is why they stay at home


def test_filters_are_not_read_by_how_often_they_are_met() -> None:
    names, others = (attack.bigrams_of(two_agencies(ROWS, seed).one) for seed in (1, 2))
    filters = attack.filters_of(Encoder(agencies(), bytes(32)), names, [2012] * ROWS)
    assert attack.read_by_rank([*filters], names, others) <= MOST_READ


def test_an_insider_reads_many_filters_and_fewer_of_salted_ones() -> None:
    people = two_agencies(5000, 1).one
    names, years = attack.bigrams_of(people), people.year.tolist()
    listed = list(dict.fromkeys(names))

    def insider(hardening: Hardening) -> float:
        filters = attack.filters_of(Encoder(agencies(), bytes(32), hardening), names, years)
        return attack.read_by_insider(
            filters, names, years, listed, known=100, salted=bool(hardening.salted_by), targets=200
        )

    plain = insider(Hardening())
    assert plain > 0.5  # said so in the documentation
    assert insider(Hardening(salted_by="birth_years")) < plain / 2
