"""What a bench says: one JSON line a figure, and sums that are right. How fast anything is, no test says."""

import json

import pytest

from bench import __main__ as command
from bench import figures, limits


def test_a_figure_is_one_line_of_json_with_the_same_names_first():
    text = figures.line("intake.sqlite", value=40.0, unit="reports/s", against=50.0, reports=900)
    assert "\n" not in text
    assert list(json.loads(text).items()) == [
        ("figure", "intake.sqlite"),
        ("value", 40.0),
        ("unit", "reports/s"),
        ("against", 50.0),
        ("ratio", 0.8),
        ("reports", 900),
    ]


def test_a_figure_beside_nothing_has_no_ratio():
    told = json.loads(figures.line("x", value=1, unit="requests"))
    assert told["against"] is told["ratio"] is None


def test_numbers_are_said_with_as_many_digits_as_are_known():
    told = json.loads(figures.line("x", value=123.456789, unit="reports/s", against=1_000_000, of=25_134))
    assert told["value"] == 123.5
    assert told["of"] == 25_134  # what was counted is exact


def test_figures_go_to_stdout_and_progress_to_stderr(capsys):
    figures.say("preparing")
    figures.show("x", value=1, unit="bytes")
    out, err = capsys.readouterr()
    assert [json.loads(line)["figure"] for line in out.splitlines()] == ["x"]
    assert err == "  preparing\n"


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 5), (0.51, 6), (0.9, 9), (0.95, 10), (1.0, 10)])
def test_a_percentile_is_the_nearest_sample(share, expected):
    assert figures.percentile([3, 1, 2, 10, 9, 8, 4, 5, 6, 7], share) == expected


def test_a_percentile_of_twenty_leaves_one_out():
    assert figures.percentile(range(1, 21), 0.95) == 19


def test_a_percentile_of_one_is_that_one():
    assert figures.percentile([7.0], 0.95) == 7.0


def test_a_percentile_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no samples"):
        figures.percentile([], 0.5)


def test_times_are_said_in_milliseconds():
    assert figures.milliseconds([0.010, 0.020, 0.060]) == {"p50_ms": 20.0, "p95_ms": 60.0}


def test_the_rate_leaves_out_the_start_and_the_end_of_a_round():
    busy = [10 + number / 50 for number in range(101)]  # fifty answers a second for two seconds
    assert figures.steady_rate([1.0, 2.0, *busy, 30.0, 40.0], connections=3) == pytest.approx(50)


def test_a_round_that_is_too_short_has_no_rate():
    with pytest.raises(ValueError, match="too few"):
        figures.steady_rate([1.0, 2.0, 3.0], connections=8)


def test_an_unknown_bench_is_named_and_nothing_runs(capsys):
    assert command.main(["intake", "nosuch"]) == 2
    assert "nosuch" in capsys.readouterr().err


def test_the_bare_insert_writes_what_a_report_writes(committed):
    from tumpeang.letterbox.models import Dialogue, SealedReport

    insert = limits.inserter(sealed_bytes=1_000)
    insert()
    insert()
    assert [len(row.sealed) for row in SealedReport.objects.all()] == [1_000, 1_000]
    assert set(Dialogue.objects.values_list("report", flat=True)) == set(
        SealedReport.objects.values_list("pk", flat=True)
    )
