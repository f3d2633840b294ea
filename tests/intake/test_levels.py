"""Levels: worked examples; nothing hidden or forged changes one; no change of the rules without a new version."""

import copy
from datetime import timedelta

import pytest
import yaml

from tests.intake.conftest import text
from tumpeang.intake import levels
from tumpeang.intake.models import Report, Task
from tumpeang.intake.summary import WAYS as WAY_WORDS
from tumpeang.letterbox import choices
from tumpeang.letterbox.ways import WAYS

BOOK = levels.rules()
KEYS = sorted({question.key for way in WAYS.values() for question in way.questions} | {"way_given", "level", "place"})
SLUGS = sorted({slug for way in WAYS.values() for q in way.questions for slug, _ in q.choices})
FORGED = [
    *SLUGS, "YES", "yes ", " not_safe", "", "skipped", "unknown", "immediate", "x" * 9000, "\x00", "бок",
    None, True, 1, 0, -1, 1.5, [], ["yes"], [["not_safe"]], ["not_safe", "yes"], {"yes": "yes"}, {"is": ["yes"]},
]  # fmt: skip
# what the short page offers, whatever the way: written out here, so that a change of the page is seen
SHORT_PAGE = {
    "safety_now": {"safe", "not_sure", "not_safe", "self_harm_or_suicide"},
    "last_five_days": {"yes", "unsure", "no"},
    "about_us": {"yes", "unsure", "no"},
    "about_reader": {"no", "focal", "board", "both"},
}


def outcome(way, answers, short):
    level, reasons = levels.level_of(way, answers, short=short)
    return level.slug, tuple(rule.key for rule in reasons)


# ---- examples ------------------------------------------------------------------------------------------------------


def test_there_are_ten_examples_for_every_way_and_level():
    assert len(BOOK.examples) == 10
    assert {example.way for example in BOOK.examples} == set(WAYS)
    assert {example.level for example in BOOK.examples} == {"immediate", "high", "medium"}


@pytest.mark.parametrize("example", BOOK.examples, ids=lambda e: f"{e.way}-{e.level}")
def test_the_worked_examples_hold(example):
    level, reasons = levels.level_of(example.way, example.answers, short=example.short)
    assert (level.slug, tuple(rule.key for rule in reasons)) == (example.level, example.because)
    assert levels.counted(example.way, example.answers, short=example.short).items() >= example.answers.items()


@pytest.mark.parametrize("rule", BOOK.raises, ids=lambda rule: rule.key)
def test_every_rule_can_fit_somewhere(rule):
    """A rule about a question or an answer that no way offers would be a promise that nobody keeps."""
    offered = {
        (q.key, slug) for way in WAYS.values() for q in way.questions if q.kind == "choice" for slug, _ in q.choices
    }
    assert {(rule.answer, value) for value in rule.values} <= offered


# ---- nothing hidden, nothing forged --------------------------------------------------------------------------------


def really_offered(way, key, value, short):
    """An oracle of its own: what the pages of a way offer to somebody who has answered nothing else."""
    if not isinstance(value, str):
        return False
    if short:
        return value in SHORT_PAGE.get(key, ())
    asked = [q for q in WAYS[way].questions if q.key == key and q.kind == "choice" and q.only_if is None]
    return any(value in dict(q.choices) for q in asked)


@pytest.mark.parametrize("short", [False, True], ids=["pages", "short"])
@pytest.mark.parametrize("way", WAYS)
def test_a_hidden_or_forged_answer_changes_nothing(way, short):
    started = outcome(way, {}, short)
    for key in KEYS:
        for value in FORGED:
            if not really_offered(way, key, value, short):
                assert outcome(way, {key: value}, short) == started, (key, value)


@pytest.mark.parametrize("short", [False, True], ids=["pages", "short"])
@pytest.mark.parametrize("way", WAYS)
def test_beside_a_true_answer_a_forged_one_changes_nothing(way, short):
    """Every true answer, and with it whatever was never asked or offered."""
    true = [(key, value) for key in KEYS for value in SLUGS if really_offered(way, key, value, short)]
    forged = [(k, v) for k in KEYS for v in (*SLUGS, ["yes"], ["not_safe"], 1) if not really_offered(way, k, v, short)]
    for key, value in true:
        told = outcome(way, {key: value}, short)
        # an answer may open further questions: what is asked after it is no forgery
        opened = {q.key for q in WAYS[way].questions if q.only_if and q.only_if[0] == key}
        everything = {k: v for k, v in forged if k != key and k not in opened and (k not in dict(true))}
        assert outcome(way, everything | {key: value}, short) == told, (key, value)


@pytest.mark.parametrize("way", WAYS)
def test_a_true_answer_does_count(way):
    """The test above would also pass if nothing counted at all."""
    key = "safety_now" if way == "child" else "danger_now"
    value = "not_safe" if way == "child" else "yes"
    assert outcome(way, {key: value}, False)[0] == "immediate"
    assert outcome(way, {"safety_now": "not_safe"}, True)[0] == "immediate"


def test_a_question_that_was_not_reached_counts_for_nothing():
    """Asked only after another answer: without that, it was never on a page."""
    answers = {"about_us": "no", "about_reader": "both"}
    assert "about_reader" not in levels.counted("adult", answers)
    assert "about_reader" in levels.counted("adult", answers | {"about_us": "yes"})


def test_the_short_page_offers_what_the_test_says(public):
    page = public.get("/en/start/short/").content.decode()
    for key, slugs in SHORT_PAGE.items():
        assert all(f'name="{key}"' in page and f'value="{slug}"' in page for slug in slugs), key
    assert 'name="danger_now"' not in page and 'name="threatened"' not in page


def test_a_forged_field_does_not_come_through_the_letterbox(drop_report):
    """Through draft, seal and opening: of an adult, "not safe" was never asked; of a child, danger was not."""
    adult = drop_report(way="adult", safety_now="self_harm_or_suicide", danger_now="no", threatened="yes")
    assert (adult.level, adult.raised_by, adult.rules) == ("medium", [], BOOK.version)
    child = drop_report(way="child", safety_now="safe", danger_now="yes")
    assert (child.level, child.raised_by) == ("high", [])


def test_a_forged_answer_makes_no_task(drop_report):
    report = drop_report(way="online", last_five_days="yes")  # that way does not ask it
    assert not Task.objects.filter(report=report).exists()


def test_fields_added_to_the_short_page_change_nothing(public, opener, now):
    page = {"w": WAYS["adult"].sign, "what": "Words.", "safety_now": "safe", "n": "n" * 43, "go": "send"}
    public.post("/en/start/short/", page | {"danger_now": "yes", "threatened": "yes", "level": "immediate"})
    opener.run(now)
    assert Report.objects.get().level == "medium"


# ---- the clock, and versions ---------------------------------------------------------------------------------------


def test_a_report_keeps_the_version_of_its_rules_and_their_clock(drop_report):
    report = drop_report(safety_now="not_safe")
    assert report.rules == BOOK.version and report.due_at == report.received_at + timedelta(minutes=15)


def test_what_decides_is_what_the_newest_version_says():
    """Changed the rules? Add a version to levels.yaml with this digest, the day, and in words what changed."""
    assert not BOOK.changed_unsaid, f"the rules decide otherwise than version {BOOK.version} says: {BOOK.digest}"
    assert len({one.version for one in BOOK.versions}) == len(BOOK.versions)
    assert all(len(one.version) <= Report._meta.get_field("rules").max_length for one in BOOK.versions)
    assert [one.since for one in BOOK.versions] == sorted(one.since for one in BOOK.versions)


CHANGES = {
    "minutes": lambda data: data["levels"]["high"].update(minutes=61),
    "a rule taken away": lambda data: data["raises"].pop(),
    "a rule raises less": lambda data: data["raises"][0].update(to="high"),
    "another answer": lambda data: data["raises"][0].update({"is": ["safe"]}),
    "a way begins elsewhere": lambda data: data["ways"].update(child="low"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_what_decides_is_noticed(change):
    data = yaml.safe_load(levels._FILE.read_text())
    before = copy.deepcopy(data)
    CHANGES[change](data)
    assert data != before and levels.read(data).changed_unsaid


def test_a_mended_word_is_no_new_version():
    data = yaml.safe_load(levels._FILE.read_text())
    data["raises"][0]["why"]["en"] = "says so"
    assert not levels.read(data).changed_unsaid


# ---- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_page_shows_levels_rules_and_examples(cast, sign_in, language):
    response = sign_in(cast.sokha, language).get("/levels/")
    page = text(response)
    for rule in BOOK.raises:
        assert rule.texts[language] in page
    for level in BOOK.levels.values():
        assert level.meanings[language] in page
    assert response.content.decode().count("<li>") >= len(BOOK.examples)
    if language == "en":
        assert all(str(words) in page for words in WAY_WORDS.values())
        assert str(dict(choices.SAFETY_NOW)["not_safe"]) in page and "Version 1" in page


def test_who_reads_no_report_does_not_find_the_page(cast, sign_in):
    assert sign_in(cast.rotha).get("/levels/").status_code == 404
