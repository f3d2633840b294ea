"""The funnel: nobody is lost between stages, and the open are shown as open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumpeang.statistics.errors import StatisticsError
from tumpeang.statistics.funnel import COMPLETED, Funnel, Stage, Way, funnel

PLAIN = settings(max_examples=60, deadline=None, database=None)
STAGES = ["complaint", "enquiry", "prosecution", "trial"]
ways = st.lists(
    st.tuples(st.sampled_from(STAGES), st.sampled_from([None, "withdrawn", "mediation", "acquittal"]), st.booleans())
)


def made(found):
    return [
        Way(str(i), STAGES[-1], COMPLETED) if through else Way(str(i), stage, reason)
        for i, (stage, reason, through) in enumerate(found)
    ]


@PLAIN
@given(ways)
def test_nobody_is_lost(found):
    result = funnel(STAGES, made(found), unit="case")
    assert result.stages[0].entered == len(found)
    for stage in result.stages:
        assert stage.entered == stage.passed + stage.gone + stage.open
    left = sum(stage.gone for stage in result.stages)
    assert result.completed + left + result.open == len(found)
    for figure in result.figures(place="Cambodia"):
        assert figure.unit in {"case", "percent"} and figure.counted == "case" and figure.place == "Cambodia"


def test_steps_are_figures_with_their_denominators():
    rows = [Way(f"c{i}", "complaint", "withdrawn") for i in range(5)] + [Way(f"d{i}", "enquiry") for i in range(3)]
    rows += [Way(f"e{i}", "trial", COMPLETED) for i in range(2)]
    result = funnel(STAGES, rows, unit="case")
    said = {figure.definition: figure for figure in result.figures()}
    half = said["entered enquiry, of all at the first stage"]
    assert (half.numerator, half.denominator, half.text()) == (5, 10, "50.0 %")
    assert said["passed enquiry, of the decided there"].denominator == 2
    assert said["left complaint: withdrawn, of the decided"].text("km") == "៥០,០ %"
    assert said["open at enquiry"].value == 3
    assert result.stages[1].open == 3 and result.stages[0].left == (("withdrawn", 5),)


@pytest.mark.parametrize(
    "stages, rows, unit",
    [
        (STAGES, [Way("a", "trial"), Way("a", "trial")], "case"),
        (STAGES, [Way("a", "appeal")], "case"),
        (STAGES, [Way("a", "complaint", COMPLETED)], "case"),
        (STAGES, [Way("a", "trial")], "percent"),
        (STAGES, [Way("a", "trial")], "files"),
        (["trial", "trial"], [Way("a", "trial")], "case"),
        ([], [], "case"),
    ],
)
def test_what_is_no_funnel_is_refused(stages, rows, unit):
    with pytest.raises(StatisticsError):
        funnel(stages, rows, unit=unit)


@pytest.mark.parametrize(
    "stages",
    [
        (Stage("complaint", 10, 5, (("withdrawn", 4),), 2),),
        (Stage("complaint", 10, 5, (("withdrawn", 4),), 1), Stage("trial", 6, 6, (), 0)),
        (),
    ],
)
def test_a_funnel_that_loses_somebody_cannot_be_made(stages):
    with pytest.raises(StatisticsError):
        Funnel("case", stages)
