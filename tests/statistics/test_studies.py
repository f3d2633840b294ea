"""Every printed figure comes out of rows, to the digit; the studies' files say what is printed and what was chosen."""

import random

import pyarrow as pa
import pytest

from tumpeang.statistics import tabulate
from tumpeang.statistics.errors import UnitsDiffer
from tumpeang.statistics.studies import STUDIES, study

TABLES = [(name, table) for name in STUDIES for table in study(name).tables]


def told(name, table, engine="duckdb"):
    one = study(name)
    declared = one.tables[table]
    return declared, tabulate(declared.spec, one.rows[declared.of], engine=engine)


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_what_is_printed_comes_out_of_rows(name, table):
    declared, counted = told(name, table)
    for printed in declared.printed:
        if printed.count is not None:
            assert counted.cell(**printed.where).value == printed.count, printed
        if printed.share is not None:
            figure = counted.share(**printed.where)
            assert figure.text() == f"{printed.share} %"
            assert (figure.numerator, figure.denominator) == (printed.numerator, printed.denominator)


def test_the_offender_study_prints_its_ten_percentages():
    one = study("offenders")
    assert one.rows["offenders"].num_rows == 288
    printed = [
        told("offenders", t)[1].share(**p.where).text() for t in one.tables for p in one.tables[t].printed if p.share
    ]
    expected = ["81.3", "100.0", "41.0", "12.5", "9.0", "8.7", "6.3", "17.1", "11.9", "8.6"]
    assert printed == [f"{number} %" for number in expected]


def test_the_offender_study_says_what_was_chosen():
    assert "KHM, VNM and other" in study("offenders").chosen


@pytest.mark.parametrize(
    ("name", "of", "column", "among"),
    [
        ("offenders", "offenders", "nationality", lambda row: row["nationality"] not in ("USA", "FRA", "GBR")),
        ("court-outcomes", "cases", "sex", lambda row: row["victim"] == "child"),
        ("outputs-2016", "students", "province", lambda row: True),
        ("programme-2015", "participants", "kind", lambda row: not row["guest"]),
    ],
)
def test_no_table_of_a_study_depends_on_what_was_chosen(name, of, column, among):
    one = study(name)
    rows = one.rows[of].to_pylist()
    places = [i for i, row in enumerate(rows) if among(row)]
    chosen = [rows[i][column] for i in places]
    random.Random(7).shuffle(chosen)
    for i, value in zip(places, chosen, strict=True):
        rows[i][column] = value
    other = pa.Table.from_pylist(rows, schema=one.rows[of].schema)
    for declared in one.tables.values():
        if declared.of == of:
            before, after = tabulate(declared.spec, one.rows[of]), tabulate(declared.spec, other)
            assert list(before.figures()) == list(after.figures()), declared.spec.name


def test_outcomes_sum_to_the_closed_cases():
    _, counted = told("court-outcomes", "outcomes")
    parts = [counted.cell(outcome=outcome) for outcome in counted.axis("outcome").categories]
    assert [part.value for part in parts] == [116, 67, 110]
    assert sum(parts[1:], parts[0]).value == 293 == counted.total


def test_open_cases_have_a_missing_outcome_and_no_category_of_their_own():
    spec = study("court-outcomes").tables["outcomes"].spec
    everyone = spec.from_dict({**spec.to_dict(), "filters": [{"column": "victim", "is": ["child"]}]})
    counted = tabulate(everyone, study("court-outcomes").rows["cases"])
    assert counted.cell(outcome="(missing)").value == 537 - 293


def test_victims_cases_and_accused_cannot_be_added():
    victims, cases, arrested = (told("programme-2015", table)[1].cell() for table in ("rescued", "cases", "arrested"))
    said = {"victim": "victims", "case": "cases", "offender": "arrested persons"}
    for one, other in ((victims, cases), (cases, arrested), (arrested, victims)):
        with pytest.raises(UnitsDiffer, match=f"{said[one.unit]} and {said[other.unit]}"):
            one + other


def test_who_had_both_kinds_of_support_is_counted_once_in_the_total():
    _, counted = told("programme-2015", "support")
    assert counted.cell().value == 61 + 256 + 150 < 211 + 406
