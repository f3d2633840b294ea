"""What the pages say: short for a child, neutral for who looks over the shoulder, in the terms of the field."""

import re
from dataclasses import fields
from pathlib import Path

from tests.letterbox.conftest import main_of
from tumpeang.letterbox import questions, states
from tumpeang.letterbox.ways import WAYS

ROOM = Path(states.__file__).parent
LONGEST_SENTENCE = 15
LOUD = re.compile(r"report|abuse|victim|child|sex|help|police|sos", re.I)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[.?!:;·›]\s+|[.?!:;]$", text) if part.strip()]


def too_long(text: str) -> list[str]:
    return [part for part in sentences(text) if len(re.findall(r"[\w'’-]+", part)) > LONGEST_SENTENCE]


def texts_of(way) -> list[str]:
    said = [way.title, way.text, *way.promises]
    for question in way.questions:
        said += [question.ask, question.why, question.hint, *(label for _slug, label in question.choices)]
    return [str(text) for text in said if text]


def test_sentences_to_a_child_are_short():
    assert [text for text in texts_of(WAYS["child"]) if too_long(text)] == []


def test_so_are_those_of_the_pages_that_a_child_walks_through(walk):
    child = walk()
    pages = [child.client.get("/en/start/?w=a")]
    child.tell("safety_now", "self_harm_or_suicide")
    child.tell("last_five_days", "yes")
    child.tell("threatened", "yes")
    pages += [child.client.get(f"/en/start/{n}/") for n in range(1, WAYS["child"].last_page + 1)]
    pages += [child.send(), child.client.get("/en/start/short/")]
    child.send(what="x")
    pages += [child.client.get("/en/start/done/")]
    pages += [child.client.post("/en/code/", {"code": child.receipt}), child.client.get("/en/code/")]
    numbers = r"If the person is a police officer or official"  # one sentence for all ways
    long = [part for page in pages for part in too_long(main_of(page)) if not part.strip().startswith(numbers)]
    assert long == []


def test_a_child_is_asked_you_and_never_why():
    said = " ".join(texts_of(WAYS["child"])).lower()
    assert not re.search(r"why (did|didn't|do|were|was) ", said)
    assert " you" in said
    for act in ("touch", "sexual", "naked", "clothes", "body", "rape"):
        assert not re.search(rf"\b{act}\b", said)


def test_the_childs_way_promises_what_is_kept_and_no_more():
    said = " ".join(map(str, WAYS["child"].promises))
    for promise in (
        "do not need to give your name",
        "Trained staff read",
        "private",
        "may be badly hurt",
        "someone who can protect",
        "try to tell you first",
        "do not answer at once",
        "please call",
    ):
        assert promise in said


def test_keys_and_slugs_are_neutral_to_the_machine():
    for way in WAYS.values():
        keys = [question.key for question in way.questions]
        assert len(keys) == len(set(keys))
        for question in way.questions:
            slugs = [slug for slug, _label in question.choices]
            assert len(slugs) == len(set(slugs))
            assert not {questions.SKIPPED, questions.UNKNOWN} & set(slugs)
            assert all(re.fullmatch(r"[a-z0-9_]{1,30}", slug) for slug in slugs)
            assert question.only_if is None or question.only_if[0] in keys


def test_each_question_says_why_it_is_asked():
    assert all(question.why for way in WAYS.values() for question in way.questions)
    assert {field.name for field in fields(questions.Question)} >= {"key", "kind", "ask", "why", "hint"}


# ---- what others may see -------------------------------------------------------------------------------------------


def every_page(walk):
    child = walk()
    yield child.client.get("/en/")
    yield child.client.get("/en/start/?w=a")
    for number in range(1, WAYS["child"].last_page + 1):
        yield child.client.get(f"/en/start/{number}/")
    yield child.send()
    child.send(what="x")
    yield child.client.get("/en/start/done/")
    yield child.client.get("/en/start/short/")
    yield child.client.get("/en/code/")
    yield child.client.post("/en/code/", {"code": child.receipt})
    yield child.client.post("/en/code/", {"code": child.receipt, "do": "close"})
    yield child.client.get("/en/leave/")
    yield child.client.get("/en/start/1/")


def test_titles_and_addresses_are_neutral(walk):
    for response in every_page(walk):
        title = re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1]
        assert title.strip() in {"Tumpeang", "–"}
        assert not LOUD.search(response.request["PATH_INFO"])


def test_nothing_is_required_and_no_page_holds_script_or_style_or_files(walk):
    for response in every_page(walk):
        html = response.content.decode()
        assert not re.search(r"<\w+[^>]*\s(required|style|onclick)\b", html)
        assert 'type="file"' not in html and "multipart" not in html
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style", html)
        assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", html)


def test_pages_carry_no_token_and_forms_of_elsewhere_are_refused(public):
    assert "csrf" not in public.get("/en/start/short/").content.decode().lower()
    form = {"n": "n" * 43, "what": "x"}
    refused = public.post("/en/start/short/", form, headers={"origin": "https://elsewhere.example"})
    assert refused.status_code == 403
