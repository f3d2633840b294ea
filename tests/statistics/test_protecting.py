"""A counted table goes through disclosure control and comes back without what may not be printed, shares included."""

import numpy as np
import pyarrow as pa
import pytest

from tumpeang.statistics import Denominator, Dimension, TableSpec, lay_out, protect, tabulate
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


def of_the_known(counts, **changes):
    spec = TableSpec(
        "t", "person", "persons", **{"rows": (Dimension("sex"),), "denominator": Denominator("k", known_only=True)}
        | changes,
    )  # fmt: skip
    rows = [{"place": place, "sex": sex} for (place, sex), count in counts.items() for _ in range(count)]
    return protect(tabulate(spec, pa.Table.from_pylist(rows)))


def test_a_base_of_the_known_does_not_give_away_how_many_are_not_known():
    table = of_the_known({("a", "m"): 20, ("a", "f"): 19, ("a", "unknown"): 1})
    assert table.cell(sex="(unknown)").withheld and table.cell().value == 40
    assert table.share(sex="f").withheld and table.share(sex="m").withheld
    assert (table.shares() == -1).all()
    assert table.to_arrow()["base"].null_count == 3
    assert "39" not in lay_out(table).markdown()


def test_a_base_of_the_known_within_a_place_goes_with_what_is_not_known_there():
    counts = {("a", "m"): 20, ("a", "f"): 28, ("a", "unknown"): 2, ("b", "m"): 30, ("b", "f"): 31, ("b", "unknown"): 9}
    counts |= {("c", "m"): 40, ("c", "f"): 41, ("c", "unknown"): 30}
    base = Denominator("k", within=("place",), known_only=True)
    table = of_the_known(counts, rows=(Dimension("place"),), columns=(Dimension("sex"),), denominator=base)
    bases = dict(zip(table.axis("place").categories, (48, 61, 81), strict=True))
    for place, whole in bases.items():
        held = table.cell(place=place, sex="(unknown)").withheld
        for sex in ("m", "f"):
            share = table.share(place=place, sex=sex)
            shown = not held and not table.cell(place=place, sex=sex).withheld
            assert bool(share.withheld) is not shown and (share.denominator == whole) is shown
    assert table.cell(place="a", sex="(unknown)").withheld
    assert any(not table.share(place=place, sex=sex).withheld for place in "bc" for sex in "mf")
