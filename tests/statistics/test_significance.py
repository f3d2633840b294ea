"""Tests of difference: the printed study, agreement with other sources, and refusals that name what to use."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tumpeang.statistics import freeman_halton, paired, significance, wording
from tumpeang.statistics.wording import Refused

PLAIN = settings(max_examples=40, deadline=None, database=None)
# roles (210 perpetrators, 78 accomplices) against males, and against each nationality tested in print
STUDY = {
    "male": [[210, 0], [24, 54]],
    "USA": [[36, 174], [0, 78]],
    "FRA": [[25, 185], [0, 78]],
    "GBR": [[18, 192], [0, 78]],
}
YATES_GBR = 0.0165


@pytest.mark.parametrize("name", STUDY)
def test_the_printed_study_is_below_one_per_cent(name):
    table = STUDY[name]
    plain = significance.chi_square(table)
    assert (plain.variant, plain.n, plain.df) == ("uncorrected", 288, 1)
    cells = significance.residuals(table)
    assert plain.below(0.01) and significance.fisher(table).below(0.01) and (cells.p < 0.01).all()
    assert cells.values[0, 0] ** 2 == pytest.approx(plain.statistic)


def test_yates_would_not_give_the_print_for_the_british():
    corrected = significance.chi_square(STUDY["GBR"], corrected=True)
    assert corrected.variant == "yates" and corrected.p == pytest.approx(YATES_GBR, abs=5e-5)
    assert not corrected.below(0.01) and not corrected.sound
    assert "Yates" in corrected.words() and "p = 0.017" in corrected.words() and "4.88" in corrected.words()
    others = [significance.chi_square(STUDY[name], corrected=True).p for name in ("male", "USA", "FRA")]
    assert max(others) < 0.01


def test_the_study_holds_after_adjustment():
    found = significance.adjust([significance.chi_square(table).p for table in STUDY.values()])
    assert found.method == "holm" and max(found.p) < 0.01
    assert "Holm" in found.words("en") and "Holm" in found.words("km")


@PLAIN
@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=4), min_size=2, max_size=3))
def test_fisher_beyond_two_by_two_is_the_sum_over_all_tables(rows):
    width = min(len(row) for row in rows)
    table = np.array([row[:width] for row in rows])
    if not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        return
    p, variant = freeman_halton.p_value(table)
    assert variant == "counted-out" and 0 < p <= 1
    if table.shape == (2, 2):
        assert p == pytest.approx(stats.fisher_exact(table).pvalue)
    assert freeman_halton.p_value(table.T)[0] == pytest.approx(p)


def test_large_tables_are_sampled_and_say_so():
    big = [[31, 25, 18, 60], [12, 30, 22, 40], [9, 14, 33, 41]]
    first, again = significance.fisher(big), significance.fisher(big)
    assert first.variant == "sampled" and first.p == again.p
    assert "sampled" in first.words("en")
    assert first.p == pytest.approx(significance.chi_square(big).p, abs=0.01)


def test_fisher_sampled_and_counted_out_agree(monkeypatch):
    table = np.array([[3, 1, 4], [2, 7, 1], [4, 2, 2]])
    exact, _ = freeman_halton.p_value(table)
    monkeypatch.setattr(freeman_halton, "MOST", 0)
    sampled, variant = freeman_halton.p_value(table)
    assert variant == "sampled" and sampled == pytest.approx(exact, abs=0.01)


def test_a_jobs_table_of_a_textbook():
    found = significance.fisher(
        [[1, 2, 1, 0], [3, 3, 6, 1], [10, 10, 14, 9], [6, 7, 12, 11]]
    )  # Agresti 2002, R's manual
    assert found.p == pytest.approx(0.7827, abs=0.005)


@pytest.mark.parametrize(
    "call, instead",
    [
        (lambda: significance.chi_square([[0, 1], [3, 40]]), "fisher"),
        (lambda: significance.chi_square([[1, 2, 3], [2, 1, 3]]), "fisher"),
        (lambda: significance.chi_square([[9, 9, 9], [9, 9, 9]], corrected=True), "chi_square"),
        (lambda: significance.one_share(1, 5, against=0.3, method="score"), "one_share_exact"),
        (lambda: significance.trend([1, 2], [8, 7]), "chi_square"),
        (lambda: significance.trend([0, 0, 1], [9, 9, 8]), "fisher"),
        (lambda: significance.trend([10, 15, 20], [40, 35, 30], scores=[0, 1, float("nan")]), None),
        (lambda: significance.trend([10, 15, 20], [40, 35, 30], scores=[0, 1, float("inf")]), None),
        (lambda: paired.gain(3, 0, 0, 4), "newcombe_paired"),
        (lambda: paired.gain(3, 2, 5, 4, variant="asymptotic"), "gain_exact"),
        (lambda: paired.score_gain([1, 2, 3], [2, 3, 4]), "gain_exact"),
        (lambda: significance.chi_square([[12.5, 8], [4, 9]]), None),
        (lambda: significance.chi_square([[1, 2], [0, 0]]), None),
        (lambda: significance.chi_square([[1, -2], [5, 6]]), None),
        (lambda: significance.chi_square([[1, 2]]), None),
        (lambda: significance.adjust([0.2, 1.4]), None),
        (lambda: paired.score_gain([1, 2], [2, 3, 4]), None),
    ],
)
def test_a_test_refuses_and_names_what_to_use(call, instead):
    with pytest.raises(Refused) as refusal:
        call()
    assert refusal.value.instead == instead
    for language in wording.LANGUAGES:
        assert refusal.value.words(language)


def test_one_share_exact_and_score():
    exact = significance.one_share(14, 20, against=0.5)
    assert (exact.variant, round(exact.p, 4)) == ("exact", 0.1153)
    score = significance.one_share(14, 20, against=0.5, method="score")
    assert (score.variant, round(score.p, 4), round(score.statistic, 3)) == ("score", 0.0736, 1.789)


def test_trend_against_its_formula():
    yes, no = np.array([10, 15, 24, 30]), np.array([40, 35, 30, 22])
    found = significance.trend(yes.tolist(), no.tolist())
    of, t = yes + no, np.arange(4)
    n, share = of.sum(), yes.sum() / of.sum()
    top = (t * (yes - share * of)).sum()
    z = top / np.sqrt(share * (1 - share) * ((of * t**2).sum() - (of * t).sum() ** 2 / n))
    assert found.statistic == pytest.approx(z * np.sqrt((n - 1) / n))
    assert found.effect.value > 0 and found.below(0.001)
    turned = significance.trend(yes[::-1].tolist(), no[::-1].tolist())
    assert turned.p == pytest.approx(found.p) and turned.effect.value < 0


def test_gain_of_a_training():
    found = paired.gain(20, 2, 12, 16)
    assert (found.variant, found.n, round(found.p, 4)) == ("exact", 50, 0.0129)
    assert found.effect.value == pytest.approx(0.2) and found.effect.low > 0
    many = paired.gain(40, 10, 30, 20, variant="corrected")
    assert many.statistic == pytest.approx((abs(10 - 30) - 1) ** 2 / 40)


def test_gain_of_scores():
    before = [4, 5, 6, 3, 7, 5, 4, 6, 5, 2]
    found = paired.score_gain(before, [7, 5, 10, 5, 8, 10, 10, 13, 13, 11])
    assert found.variant == "exact" and found.effect.value == 1 and found.p == pytest.approx(2 / 2**9)
    assert "1" in found.words("en") and "១" in found.words("km") and not found.sound
    tied = paired.score_gain(before, [b + 1 for b in before])
    assert tied.variant == "asymptotic"


@PLAIN
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12))
def test_adjusting_never_makes_a_p_value_smaller(thousandths):
    found = significance.adjust([value / 1000 for value in thousandths], method="benjamini-hochberg")
    assert all(after >= before - 1e-12 for before, after in zip(found.before, found.p, strict=True))


def test_holms_adjustment_by_hand():
    """One call only: statsmodels collects garbage at each of Holm's, a third of a second in a large process."""
    found = significance.adjust([0.01, 0.04, 0.03, 0.005])
    assert found.p == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_every_result_says_how_large_the_difference_is():
    results = [
        significance.chi_square(STUDY["GBR"]),
        significance.chi_square([[9, 8, 7], [12, 30, 11]]),
        significance.fisher(STUDY["GBR"]),
        significance.one_share(14, 20, against=0.5),
        significance.trend([10, 15, 20], [40, 35, 30]),
        paired.gain(20, 2, 12, 16),
        paired.score_gain([1, 2, 3, 4, 5, 6], [2, 4, 6, 8, 10, 12]),
    ]
    for result in results:
        for language in wording.LANGUAGES:
            assert result.effect.words(language) in result.words(language)
    assert "8.6 % (95 % interval 3.0 % to 13.1 %" in results[0].words() and "∞" in results[2].words("km")


def test_cells_that_depart_though_all_are_read():
    cells = significance.residuals([[36, 25, 18, 131], [0, 0, 0, 78]])
    found = cells.departing(["perpetrator", "accomplice"], ["USA", "FRA", "GBR", "other"])
    assert [(row, column) for row, column, _, _ in found[:2]] == [("perpetrator", "other"), ("accomplice", "other")]
    assert len(found) == 8 and all(p < 0.05 for *_, p in found)
    with pytest.raises(Refused):
        cells.departing(["perpetrator"], ["USA"])


def test_a_p_value_is_never_printed_as_nought():
    assert wording.p_value(0.00004) == "p < 0.001" and wording.p_value(0.0099) == "p = 0.0099"
    assert wording.p_value(0.0165, "km") == "p = ០,០១៧"


def test_every_sentence_is_in_both_languages_and_names_the_same_values():
    folder = Path(wording.__file__).parent / "reference" / "said"
    keys = [key for path in folder.glob("*.yaml") for key in yaml.safe_load(path.read_text(encoding="utf-8"))]
    assert len(keys) == len(set(keys))
    for key in keys:
        assert wording.has(key)
        both = [set(_fields(wording._sentences()[key][language])) for language in wording.LANGUAGES]
        assert both[0] == both[1], key


def _fields(template: str):
    from string import Formatter

    return [name for _, name, _, _ in Formatter().parse(template) if name]
