"""What to say: data in two languages, for every kind of caller that is asked for, in words that promise nothing."""

import re

import pytest
import yaml
from django.utils import translation

from tumpeang.config import khmer_review
from tumpeang.intake import call_acts, scripts
from tumpeang.intake.models import CallStep

BOOK = scripts.book()
STEPS = [(slug, step) for slug, script in BOOK.scripts.items() for step in script.steps]


def test_there_is_one_for_each_kind_of_caller():
    assert set(BOOK.scripts) == {
        "self_harm", "child", "silent_line", "settled", "alleged_perpetrator", "own_behaviour", "professional",
        "about_us",
    }  # fmt: skip


def test_the_steps_after_self_harm_are_these_in_this_order():
    assert list(scripts.self_harm_steps()) == ["ask", "stay", scripts.SECOND_WORKER, scripts.FOLLOW_UP]
    assert all(step.says for step in scripts.self_harm_steps().values())  # each with the words to say


@pytest.mark.parametrize(("script", "step"), STEPS, ids=lambda one: one if isinstance(one, str) else one.slug)
def test_every_sentence_is_there_in_khmer_and_english(script, step):
    for texts in filter(None, (step.dos, step.says, BOOK.scripts[script].labels, BOOK.scripts[script].whens)):
        assert set(texts) == {"en", "km"} and re.search(r"[\u1780-\u17b3]", texts["km"]), texts
        assert re.search(r"[a-z]", texts["en"]) and not re.search(r"[\u1780-\u17b3]", texts["en"])


def test_slugs_are_kept_with_what_was_ticked_and_fit_the_table():
    longest = CallStep._meta.get_field("step").max_length
    for script in BOOK.scripts.values():
        slugs = [step.slug for step in script.steps]
        assert len(slugs) == len(set(slugs)) and all(len(slug) <= longest for slug in slugs)
    assert call_acts.TOLD_NEXT not in scripts.self_harm_steps()


@pytest.mark.parametrize(
    "word", ["promise you", "I promise", "guarantee", "nobody will ever", "you should have", "why did"]
)
def test_nothing_is_promised_and_nobody_is_blamed(word):
    said = " ".join(step.says.get("en", "") for _script, step in STEPS).lower()
    assert word.lower() not in said


def test_who_may_be_the_alleged_person_is_told_nothing():
    said = [step.says.get("en", "") for step in BOOK.scripts["alleged_perpetrator"].steps]
    assert said[0].startswith("I cannot say whether") and not [words for words in said if "report" in words.lower()]


def test_a_professional_is_told_the_four_words_that_a_reporter_reads():
    words = BOOK.scripts["professional"].steps[1].dos["en"]
    assert "received, read, we are acting, ended" in words


def test_they_speak_the_readers_language():
    with translation.override("km"):
        assert BOOK.scripts["child"].label == BOOK.scripts["child"].labels["km"]
        assert BOOK.phrases == [one["km"] for one in BOOK.advice]


def test_readers_of_khmer_sign_what_is_read_aloud():
    page = khmer_review.REVIEW.read_text()
    data = yaml.safe_load(khmer_review.SCRIPTS.read_text())
    for script in data["scripts"].values():
        assert all(step["say"]["km"] in page for step in script["steps"] if "say" in step)
