"""The Khmer: complete, spelled in order, short for a child, in the terms of the field; and the page that is signed."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.formats import date_format

from tumpeang.config import catalogue, doctor, khmer_review
from tumpeang.letterbox.ways import WAYS

PACKAGE = catalogue.PACKAGE
REFERENCE = sorted(path for path in PACKAGE.rglob("reference/*.yaml") if path.name != "avoid.yaml")
TEMPLATES = sorted(
    path for path in PACKAGE.rglob("*") if "templates" in path.parts and path.suffix in {".html", ".txt"}
)
LISTS = yaml.safe_load((PACKAGE / "config" / "reference" / "avoid.yaml").read_text())
KHMER = {sentence: text for sentence, text in catalogue.words("km").items() if text}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
LONGEST_TO_A_CHILD = 80  # signs between two stops; Khmer writes a word in about six
BASE, COENG = "[\u1780-\u17a2\u17a3-\u17b3]", "\u17d2[\u1780-\u17b3]"
CLUSTER = re.compile(
    f"{BASE}\u17cc?(?:[\u17c9\u17ca](?:{COENG})*|(?:{COENG})*[\u17c9\u17ca]?)"  # robat, shifter and subscripts
    "[\u17b6-\u17c5]?[\u17c6\u17cb\u17cd-\u17d1\u17dd]*[\u17c7\u17c8]?"  # a vowel, then signs
)
SPELLED = {"ឲ្យ": "ឱ្យ", "ទូរស័ព្ទ": "ទូរសព្ទ", "ទូរស័ព្ធ": "ទូរសព្ទ", "\u17d2ដ": "\u17d2ត"}  # one way for all pages
# names of things, and words that a phone or a browser itself shows in Latin
NAMES = re.compile(
    "APLE|Aegis|CSV|ECPAT|Excel|FreeOTP|Facebook|Instagram|INHOPE|JSON|JavaScript|LICADHO|LINE|Messenger|PIN|SMS|Telegram"
    "|Dara|Sok|TikTok|UTF|WhatsApp|YouTube|block|cookie|csv|passkey|xlsx|b"
)


def reference_khmer() -> list[str]:
    found = [khmer for path in REFERENCE for khmer, _ in khmer_review.bilingual(yaml.safe_load(path.read_text()))]
    assert len(found) > 50
    return found


# ---- complete ----------------------------------------------------------------------------------------------------


def test_nothing_is_without_khmer_and_the_page_is_fresh():
    assert catalogue.check() + khmer_review.check() == []


def test_our_catalogue_goes_before_the_libraries():
    with translation.override("km"):
        assert date_format(date(2026, 3, 5), "j M") == "5 មីនា"  # the framework's own Khmer misspells it
        assert date_format(date(2026, 2, 5), "DATE_FORMAT") == "5 កុម្ភៈ 2026"
        months = {date_format(date(2026, month, 1), sign) for month in range(1, 13) for sign in "FMNEb"}
        days = {date_format(date(2026, 3, day), sign) for day in range(1, 8) for sign in "lD"}
    assert len(months) == 12 and len(days) == 7
    assert not any(re.search("[A-Za-z]", word) for word in months | days)


def test_sentences_of_libraries_are_theirs_word_for_word():
    known = set()
    for name in ("django/conf/locale/en", "django/contrib/auth/locale/en", "allauth/locale/de"):
        top, rest = name.split("/", 1)
        path = Path(__import__(top).__file__).parent / rest / "LC_MESSAGES" / "django.po"
        with path.open("rb") as file:
            known |= {(message.id, message.context) for message in read_po(file)}
    assert {(message, context) for message, context, _ in catalogue.external()} <= known


# ---- spelled -----------------------------------------------------------------------------------------------------


def misspelled(text: str) -> bool:
    """Signs out of order, unseen signs, doubled spaces, or a word in another of its spellings."""
    unseen = re.search("[\u200b-\u200d\u00a0]|  | ។", text)
    return bool(re.search("[\u1780-\u17d2\u17dd]", CLUSTER.sub("", text)) or unseen or any(w in text for w in SPELLED))


def test_khmer_is_spelled_in_order_and_in_one_way():
    assert [text for text in [*KHMER.values(), *reference_khmer()] if misspelled(text)] == []


@pytest.mark.parametrize("text", ["ក្តីី", "ស្រ្\u200bតី", "កាំុ", "្ក", "ក្", "ាក", "ឲ្យ", "ពាក្យ ។"])
def test_a_misspelling_is_found(text):
    assert misspelled(text)


def test_no_latin_words_are_left_but_names():
    said = [PLACEHOLDER.sub("", text) for text in [*KHMER.values(), *reference_khmer()]]
    assert {word for text in said for word in re.findall("[A-Za-z]+", text) if not NAMES.fullmatch(word)} == set()


# ---- terms -------------------------------------------------------------------------------------------------------


def test_no_sentence_uses_a_word_of_the_avoid_list():
    english = catalogue.words("en")
    said = [*(text for text, _context in english), *english.values(), *KHMER.values()]
    said += [path.read_text() for path in [*REFERENCE, *TEMPLATES]]
    words = LISTS["avoid"]["en"] + LISTS["avoid"]["km"]
    assert [(word, text) for text in said for word in words if word in text.lower()] == []


def test_public_pages_name_nobody_a_victim_a_client_or_an_accused():
    words = LISTS["public_avoid"]["en"] + LISTS["public_avoid"]["km"]
    said = [text for _, khmer, english in khmer_review.pairs() for text in (khmer, english.lower())]
    assert [(word, text) for text in said for word in words if word in text] == []


# ---- short -------------------------------------------------------------------------------------------------------


def childs_words() -> list[str]:
    way = WAYS["child"]
    said = [way.title, way.text, *way.promises]
    for question in way.questions:
        said += [question.ask, question.why, question.hint, *(label for _slug, label in question.choices)]
    with translation.override("km"):
        return [str(text) for text in said if text]


def test_sentences_to_a_child_are_short_in_khmer():
    parts = [part for text in childs_words() for part in re.split("[។?៖]", text)]
    assert len(parts) > 100
    assert [part for part in parts if len(part) > LONGEST_TO_A_CHILD] == []


def test_a_child_is_spoken_to_in_one_way():
    said = " ".join(childs_words())
    assert "អ្នក" in said
    assert not re.search("ប្អូន(?!ៗ)|ឯង(?!$)|លោកអ្នក", said.replace("បងប្អូន", "").replace("ខ្លួនឯង", ""))


# ---- the page that is signed -------------------------------------------------------------------------------------


@pytest.fixture
def review(tmp_path, monkeypatch):
    path = tmp_path / "khmer-review.md"
    monkeypatch.setattr(khmer_review, "REVIEW", path)
    monkeypatch.setattr(doctor, "REVIEW", path)
    khmer_review.renew()
    return path


def test_a_tick_outlives_regeneration_and_so_do_signatures(review):
    signed = review.read_text().replace("- [ ] ", "- [x] ") + "\nSokha, reader of the helpline, 1 March 2026\n"
    review.write_text(signed)
    khmer_review.renew()
    assert review.read_text() == signed
    assert khmer_review.check() == []
    assert doctor.khmer_signed().good


def test_a_changed_sentence_loses_its_tick(review, monkeypatch):
    review.write_text(review.read_text().replace("- [ ] ", "- [x] "))
    before = list(khmer_review.pairs())
    where, khmer, english = before[3]
    changed = [*before[:3], (where, f"{khmer} ។", english), *before[4:]]
    monkeypatch.setattr(khmer_review, "pairs", lambda: iter(changed))
    assert khmer_review.check()
    khmer_review.renew()
    left = [line for line in review.read_text().splitlines() if line.startswith("- [ ]")]
    assert left == [f"- [ ] {khmer} ។ — {english}"]
    assert not doctor.khmer_signed().good


def test_the_page_holds_what_public_pages_say_and_callers_hear_and_no_more():
    where = {place for place, _, _ in khmer_review.pairs()}
    assert {"letterbox/ways.py", "config/templates/base_public.html", "directory/reference/services.yaml"} <= where
    where.remove("intake/reference/scripts.yaml")
    assert not [place for place in where if place.startswith(("intake", "access")) or "staff" in place]
