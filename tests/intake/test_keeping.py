"""The rules of retention: every report falls under exactly one, and the file is refused when it could not be so."""

import itertools
from datetime import datetime

import pytest
import yaml
from django.utils import translation
from django.utils.timezone import make_aware

from tumpeang.access.records import writing
from tumpeang.intake import keeping
from tumpeang.intake.keeping import BadRules
from tumpeang.intake.models import Report, ReportOutcome
from tumpeang.intake.states import Channel, Stage
from tumpeang.letterbox.ways import WAYS
from tumpeang.vault.fields import EMPTIED

LEVELS = ["immediate", "high", "medium", "low"]
TOLD = ["child_count", "child_age_band", "child_sex", "setting"]


def book(**changes):
    rule = {"slug": "other", "years": 15, "label": {"en": "x", "km": "x"}, "why": {"en": "x", "km": "x"}}
    return {"version": 1, "rules": [{**rule, "slug": "first", "any": [{"way": ["child"]}]}, rule | changes]}


def expected(way, level, told, addresses, outcomes) -> str:
    """The rules once more, by hand."""
    if way in {"child", "past"}:
        return "own_childhood"
    if outcomes and set(outcomes) <= {"out_of_scope", "test_or_malicious"}:
        return "no_child"
    if told not in {"", "skipped", "unknown", "0"} or level in {"immediate", "high"}:
        return "about_a_child"
    if addresses:
        return "web_addresses"
    return "question" if level == "low" else "other"


def test_every_ended_report_falls_under_exactly_one_rule(cast, now):
    ways, told = [*WAYS, "a way of later"], [("", ""), ("child_count", "0"), *itertools.product(TOLD, ["1", "skipped"])]
    ends = [
        [],
        ["advice_given"],
        ["out_of_scope"],
        ["out_of_scope", "test_or_malicious"],
        ["duplicate", "out_of_scope"],
    ]
    wanted, reports, came = {}, [], []
    for way, level, (name, value), addresses, outcomes in itertools.product(ways, LEVELS, told, [True, False], ends):
        report = Report(
            channel=Channel.WEB, way=way[:12], language="km", received_at=now, account=EMPTIED, level=level,
            level_rank=0, due_at=now, stage=Stage.ENDED, ended_at=now, has_addresses=addresses,
            **({name: value} if name else {}),
        )  # fmt: skip
        reports.append(report)
        came += [ReportOutcome(report=report, outcome=slug, by=cast.sokha, at=now) for slug in outcomes]
        wanted[report.pk] = expected(way[:12], level, value, addresses, outcomes)
    with writing():
        Report.objects.bulk_create(reports, batch_size=500)
        ReportOutcome.objects.bulk_create(came, batch_size=500)
    found = dict(Report.objects.annotate(rule=keeping.which()).values_list("pk", "rule"))
    assert found == wanted
    assert set(found.values()) == {rule.slug for rule in keeping.in_force()}, "each rule is for something"


def test_reports_that_tell_of_a_child_are_kept_longest_and_none_goes_within_a_year():
    years = {rule.slug: rule.years for rule in keeping.rules()}
    assert years["own_childhood"] > 18 + 15 and years["about_a_child"] > 18 + 15
    assert years["question"] < years["no_child"] < years["web_addresses"] <= years["other"] < years["about_a_child"]


def test_time_runs_in_calendar_years():
    rule = keeping.by_slug("question")
    assert rule.until(make_aware(datetime(2024, 2, 29, 9))) == make_aware(datetime(2027, 2, 28, 9))
    assert rule.over(make_aware(datetime(2027, 3, 1, 9))) == make_aware(datetime(2024, 3, 1, 9))


def test_a_rule_speaks_both_languages():
    for rule in keeping.rules():
        said = []
        for language in ("km", "en"):
            with translation.override(language):
                said += [rule.label, rule.why]
        assert all(said) and len(set(said)) == 4


@pytest.mark.parametrize(
    "data",
    [
        book(any=[{"way": ["adult"]}]),
        book(slug="first"),
        book(slug=keeping.REQUEST),
        book(years=0),
        book(retired=True),
        {"version": 1, "rules": []},
    ],
    ids=["nothing for the rest", "a slug twice", "the slug of a request", "no time", "the last retired", "no rule"],
)
def test_a_file_that_leaves_a_report_out_is_refused(data):
    with pytest.raises(BadRules):
        keeping.read(data)


@pytest.mark.parametrize("entry", [{}, {"colour": ["red"]}], ids=["empty", "unknown"])
def test_a_condition_that_says_nothing_is_refused(entry):
    data = book()
    data["rules"][0]["any"] = [entry]
    with pytest.raises(BadRules):
        keeping.read(data)


def test_the_file_says_that_a_lawyer_must_confirm_it():
    text = (keeping._FILE).read_text()
    assert "LAWYER" in text.split("version:", 1)[0] and yaml.safe_load(text)["version"] >= 1
