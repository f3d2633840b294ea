"""One question a page: nothing required, nothing lost, what is urgent said at once."""

import pytest

from tumpeang.letterbox.models import Draft
from tumpeang.letterbox.questions import SKIPPED, UNKNOWN
from tumpeang.letterbox.ways import WAYS


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_every_question_may_be_skipped_or_not_known(walk, way):
    walker = walk(way.sign)
    for number, question in enumerate(way.questions, start=1):
        page = f"/en/start/{number}/"
        shown = walker.client.get(page).content.decode()
        assert str(question.ask).replace("'", "&#x27;") in shown
        assert 'value="skip"' in shown and 'value="unknown"' in shown
        assert "Why we ask" in shown
        walker.client.post(page, {"w": way.sign, "go": "skip"})
        assert walker.draft.answers[question.key] == SKIPPED
        walker.client.post(page, {"w": way.sign, "go": "unknown"})
        assert walker.draft.answers[question.key] == UNKNOWN


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_going_on_with_nothing_is_no_error(walk, way):
    walker = walk(way.sign)
    for number in range(1, way.last_page + 1):
        response = walker.client.post(f"/en/start/{number}/", {"w": way.sign})
        assert response.status_code == 302
    assert response.url == "/en/start/send/"


def test_back_and_forward_keep_all_that_was_typed(walk):
    child = walk()
    child.tell("what", "First words")
    assert child.tell("last_five_days", "no", go="back").url == child.page("what")
    assert "First words" in child.see("what")
    assert 'value="no" id="id_last_five_days-2" checked' in child.see("last_five_days")


def test_back_without_an_answer_leaves_the_question_open(walk):
    child = walk()
    child.tell("last_five_days", go="back")
    assert "last_five_days" not in child.draft.answers


def test_i_dont_know_keeps_the_words_beside_it_and_skip_drops_them(walk):
    child = walk()
    child.tell("when_text", "perhaps in May", go="unknown")
    assert child.draft.answers["when_text"] == "perhaps in May"
    child.tell("when_text", "perhaps in May", go="skip")
    assert child.draft.answers["when_text"] == SKIPPED


def test_an_error_loses_no_word(walk):
    adult = walk("b")
    long = "ពាក្យ " * 4000
    response = adult.tell("what", long)
    assert response.status_code == 200
    shown = response.content.decode()
    assert long in shown
    assert "4000 signs too long" in shown
    assert "What you typed is still here." in shown
    assert 'aria-invalid="true"' in shown


def test_line_ends_and_signs_come_back_as_typed(walk):
    child = walk()
    child.tell("what", "\nOne <b>line</b>\r\n& “another”")
    assert child.draft.answers["what"] == "\nOne <b>line</b>\n& “another”"
    assert "One &lt;b&gt;line&lt;/b&gt;\n&amp; “another”" in child.see("what")


@pytest.mark.parametrize("answer", ["not_safe", "self_harm_or_suicide"])
def test_a_child_who_is_not_safe_sees_the_numbers_on_the_next_page_and_the_form_goes_on(walk, answer):
    child = walk()
    response = child.tell("safety_now", answer)
    assert response.url == child.page("what")
    shown = child.see("what")
    for number in ("1280", "1288"):
        assert f'href="tel:{number}"' in shown
    assert 'name="what"' in shown


@pytest.mark.parametrize("answer", ["safe", "not_sure"])
def test_otherwise_the_form_goes_on_quietly(walk, answer):
    child = walk()
    child.tell("safety_now", answer)
    assert "tel:" not in child.see("what")


def test_an_adult_who_sees_danger_sees_the_numbers(walk):
    adult = walk("b")
    adult.tell("danger_now", "yes")
    assert 'href="tel:1288"' in adult.see("what")


@pytest.mark.parametrize("way", ["a", "b", "c", "e"])
def test_the_last_five_days_are_asked_offline_and_yes_says_that_care_has_a_time_limit(walk, way):
    walker = walk(way)
    response = walker.tell("last_five_days", "yes")
    shown = walker.client.get(response.url).content.decode()
    assert "Care within 3 days matters most." in shown
    assert "092 311 511" in shown and "we go with you" in shown


def test_the_safety_of_a_child_is_asked_first():
    assert WAYS["child"].questions[0].key == "safety_now"
    assert all(way.questions[0].key == "danger_now" for way in WAYS.values() if not way.for_child)


def test_every_way_asks_whether_it_is_about_us():
    for way in WAYS.values():
        assert "about_us" in [question.key for question in way.questions]


@pytest.mark.parametrize("way", ["a", "d"])
def test_who_is_threatened_with_a_picture_reads_how_to_take_it_down(walk, way):
    walker = walk(way)
    response = walker.tell("threatened", "yes")
    shown = walker.client.get(response.url).content.decode()
    for words in ("It is not your fault.", "Do not pay", "Keep the messages", "takeitdown.ncmec.org"):
        assert words in shown
    assert 'href="http' not in shown


def test_the_online_way_says_never_to_send_or_search(walk):
    walker = walk("d")
    for page in (walker.client.get("/en/start/?w=d").content.decode(), walker.see("what"), walker.see("addresses")):
        assert "Never send pictures or films" in page
        assert 'type="file"' not in page


def test_contact_is_asked_in_detail_only_if_it_is_wanted(walk):
    child = walk()
    assert child.tell("contact_wanted", "no").url == "/en/start/send/"
    assert child.tell("contact_wanted", "yes").url == child.page("contact_how")


def test_a_number_may_be_khmer_or_words(walk):
    adult = walk("b")
    adult.tell("child_count", "៣")
    assert adult.draft.answers["child_count"] == 3
    adult.tell("child_count", "two or three")
    assert adult.draft.answers["child_count"] == UNKNOWN
    assert adult.draft.answers["child_count_words"] == "two or three"
    assert "two or three" in adult.see("child_count")
    adult.tell("child_count", "2")
    assert "child_count_words" not in adult.draft.answers


def test_a_choice_that_is_not_offered_counts_as_none(walk):
    adult = walk("b")
    adult.tell("setting", "palace")
    assert adult.draft.answers["setting"] == SKIPPED


# ---- places --------------------------------------------------------------------------------------------------------


def test_one_place_is_found_and_the_words_are_kept(walk):
    child = walk()
    assert child.tell("where_text", "Siem Reap").status_code == 302
    assert child.draft.answers["where_text"] == "Siem Reap"
    assert child.draft.answers["place"] == 17


def test_of_several_places_one_is_chosen_on_the_next_page(walk):
    child = walk()
    response = child.tell("where_text", "Svay")
    shown = response.content.decode()
    assert response.status_code == 200 and "Which of these places?" in shown
    assert child.draft.answers["where_text"] == "Svay"
    response = child.tell("where_text", "Svay", place="3050108", place_for="Svay")
    assert response.status_code == 302 and child.draft.answers["place"] == 3050108


@pytest.mark.parametrize("choice", [{}, {"place": "none"}])
def test_no_choice_is_no_reason_to_stop(walk, choice):
    child = walk()
    child.tell("where_text", "Svay")
    response = child.tell("where_text", "Svay", place_for="Svay", **choice)
    assert response.status_code == 302
    assert child.draft.answers["where_text"] == "Svay"
    assert "place" not in child.draft.answers


@pytest.mark.parametrize("words", ["Behind the yellow house", "x" * 400])
def test_words_that_name_no_place_are_kept(walk, words):
    child = walk()
    child.tell("where_text", words, place_for=words)
    assert child.draft.answers["where_text"] == words
    assert "Behind" not in words or words in child.see("where_text")


def test_a_place_may_be_chosen_from_the_list(walk):
    child = walk()
    response = child.tell("where_text", "", place_open="top")
    assert response.status_code == 200 and "Which province?" in response.content.decode()
    child.tell("where_text", "", place="17", place_for="")
    assert child.draft.answers["place"] == 17


# ---- the draft is gone ---------------------------------------------------------------------------------------------


def test_when_the_draft_is_gone_what_was_just_typed_is_kept_in_a_new_one(walk):
    child = walk()
    Draft.objects.all().delete()
    response = child.tell("what", "Words of the last minute")
    shown = response.content.decode()
    assert response.status_code == 200
    assert "What you just typed is kept" in shown and "Words of the last minute" in shown
    assert child.draft.answers == {"what": "Words of the last minute"}
    assert child.tell("what", "Words of the last minute").url == child.page("last_five_days")


def test_a_phone_without_cookies_is_told_at_the_first_step(public):
    public.post("/en/start/", {"w": "a"})
    public.cookies.clear()
    shown = public.get("/en/start/1/").content.decode()
    assert "takes no cookies" in shown and "/en/start/short/" in shown


def test_the_way_in_a_form_is_one_of_ours(public):
    assert public.get("/en/start/").url == "/en/"
    assert public.get("/en/start/?w=zz").url == "/en/"
    assert "There is nothing here to go on with" in public.post("/en/start/3/", {"w": "zz"}).content.decode()


def test_the_language_switch_keeps_the_place(walk):
    child = walk()
    child.tell("what", "First words")
    for page in ("/en/", "/en/start/?w=a", child.page("what"), "/en/start/send/", "/en/code/", "/en/start/short/"):
        assert f'href="{page.replace("/en/", "/km/")}"' in child.client.get(page).content.decode()
    assert "First words" in child.client.get(child.page("what").replace("/en/", "/km/")).content.decode()
