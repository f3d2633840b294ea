"""The reconstruction audit: what follows from everything printed, never a false word of it, and what makes it safe."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumpeang.statistics.disclosure import (
    TOTAL,
    AuditRules,
    Dimension,
    LinkedTables,
    PrimaryRules,
    Publication,
    Table,
    audit,
    cell,
    controlled,
    conventional,
    joined,
    propose,
    reason,
    suppress,
    together,
    told_by,
)
from tumpeang.statistics.disclosure.audit import margins, possible
from tumpeang.statistics.disclosure.errors import CannotProtect, Contradiction, DisclosureError
from tumpeang.statistics.disclosure.statements import printed_as

PRINTED = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "statistics" / "offenders-printed.yaml"
ACCOMPLICES = [cell(role="accomplice", nationality=nation) for nation in ("USA", "FRA", "GBR")]
TABLE = {
    cell(role="perpetrator"): 210,
    cell(role="accomplice"): 78,
    cell(role="accomplice", sex="female"): 54,
    cell(role="accomplice", sex="male"): 24,
}


@pytest.fixture(scope="module")
def study():
    return Publication.from_yaml(PRINTED.read_text(encoding="utf-8"))


def publication(*statements, **dimensions):
    return Publication.from_data({"dimensions": dimensions, "statements": list(statements)})


# ---- the published study -----------------------------------------------------------------------------------------


def test_the_table_that_was_never_printed_can_be_worked_out(study):
    derived = {found.cell: found.least for found in audit(study).derived}
    assert {name: derived[name] for name in TABLE} == TABLE
    assert [derived[name] for name in ACCOMPLICES] == [0, 0, 0]
    assert cell(role="accomplice", nationality="KHM") not in derived  # this split does not follow, and is not claimed


def test_what_was_printed_and_what_follows_can_be_kept(study):
    assert Publication.from_yaml(study.to_yaml()) == study
    changed = study.with_statements(
        [printed_as(study.statements[1], Fraction(2025, 25), Fraction(5)), *study.statements[3:]]
    )
    assert changed.statements[0].printed == "80"
    assert Publication.from_yaml(changed.to_yaml()) == changed
    women = audit(study, cells=[cell(sex="female")]).to_data()
    assert women == [{"cell": "sex: female", "least": 54, "most": 54, "stated": False}]


def test_it_says_from_which_statements(study):
    assert set(reason(study, cell(sex="female"))) == {"N", "male"}
    assert reason(study, cell(role="accomplice", nationality="KHM")) == ()


def test_a_release_is_proposed_from_which_it_cannot(study):
    proposal = propose(study, protect=[*TABLE, *ACCOMPLICES])
    assert 0 < len(proposal.changes) <= 4, str(proposal)
    assert all(change.before in study.statements for change in proposal.changes)
    again = audit(proposal.publication, cells=[*TABLE, *ACCOMPLICES])
    assert again.safe and not again.derived
    for found in again.ranges:
        assert found.most is None or found.most - found.least >= 2


# ---- the language ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "least", "most"),
    [
        ({"count": {"sex": "f"}, "is": 7}, 7, 7),
        ({"count": {"sex": "f"}, "printed": "10", "to": 5}, 8, 12),
        ({"count": {"sex": "f"}, "printed": "10", "to": 10}, 5, 14),
        ({"count": {"sex": "f"}, "below": 5}, 0, 4),
        ({"count": {"sex": "f"}, "least": 1, "below": 5}, 1, 4),
        ({"share": {"sex": "f"}, "printed": "50"}, 20, 20),
        ({"share": {"sex": "f"}, "printed": "51"}, 0, None),  # 51 % of 40 does not exist
        ({"share": {"sex": "f"}, "printed": "31"}, 0, None),  # 12.5/40 is the only near one
        ({"share": {"sex": "f"}, "printed": "30", "to": 10}, 10, 13),
        ({"share": {"sex": "f"}, "printed": "32", "rounding": "down"}, 13, 13),
        ({"all": {"sex": "f"}}, 40, 40),
        ({"none": {"sex": "f"}}, 0, 0),
        ({"more": {"sex": "f"}, "than": {"sex": "m"}}, 21, 40),
    ],
    ids=str,
)
def test_each_kind_of_statement_holds_its_cell(statement, least, most):
    told = publication({"count": {}, "is": 40}, statement, sex=["f", "m"])
    if most is None:
        with pytest.raises(Contradiction):
            audit(told)
    else:
        found = audit(told).by_cell[cell(sex="f")]
        assert (found.least, found.most) == (least, most)


def test_a_tie_goes_up_and_nowhere_else():
    def males(printed, **more):
        return publication(
            {"count": {}, "is": 288},
            {"count": {"sex": "m"}, "is": 234},
            {"share": {"sex": "m"}, "printed": printed, **more},
            sex=["f", "m"],
        )

    assert audit(males("81.3")).by_cell[cell(sex="m")].least == 234  # 234/288 is 81.25
    with pytest.raises(Contradiction):
        audit(males("81.2"))
    assert audit(males("81.2", rounding="either")).by_cell[cell(sex="m")].derived


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ({"share": {"sex": "f"}, "printed": 81.3}, "quotes"),
        ({"share": {"sex": "f"}, "printed": "many"}, "no number"),
        ({"share": {"sex": "f"}}, "what was printed"),
        ({"count": {"sex": "x"}, "is": 1}, "has no x"),
        ({"count": {"age": "x"}, "is": 1}, "no such dimension"),
        ({"is": 1}, "must say"),
        ({"count": {}, "was": 1}, "what is was"),
        ({"count": {}}, "a count says"),
        ({"count": {}, "is": "1,066"}, "statement 1: '1,066' is no whole number"),
        ({"count": {}, "is": True}, "no whole number"),
        ({"count": {}, "below": 4.5}, "no whole number"),
        ({"count": {}, "is": 4, "below": 9}, "say no least"),
        ({"count": {}, "most": 4, "below": 9}, "not both"),
        ({"count": {}, "is": 4, "printed": "4"}, "not both"),
        ({"share": {"sex": "f"}, "printed": "NaN"}, "no number"),
        ({"share": {"sex": "f"}, "printed": "Infinity"}, "no number"),
        ({"share": {"sex": "f"}, "printed": "3", "rounding": "up"}, "rounding is half-up, down, either, not up"),
        ({"share": {"sex": "f"}, "printed": "3", "to": 0}, "above 0"),
        ({"share": {"sex": "f"}, "printed": "3", "to": "ten"}, "above 0"),
        ({"share": {"sex": "f"}, "printed": "30", "below": 40}, "below cannot be said of `share`"),
        ({"all": {"sex": "f"}, "is": 40}, "is cannot be said of `all`"),
        ({"count": {"sex": None}, "is": 1}, "no name of a value"),
        ({"count": "f", "is": 1}, "names with values"),
        ("f", "names with values"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused_in_words(statement, word):
    with pytest.raises(DisclosureError, match=word):
        publication(statement, sex=["f", "m"])


def test_values_may_be_typed_as_they_are_spoken():
    told = Publication.from_yaml(
        """
        dimensions: {year: [2012, 2013], hurt: [yes, no]}
        statements:
        - {count: {}, is: 30}
        - {count: {year: 2013}, is: 12}
        - {count: {hurt: yes, year: [2012, 2013]}, is: 9}
        """
    )
    found = audit(told).by_cell
    assert found[cell(year="2012")].least == 18 and found[cell(hurt="no")].least == 21
    assert Publication.from_yaml(told.to_yaml()) == told


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("statements: []", "dimensions"),
        ("dimensions: [sex]", "names with values"),
        ("dimensions: {sex: female}", "are a list"),
        ('dimensions: {year: [2012, "2012"]}', "twice"),
        ("dimensions: {sex: [f, m]}\nstatements: {count: {}}", "is a list"),
        ("dimensions: {sex: [f, m", "no YAML"),
        ("", "names with values"),
    ],
)
def test_a_publication_that_cannot_be_read_is_refused_in_words(text, word):
    with pytest.raises(DisclosureError, match=word):
        Publication.from_yaml(text)


def test_an_unknown_number_of_people_stays_unknown():
    found = audit(publication({"share": {"sex": "f"}, "printed": "33.3"}, sex=["f", "m"]))
    assert found.by_cell[TOTAL].most is None and found.by_cell[TOTAL].least == 3


# ---- a cell that is told of is not for that reason known ------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "derived"),
    [
        (
            publication(
                {"count": {}, "is": 50},
                {"count": {"x": "b"}, "is": 30},
                {"count": {"x": "c"}, "is": 18},
                {"count": {"x": "a"}, "least": 1, "below": 5},
                x=["a", "b", "c"],
            ),
            {"a": 2},
        ),
        (
            publication(
                {"count": {}, "is": 78},
                {"share": {"x": "positive"}, "printed": "1.3"},
                {"share": {"x": "negative"}, "printed": "50.0"},
                {"share": {"x": "untested"}, "printed": "48.7"},
                x=["positive", "negative", "untested"],
            ),
            {"positive": 1, "negative": 39, "untested": 38},
        ),
        (
            publication(
                {"count": {}, "below": 9},
                {"share": {"x": "a"}, "printed": "14.3"},
                {"share": {"x": "b"}, "printed": "85.7"},
                x=["a", "b"],
            ),
            {None: 7, "a": 1, "b": 6},
        ),
    ],
    ids=["a hidden cell", "shares of a known number", "shares of a small number"],
)
def test_a_range_or_a_share_does_not_print_the_count_that_follows_from_it(told, derived):
    found = audit(told)
    assert {one.cell: one.least for one in found.derived} == {
        TOTAL if value is None else cell(x=value): count for value, count in derived.items()
    }
    assert not found.safe
    proposal = propose(told, keep=[])
    assert proposal.changes and proposal.audit.safe


def test_a_rounded_table_that_gives_itself_away_is_not_safe():
    table = Table.of([[2, 2], [2, 2]], place=["n", "s"], sex=["f", "m"])
    found = audit(told_by(conventional(LinkedTables.of(table), 5)))
    assert not found.safe
    assert all(found.by_cell[name].derived for name in margins(found.publication) if len(name) == 2)
    assert propose(found.publication).audit.safe


def test_an_exact_count_and_a_sentence_are_printed_and_not_derived():
    told = publication(
        {"count": {}, "is": 9}, {"none": {"x": "a"}}, {"all": {"x": "b"}, "of": {"y": "c"}}, x=["a", "b"], y=["c", "d"]
    )
    by_cell = audit(told).by_cell
    assert by_cell[TOTAL].stated and by_cell[cell(x="a")].stated and by_cell[cell(x="a", y="c")].stated
    assert by_cell[cell(x="b")].derived and not by_cell[cell(x="b")].stated  # nine, which is written nowhere


def test_a_count_between_two_possible_ones_that_cannot_be_is_not_counted():
    """b and c are equal and five are a, b or c: one or three are a, never two."""
    told = publication(
        {"name": "N", "count": {}, "is": 5},
        {"share": {"x": "b"}, "of": {"x": ["b", "c"]}, "printed": "50.0"},
        x=["a", "b", "c"],
    )
    found = audit(told, cells=[cell(x="a")])
    assert [(one.least, one.most, one.values) for one in found.too_close] == [(1, 3, 2)]
    assert found.report() == "x: a is one of 2 numbers from 1 to 3"
    assert [change.before.kind for change in propose(told, protect=[cell(x="a")]).changes] == ["share"]


# ---- large populations -----------------------------------------------------------------------------------------------


def test_a_population_of_many_is_audited_like_one_of_few():
    found = audit(publication({"count": {}, "is": 25_000}, {"count": {"sex": "m"}, "is": 12_000}, sex=["f", "m"]))
    assert found.by_cell[cell(sex="f")].derived and found.by_cell[cell(sex="f")].least == 13_000
    crossed = publication(
        {"count": {}, "is": 12_000},
        {"count": {"sex": "m"}, "is": 1_000},
        {"count": {"role": "a"}, "is": 6_000},
        sex=["f", "m"],
        role=["a", "b"],
    )
    by_cell = audit(crossed).by_cell
    assert [(one.least, one.most) for one in map(by_cell.get, [cell(sex="f"), cell(sex="f", role="a")])] == [
        (11_000, 11_000),
        (5_000, 6_000),
    ]
    assert set(reason(crossed, cell(sex="f"))) == {"statement 1", "statement 2"}
    table = Table.of([30_000, 4], sex=["f", "m"])
    assert audit(told_by(LinkedTables.of(table))).by_cell[cell(sex="f")].least == 30_000


def test_what_nothing_printed_holds_has_no_most_however_much_is_printed():
    found = audit(publication({"count": {"sex": "m"}, "is": 25_000}, sex=["f", "m"])).by_cell
    assert [found[name].most for name in (TOTAL, cell(sex="f"), cell(sex="m"))] == [None, None, 25_000]
    few = audit(publication({"share": {"sex": "m"}, "printed": "0.01"}, sex=["f", "m"])).by_cell
    assert few[cell(sex="m")].most is None
    parts = {"sex": ["f", "m"], "role": ["a", "b"]}
    many = publication({"count": {"sex": "m"}, "is": 900}, {"share": {"sex": "m"}, "printed": "1"}, **parts).dimensions
    share = {"share": {"sex": "m"}, "of": {"role": "a"}, "printed": "1"}
    held = Publication.from_data(
        {"dimensions": many, "statements": [{"count": {"sex": "m", "role": "a"}, "is": 900}, share]}
    )
    found = audit(held, cells=[cell(role="a"), cell(role="b")]).by_cell
    assert (found[cell(role="a")].least, found[cell(role="a")].most) == (60_001, 180_000)
    assert found[cell(role="b")].most is None


def test_a_change_is_proposed_for_many():
    told = publication(
        {"name": "N", "count": {}, "is": 20_500}, {"name": "f", "count": {"sex": "f"}, "is": 20_498}, sex=["f", "m"]
    )
    proposal = propose(told, protect=[cell(sex="m")])
    assert proposal.audit.safe and [change.before.name for change in proposal.changes] == ["f"]


# ---- differencing: two releases read together --------------------------------------------------------------------


def test_two_safe_releases_give_away_what_neither_says():
    areas = {"area": ["north", "south"], "outcome": ["closed", "open"]}
    country = Publication.from_data(
        {"population": "country", "dimensions": areas, "statements": [
            {"count": {"outcome": "closed"}, "is": 61}, {"count": {"outcome": "open"}, "is": 30}]}
    )  # fmt: skip
    south = Publication.from_data(
        {"population": "south", "dimensions": areas, "statements": [
            {"count": {"area": "south", "outcome": "closed"}, "is": 60},
            {"count": {"area": "south", "outcome": "open"}, "is": 30}]}
    )  # fmt: skip
    for alone in (country, south):
        assert not audit(alone).by_cell[cell(area="north", outcome="closed")].derived
    both = audit(together(country, south))
    found = both.by_cell[cell(area="north", outcome="closed")]
    assert found.derived and found.least == 1 and found.says(5) == "a small number"
    assert both.by_cell[cell(area="north", outcome="open")].says(5) == "nobody"


def test_a_release_that_is_safe_alone_is_read_together_with_a_sentence_that_is_safe_alone():
    places, outcomes = ("north", "south", "west"), ("court", "closed", "open")
    table = Table.of([[2, 30, 9], [20, 40, 12], [18, 3, 25]], place=places, outcome=outcomes)
    release = suppress(LinkedTables.of(table), PrimaryRules(threshold=5))
    unsafe = cell(place="north", outcome="court")
    told = told_by(release, "the yearly table")
    assert audit(told, cells=[unsafe]).safe
    press = Publication.from_data(
        {"population": "the press", "dimensions": {"place": places, "outcome": outcomes}, "statements": [
            {"share": {"outcome": "closed"}, "of": {"place": "north"}, "printed": "73.2"}]}
    )  # fmt: skip
    assert audit(press, cells=[unsafe]).safe
    found = audit(together(told, press), cells=[unsafe]).ranges[0]
    assert found.derived and found.least == 2


def test_a_rounded_table_and_one_with_subtotals_tell_ranges():
    place = Dimension("place", ("a", "b", "c"), {"coast": ("a", "b")})
    linked = LinkedTables.of(Table((place,), np.array([7, 4, 12])))
    found = audit(told_by(controlled(linked, 5))).by_cell
    for name, value in (("a", 7), ("b", 4), ("c", 12)):
        range_ = found[cell(place=name)]
        assert range_.least <= value <= range_.most and range_.most - range_.least >= 4
    assert audit(told_by(linked), cells=[cell(place="a")]).ranges[0].stated


# ---- it never says a false word ----------------------------------------------------------------------------------

TABLES = st.lists(st.integers(0, 4), min_size=4, max_size=4).filter(sum)
PICKS = st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy"), max_size=2)


@st.composite
def told_of_a_table(draw):
    """A 2 x 2 table of up to 16 people and one to three true statements about it, N among them."""
    table = np.array(draw(TABLES))
    blank = publication(a=["x", "y"], b=["x", "y"])
    statements = [{"name": "N", "count": {}, "is": int(table.sum())}]
    for number in range(draw(st.integers(1, 3))):
        where, of = draw(PICKS), draw(PICKS)
        part, whole = int((blank.picks(where) * blank.picks(of)) @ table), int(blank.picks(of) @ table)
        if draw(st.booleans()) and whole:
            digits = draw(st.integers(0, 1))
            shown = (2 * 100 * 10**digits * part + whole) // (2 * whole)  # half up
            printed = str(shown) if not digits else f"{shown // 10}.{shown % 10}"
            statements.append({"name": str(number), "share": where, "of": of, "printed": printed})
        else:
            statements.append({"name": str(number), "count": where, "of": of, "is": part})
    return table, publication(*statements, a=["x", "y"], b=["x", "y"])


@settings(max_examples=15, deadline=None)
@given(told_of_a_table())
def test_ranges_are_those_of_all_tables_that_fit(case):
    """Against every table there is, counted out by hand."""
    table, told = case
    fits = possible(told).fits
    tables = [np.array(t) for t in product(range(int(table.sum()) + 1), repeat=4) if sum(t) == table.sum()]
    fitting = [t for t in tables if fits(t)]
    assert any(np.array_equal(t, table) for t in fitting)
    for found in audit(told).ranges:
        values = [int(told.pick(found.cell) @ t) for t in fitting]
        assert (found.least, found.most) == (min(values), max(values))
        assert (found.stated or found.closer_than(3)) == (found.stated or len(set(values)) < 3)


@settings(max_examples=15, deadline=None)
@given(told_of_a_table())
def test_bounds_hold_where_nobody_says_how_many_there_are(case):
    """The same without N, among all tables of up to four in a combination."""
    _, told = case
    rest = told.with_statements(one for one in told.statements if one.name != "N")
    asked = possible(rest, most=4)
    fitting = [t for t in map(np.array, product(range(5), repeat=4)) if asked.fits(t)]
    for name in margins(rest):
        values = [int(rest.pick(name) @ t) for t in fitting]
        most = asked.most(rest.pick(name))
        assert asked.least(rest.pick(name)) == min(values)
        assert most == max(values) or (most is None and max(values) >= 4)
        assert asked.spread(rest.pick(name), 3) == (len(set(values)) >= 3)


def test_joining_two_small_groups_can_be_the_least_change():
    told = publication(
        {"name": "N", "count": {}, "is": 100},
        {"name": "x", "count": {"from": "x"}, "is": 1},
        {"name": "y", "count": {"from": "y"}, "is": 9},
        {"name": "z", "count": {"from": "z"}, "is": 90},
        **{"from": ["x", "y", "z"]},
    )
    proposal = propose(told, protect=[cell(**{"from": "x"})], joins=[("from", ("x", "y"))], prices={"x": 9, "y": 9})
    assert str(proposal) == "join: x, y" and proposal.cost == 2
    assert proposal.audit.by_cell[cell(**{"from": "x"})].most == 10
    with pytest.raises(DisclosureError, match="leave it out first"):
        joined(publication({"all": {"from": "x"}}, **{"from": ["x", "y"]}), "from", ("x", "y"), np.array([1, 0]))


def test_other_printed_figures():
    """Closed cases of children and their outcomes, as another organisation printed them: 293 = 116 + 67 + 110."""
    outcomes = ["satisfactory", "ended", "flawed", "not closed"]
    told = publication(
        {"count": {}, "is": 537},
        {"count": {"sex": "boy"}, "is": 28},
        {"count": {"outcome": outcomes[:3]}, "is": 293},
        {"count": {"outcome": "satisfactory"}, "is": 116},
        {"count": {"outcome": "ended"}, "is": 67},
        {"count": {"outcome": "flawed"}, "is": 110},
        sex=["girl", "boy"],
        outcome=outcomes,
    )
    found = audit(told).by_cell
    assert found[cell(sex="girl")].least == 509 and found[cell(outcome="not closed")].least == 244
    assert found[cell(sex="boy", outcome="flawed")].least == 0 and found[cell(sex="boy", outcome="flawed")].most == 28
    rough = publication({"count": {}, "is": 495}, {"share": {"sex": "boy"}, "printed": "62"}, sex=["girl", "boy"])
    assert [(r.least, r.most) for r in audit(rough).ranges if r.cell == cell(sex="boy")] == [(305, 309)]


def test_what_must_stay_can_be_too_much():
    told = publication(
        {"name": "N", "count": {}, "is": 50}, {"name": "f", "count": {"sex": "f"}, "is": 48}, sex=["f", "m"]
    )
    with pytest.raises(CannotProtect, match="can be worked out"):
        propose(told, protect=[cell(sex="m")], keep=["N", "f"])
    proposal = propose(told, protect=[cell(sex="m")])
    assert [str(change) for change in proposal.changes] == ["f: print 50 (to the nearest 5) for 48"]
    assert audit(proposal.publication).by_cell[cell(sex="m")].most == 2
    wider = propose(told, AuditRules(width=4), protect=[cell(sex="m")])
    assert [str(change) for change in wider.changes] == ["f: print 50 (to the nearest 10) for 48"]
