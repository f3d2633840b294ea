"""A table as people read it, in both languages, with the notes without which it misleads."""

import re

import pyarrow as pa
import pytest

from tumpeang.statistics import Denominator, Dimension, Period, TableSpec, lay_out, protect, tabulate
from tumpeang.statistics.errors import SpecError
from tumpeang.statistics.studies import STUDIES, study


def offenders(**changes):
    one = study("offenders")
    declared = one.tables["nationality-within-role"]
    return tabulate(TableSpec.from_dict({**declared.spec.to_dict(), **changes}), one.rows[declared.of])


def test_counts_and_shares_in_english():
    told = lay_out(offenders())
    assert told.headings == ("nationality", "perpetrator", "accomplice", "Total")
    assert told.rows[0] == (
        "United States",
        "36 (17.1 %)",
        "0 (0.0 %)",
        "36",
    )  # no base within a role for both roles together
    assert told.rows[-1] == ("Total", "210 (100.0 %)", "78 (100.0 %)", "288")
    assert "Shares are of arrested offenders in the same role; rounded half-up to 1 decimals." in told.notes
    assert told.markdown().startswith("**Nationality of arrested offenders within each role**\n\n| nationality |")


def test_the_same_in_khmer_with_khmer_digits_and_labels():
    labels = {"perpetrator": {"km": "ជនប្រព្រឹត្ត"}}
    columns = [{"column": "role", "values": ["perpetrator", "accomplice"], "labels": labels}]
    words = {
        "nationality": "សញ្ជាតិ",
        "definition": "អ្នកដែលត្រូវចាប់ខ្លួន",
        "denominator": "អ្នកមានតួនាទីដូចគ្នា",
        "place": "កម្ពុជា",
    }
    told = lay_out(offenders(columns=columns, translations={"km": words}), "km", show="share")
    assert told.notes[0] == "រាប់៖ ជនត្រូវចាប់ខ្លួន៖ អ្នកដែលត្រូវចាប់ខ្លួន។"
    assert told.notes[1] == "ទីកន្លែង និងរយៈពេល៖ កម្ពុជា, ២០០៣–២០១៣។"
    assert told.headings == ("សញ្ជាតិ", "ជនប្រព្រឹត្ត", "accomplice", "សរុប")
    assert told.rows[0] == ("សហរដ្ឋអាមេរិក", "១៧,១ %", "០,០ %", "")
    assert all(note.endswith("។") for note in told.notes)


def test_what_is_withheld_unknown_overlapping_or_undated_is_said():
    rows = pa.table(
        {
            "who": [f"p{n}" for n in range(60)] + ["p0"],
            "form": ["one", "two"] * 30 + ["two"],
            "sex": ["male"] * 29 + ["female"] * 29 + ["unknown", None, "male"],
            "day": pa.array([None] + [16436] * 60, pa.int32()).cast(pa.date32()),
        }
    )
    base = Denominator("those whose sex is known", known_only=True)
    spec = TableSpec(
        "t", "person", "persons", rows=(Dimension("sex"),), unit_id="who", period=Period.of_year(2015),
        period_column="day", denominator=base,
    )  # fmt: skip
    told = lay_out(protect(tabulate(spec, rows)))
    assert told.rows[2][0] == "Unknown" and told.rows[2][1] == "×"
    said = " ".join(told.notes)
    for part in ("left out of the base", "asked, and not known", "1 rows have no date", "to protect a person"):
        assert part in said
    forms = TableSpec("t", "person", "persons", rows=(Dimension("form", overlapping=True),), unit_id="who")
    assert "several categories of form" in " ".join(lay_out(tabulate(forms, rows)).notes)


def test_a_category_of_several_lines_stays_in_its_row():
    rows = pa.table({"sex": ["one\ntwo", "one\r\n|"]})
    told = lay_out(tabulate(TableSpec("t", "report", "reports", rows=(Dimension("sex"),)), rows)).markdown()
    assert "| one two | 1 |" in told and "| one \\| | 1 |" in told


def test_a_table_of_one_number():
    one = study("programme-2015")
    told = lay_out(tabulate(one.tables["rescued"].spec, one.rows["victims"]))
    assert (told.headings, told.rows) == (("Total",), (("62",),))


def test_what_cannot_be_shown_is_refused():
    one = study("programme-2015")
    table = tabulate(one.tables["arrested"].spec, one.rows["arrested"])
    with pytest.raises(SpecError, match="no denominator"):
        lay_out(table, show="share")
    with pytest.raises(SpecError, match="count, share, both"):
        lay_out(table, show="percent")


@pytest.mark.parametrize("name", STUDIES)
def test_the_tables_of_studies_are_whole_in_khmer(name):
    one = study(name)
    for declared in one.tables.values():
        told = lay_out(tabulate(declared.spec, one.rows[declared.of]), "km")
        words = " ".join([told.title, *told.headings, *(row[0] for row in told.rows), *told.notes[:-1]])
        assert not re.search("[A-Za-z]{2}", words.replace("LICADHO", "")), words
