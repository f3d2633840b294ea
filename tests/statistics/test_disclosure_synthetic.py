"""k-anonymity, and synthetic tables: what is spent, what holds, and that the noise is the library's."""

import sys

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from tumpeang.statistics.disclosure import Plan, anonymity, crossed, synthesize
from tumpeang.statistics.disclosure.errors import DisclosureError
from tumpeang.statistics.disclosure.synthetic import _fitted, _possible, _whole
from tumpeang.statistics.errors import EngineMissing, RowsError

COLUMNS = {"sex": ("f", "m"), "province": ("PP", "SR", "SHV"), "outcome": ("open", "closed")}
COUNTS = np.array([[[40, 25], [30, 5], [12, 1]], [[10, 9], [22, 14], [3, 0]]])


@pytest.fixture
def rows():
    where = np.repeat(np.argwhere(COUNTS > 0), COUNTS[COUNTS > 0], axis=0)
    return {name: [values[at] for at in where[:, axis]] for axis, (name, values) in enumerate(COLUMNS.items())}


def test_rows_are_counted_by_combination(rows):
    assert (crossed(rows, COLUMNS) == COUNTS).all()
    with pytest.raises(DisclosureError, match="not named"):
        crossed(rows, COLUMNS | {"sex": ("f",)})
    with pytest.raises(DisclosureError, match="no such column"):
        crossed(rows, {"age": ("old",)})


def test_k_is_the_smallest_group_and_l_its_variety(rows):
    found = anonymity(rows, ["sex", "province"], sensitive="outcome", k=5)
    assert found.k == 3 and found.l == 1 and found.small == ((("m", "SHV"), 3),)
    assert anonymity(rows, ["sex"], sensitive="outcome").l == 2
    assert anonymity(rows, ["sex", "province", "outcome"]).k == 1
    with pytest.raises(DisclosureError, match="no rows"):
        anonymity({"sex": []}, ["sex"])


def test_rows_may_be_held_by_arrow_duckdb_or_a_frame_and_lack_values():
    lists = {"age": [9, None, 9, None, 12], "sex": ["f", "f", "f", "f", "m"], "outcome": ["a", "a", "b", None, "a"]}
    table = pa.table(lists)
    for rows in (lists, table, duckdb.from_arrow(table), table.to_pandas()):
        found = anonymity(rows, ["age", "sex"], sensitive="outcome", k=2)
        assert (found.k, found.l) == (1, 1)
        assert found.small == (((12, "m"), 1),)
        assert anonymity(rows, ["age"], k=3).small[1:] == ((("(missing)",), 2), ((9,), 2))
        assert crossed(rows, {"outcome": ("a", "b", "(missing)")}).tolist() == [3, 1, 1]
        with pytest.raises(DisclosureError, match="no such column"):
            anonymity(rows, ["village"])
    with pytest.raises(RowsError):
        anonymity([{"age": 9}], ["age"])


def test_fitting_returns_a_table_that_its_margins_determine():
    plan = Plan(COLUMNS, (("sex",), ("outcome", "province")), epsilon=1)
    fitted = _fitted(plan, [COUNTS.sum(axis=(1, 2)), COUNTS.sum(axis=0).T], list(COUNTS.shape))
    independent = np.einsum("s,po->spo", COUNTS.sum(axis=(1, 2)), COUNTS.sum(axis=0)) / COUNTS.sum()
    assert np.allclose(fitted, independent)


def test_a_margin_with_negative_counts_becomes_the_nearest_possible_one():
    assert np.allclose(_possible(np.array([5.0, -1.0, 6.0]), 10.0), [4.5, 0.0, 5.5])
    assert _possible(np.array([-3.0, -4.0]), 0.0).tolist() == [0, 0]
    assert _whole(np.array([1.5, 2.25, 0.25])).tolist() == [2, 2, 0]


class TestWithNoise:
    def plan(self, epsilon=1.0, **more):
        return Plan(COLUMNS, (("sex", "province"), ("province", "outcome")), epsilon, **more)

    def test_the_library_says_what_was_spent_and_how_far_off_it_is(self, rows):
        made = synthesize(rows, self.plan())
        assert made.spent == pytest.approx(1.0) and made.plan.scale == 2
        assert made.accuracy == pytest.approx(2 * np.log(1 / 0.05), rel=0.1)
        assert synthesize(rows, self.plan(rows_a_person=3)).accuracy > made.accuracy

    def test_a_row_more_or_less_is_worth_epsilon_and_no_more(self, rows):
        """The noise of the released counts is as wide as its scale says: measured, not believed."""
        from tumpeang.statistics.disclosure.synthetic import _with_noise

        noise = _with_noise(np.zeros(4000, dtype=np.int64), self.plan())[0]
        assert np.abs(noise).mean() == pytest.approx(1.918, abs=0.2)  # 2q/(1-q^2) with q = exp(-1/2)
        assert abs(noise.mean()) < 0.25

    def test_it_is_a_table_of_the_same_form_with_new_noise_each_time(self, rows):
        first, second = synthesize(rows, self.plan()), synthesize(rows, self.plan())
        assert first.counts.shape == COUNTS.shape and (first.counts >= 0).all()
        assert len(first.rows()["sex"]) == first.counts.sum()
        assert (crossed(first.rows(), COLUMNS) == first.counts).all()
        assert not np.array_equal(first.counts, second.counts)

    def test_measured_margins_hold_better_the_more_is_spent(self, rows):
        exact = synthesize(rows, self.plan(epsilon=1000.0)).utility(COUNTS)
        assert max(held.furthest for held in exact if held.measured) <= 3  # whole rows alone
        rough = synthesize(rows, self.plan(epsilon=0.05)).utility(COUNTS)
        assert max(held.misplaced for held in rough) > max(held.misplaced for held in exact if held.measured)
        by_margin = {held.margin: held for held in exact}
        assert by_margin["sex",].measured and not by_margin["sex", "outcome"].measured
        assert by_margin["sex", "outcome"].mean >= by_margin["sex", "province"].mean

    def test_no_rows_give_no_people_but_noise(self):
        made = synthesize({name: [] for name in COLUMNS}, self.plan())
        assert made.counts.sum() < 60


def test_without_the_library_it_says_what_to_install(rows, monkeypatch):
    monkeypatch.setitem(sys.modules, "opendp.measurements", None)
    with pytest.raises(EngineMissing, match="synthetic"):
        synthesize(rows, Plan(COLUMNS, (("sex",),), epsilon=1.0))


@pytest.mark.parametrize(
    "wrong",
    [{"epsilon": 0}, {"margins": ()}, {"margins": (("age",),)}, {"margins": (("sex", "sex"),)}, {"rows_a_person": 0}],
)
def test_a_plan_that_cannot_be_is_refused(wrong):
    with pytest.raises(DisclosureError):
        Plan(**{"columns": COLUMNS, "margins": (("sex",),), "epsilon": 1.0} | wrong)
