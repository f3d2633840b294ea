"""A counted table goes through disclosure control and comes back without what may not be printed, shares included."""

import numpy as np
import pyarrow as pa
import pytest

from tumpeang.statistics import Denominator, Dimension, TableSpec, protect, tabulate
from tumpeang.statistics.disclosure import PrimaryRules
from tumpeang.statistics.errors import SpecError
from tumpeang.statistics.studies import study

COUNTS = {
    ("north", "male"): 2,
    ("north", "female"): 30,
    ("south", "male"): 20,
    ("south", "female"): 40,
    ("west", "male"): 9,
    ("west", "female"): 12,
}


def counted(**changes):
    rows = [{"place": place, "sex": sex} for (place, sex), count in COUNTS.items() for _ in range(count)]
    spec = {
        "rows": (Dimension("place"),),
        "columns": (Dimension("sex"),),
        "denominator": Denominator("those of the place", within=("place",)),
    }
    return tabulate(TableSpec("t", "report", "reports", **spec | changes), pa.Table.from_pylist(rows))


def test_the_small_cell_goes_and_takes_others_with_it_so_that_no_sum_gives_it_back():
    table = protect(counted())
    held = [where for where, figure in table.figures() if figure.withheld]
    assert {"place": "north", "sex": "male"} in held and len(held) == 4  # a square: two rows, two columns
    assert table.cell(place="north").value == 32 and table.cell().value == 113
    assert all(table.share(**where).withheld for where in held)
    assert (table.shares() == -1).sum() == 4


def test_a_small_margin_is_withheld_with_all_shares_of_it():
    rows = pa.table(
        {"place": ["north"] * 3 + ["south"] * 50 + ["west"] * 40, "sex": ["male"] * 3 + ["male", "female"] * 45}
    )
    spec = TableSpec(
        "t", "report", "reports", rows=(Dimension("place"),), columns=(Dimension("sex"),),
        denominator=Denominator("those of the place", within=("place",)),
    )  # fmt: skip
    table = protect(tabulate(spec, rows), PrimaryRules(threshold=5))
    assert table.cell(place="north").withheld
    assert all(table.share(place="north", sex=sex).withheld for sex in ("male", "female"))
    assert np.all(table.shares()[table.axis("place").at("north")] == -1)


def test_a_table_of_nothing_small_stays_whole():
    table = protect(counted(), PrimaryRules(threshold=2))
    assert not any(figure.withheld for _, figure in table.figures())


def test_tables_of_one_number_and_of_no_rows():
    assert protect(counted(rows=(), columns=(), denominator=None), PrimaryRules(threshold=200)).cell().withheld
    empty = tabulate(
        TableSpec("t", "report", "reports", rows=(Dimension("place"),)), pa.table({"place": pa.array([], pa.string())})
    )
    assert protect(empty).total == 0


def test_overlapping_categories_are_refused():
    one = study("programme-2015")
    with pytest.raises(SpecError, match="support overlaps"):
        protect(tabulate(one.tables["support"].spec, one.rows["services"]))
