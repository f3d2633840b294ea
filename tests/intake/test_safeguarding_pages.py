"""The pages of reports about own staff, over HTTP: from the reporter's phone past everybody else to the two readers."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tests.cast import hire
from tests.conftest import PublicClient
from tests.dumps import dump, holds
from tests.intake.conftest import text
from tests.intake.people import with_role
from tests.intake.sealed import drop, key_of, line_of
from tumpeang.access.models import LogRow, Notice, SafeguardingSeat
from tumpeang.config.worker import Worker
from tumpeang.intake import safeguarding
from tumpeang.intake.models import Answer, KeptOut, Report, SealedNote, Words
from tumpeang.intake.views import own_key
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.models import Message, SealedReport
from tumpeang.letterbox.queries import conversation
from tumpeang.letterbox.ways import WAYS
from tumpeang.vault.cipher import Unreadable

OTHERS = ["sokha", "dara", "kosal", "sreyleak", "mony", "phally", "rotha", "nimol", "sothy", "borey", "tola", "serey"]
MARK = "KANARI៤២marker"
ACTS = ["answer", "note", "say", "names", "to-hotline"]
KEY = "/safeguarding/key/"


def page_of(row) -> str:
    return f"/safeguarding/{row.pk}/"


@pytest.fixture
def chenda(cast, sign_in):
    return sign_in(cast.chenda)


@pytest.fixture
def with_key(chenda):
    """Chenda's browser, her key given."""
    chenda.post(KEY, {"key": line_of("focal")})
    return chenda


# ---- doors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", OTHERS)
def test_for_everybody_else_there_are_no_such_pages(cast, sign_in, now, key):
    row, client = drop(now), sign_in(getattr(cast, key))
    for path in ("/safeguarding/", page_of(row), KEY, f"{KEY}away/", "/safeguarding/pass-on/"):
        assert client.get(path).status_code == 404, path
        assert client.post(path, {"key": line_of("focal")}).status_code in {404, 405}, path
    for act in ACTS:
        assert client.get(f"{page_of(row)}{act}/").status_code == 404
        assert client.post(f"{page_of(row)}{act}/", {"text": "x"}).status_code == 404
    assert "Sealed" not in text(client.get("/look/"))
    assert not SealedNote.objects.exists() and not Message.objects.exists()


def test_a_role_without_a_seat_opens_no_page(cast, sign_in, now):
    row, client = drop(now), sign_in(with_role("nary", "safeguarding"))
    for path in ("/safeguarding/", page_of(row), KEY):
        assert client.get(path).status_code == 404


def test_nobody_signed_in_is_led_to_the_sign_in(client, db, now):
    assert client.get("/safeguarding/").url.startswith("/account/login/")


@pytest.mark.parametrize("act", ACTS)
def test_a_get_does_nothing(with_key, now, act):
    row = drop(now)
    assert with_key.get(f"{page_of(row)}{act}/").url == page_of(row)


# ---- the key -------------------------------------------------------------------------------------------------------


def test_without_the_key_the_page_tells_nothing_of_what_was_told(chenda, now):
    row = drop(now, what=MARK, safety_now="not_safe")
    shown = text(chenda.get(page_of(row)))
    assert "Give your key" in shown and MARK not in shown and "somebody is not safe" in shown
    assert not LogRow.objects.filter(action="safeguarding.read").exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Paste your key first."),
        ("focal-0001 abc", "This is not a whole key"),
        ("other", "This key is called board-0001. Yours is called focal-0001."),
        ("wrong", "A sign is wrong or missing."),
    ],
)
def test_what_is_not_the_key_is_said_and_not_shown_again(chenda, now, typed, said):
    row = drop(now)
    line = line_of("focal").strip()
    typed = {"other": line_of("board"), "wrong": line[:-1] + ("a" if line[-1] != "a" else "q")}.get(typed, typed)
    for more in ({}, {"report": str(row.pk)}, {"report": "nonsense"}):
        response = chenda.post(KEY, {"key": typed, **more})
        assert response.status_code == 422 and said in text(response)
        assert not typed or typed.strip() not in response.content.decode()
    assert "Give your key" in text(chenda.get(page_of(row)))


def test_the_key_opens_the_page_where_it_was_given_until_it_is_put_away(chenda, now):
    row = drop(now)
    assert chenda.post(KEY, {"key": line_of("focal").upper(), "report": str(row.pk)}).url == page_of(row)
    opened = chenda.get(page_of(row))
    assert "About someone here." in text(opened) and line_of("focal").split()[3] not in opened.content.decode()
    assert "Your key is put away." in text(chenda.post(f"{KEY}away/", follow=True))
    assert "About someone here." not in text(chenda.get(page_of(row)))


def test_the_key_is_put_away_after_a_while_and_nothing_typed_is_lost(with_key, now, monkeypatch):
    row = drop(now)
    assert "About someone here." in text(with_key.get(page_of(row)))
    later = timezone.now() + own_key.IDLE + timedelta(minutes=1)
    monkeypatch.setattr(own_key.timezone, "now", lambda: later)
    response = with_key.post(f"{page_of(row)}answer/", {"answer-text": "Words that took an hour."})
    assert response.status_code == 422
    assert "Give your key first." in text(response) and "Words that took an hour." in text(response)
    assert not Message.objects.exists()


def test_the_session_of_a_stolen_table_holds_no_key(with_key, now):
    from tumpeang.access.models import StaffSession

    stored = " ".join(StaffSession.objects.values_list("session_data", flat=True))
    line = line_of("focal")
    assert stored and line.split()[1] not in stored and key_of("focal").secret.hex() not in stored


def test_who_loses_the_seat_loses_the_pages_at_once(with_key, cast, now):
    from tumpeang.access.records import writing

    row = drop(now)
    with writing():
        SafeguardingSeat.objects.filter(user=cast.chenda).update(until=now)
    assert with_key.get(page_of(row)).status_code == 404


# ---- acts ----------------------------------------------------------------------------------------------------------


def test_answer_note_and_state(with_key, now):
    row = drop(now)
    assert "Your answer is sent." in text(
        with_key.post(f"{page_of(row)}answer/", {"answer-text": "Thank you."}, follow=True)
    )
    assert "Kept for whoever else" in text(
        with_key.post(f"{page_of(row)}note/", {"note-text": "Ask the board."}, follow=True)
    )
    shown = text(with_key.post(f"{page_of(row)}say/", {"said": "acting"}, follow=True))
    assert "The reporter now reads" in shown and "Thank you." in shown and "Ask the board." in shown
    assert conversation(row.receipt).state == "acting"
    with_key.post(f"{page_of(row)}say/", {"said": "ended"})
    refused = with_key.post(
        f"{page_of(row)}say/", {"said": "acting"}, headers={"referer": f"http://testserver{page_of(row)}"}
    )
    assert "not possible" in text(with_key.get(refused.url))
    assert conversation(row.receipt).state == "ended"


@pytest.mark.parametrize(("act", "box"), [("answer", "answer-text"), ("note", "note-text")])
def test_empty_words_are_asked_for(with_key, now, act, box):
    row = drop(now)
    response = with_key.post(f"{page_of(row)}{act}/", {box: "  "})
    assert response.status_code == 422 and "Write something first." in text(response)


def test_addresses_are_unclickable(with_key, now):
    row = drop(now, what="See https://place.example/1 there")
    letterbox.add_words(code=row.receipt, text="and https://other.example/2", now=now)
    shown = with_key.get(page_of(row)).content.decode()
    assert "https://place" not in shown and "hxxps://" in shown and "https://other" not in shown


def test_keeping_out_the_director_shows_them_nothing_and_says_nothing_outside_the_seal(with_key, cast, now):
    row = drop(now)
    shown = text(with_key.post(f"{page_of(row)}names/", {"who": str(cast.borey.pk)}, follow=True))
    assert "Kept. This person cannot open it" in shown and "Kept out of this report Borey" in shown
    assert not KeptOut.objects.exists()
    for who in ("", "nonsense"):
        response = with_key.post(f"{page_of(row)}names/", {"who": who})
        assert response.status_code == 422 and "Choose whom it is about." in text(response)


def test_who_names_themselves_is_out_at_once(with_key, cast, now, sign_in):
    row = drop(now)
    with_key.post(f"{page_of(row)}names/", {"who": str(cast.chenda.pk)})
    assert with_key.get(page_of(row)).status_code == 404
    rithy = sign_in(cast.rithy)
    rithy.post(KEY, {"key": line_of("board")})
    assert "About someone here." in text(rithy.get(page_of(row)))


def test_what_is_about_nobody_here_goes_to_the_hotline_with_its_dialogue(with_key, cast, now):
    row = drop(now, about_us="unsure", safety_now="not_safe")
    letterbox.add_words(code=row.receipt, text="One thing more.", now=now)
    with_key.post(f"{page_of(row)}answer/", {"answer-text": "We ask the helpline."})
    with_key.post(f"{page_of(row)}note/", {"note-text": "Nobody of ours."})
    shown = text(with_key.post(f"{page_of(row)}to-hotline/", follow=True))
    assert "The hotline has it now." in shown
    report = Report.objects.get()
    assert (report.level, report.account["what"]) == ("immediate", "About someone here.")
    assert Words.objects.get().text == "One thing more."
    assert (Answer.objects.get().text, Answer.objects.get().written_by) == ("We ask the helpline.", cast.chenda)
    assert SealedNote.objects.count() == 1 and not SealedReport.objects.exists()
    assert with_key.get(page_of(row)).status_code == 404
    letterbox.add_words(code=row.receipt, text="later", now=now)
    assert Message.objects.filter(recipient__startswith="hotline").exists()
    assert [line.text for line in conversation(row.receipt).lines if not line.from_reporter] == ["We ask the helpline."]


def test_what_names_somebody_here_stays(with_key, cast, now):
    row = drop(now)
    with_key.post(f"{page_of(row)}names/", {"who": str(cast.sokha.pk)})
    with_key.post(f"{page_of(row)}to-hotline/")
    assert not Report.objects.exists() and SealedReport.objects.exists()


# ---- what stands around every page ---------------------------------------------------------------------------------


def test_the_two_have_a_line_in_the_navigation_and_a_banner(chenda, cast, sign_in, now):
    row = drop(now, safety_now="not_safe")
    shown = text(chenda.get("/told/"))
    assert "Sealed 1" in shown and "somebody in it is not safe" in shown
    chenda.post(KEY, {"key": line_of("focal")})
    assert "Sealed 1" not in text(chenda.get(page_of(row)))
    assert "A sealed report waits" not in text(chenda.get("/safeguarding/"))
    assert "A sealed report waits" in text(sign_in(cast.rithy).get("/safeguarding/"))
    assert chenda.get("/").url == "/safeguarding/"


# ---- the seats -----------------------------------------------------------------------------------------------------


def test_who_decides_gives_a_seat_and_everybody_else_may_know(cast, sign_in, now):
    nary = with_role("nary", "board_member")
    borey = sign_in(cast.borey)
    assert "Rithy" in text(borey.get("/seats/")) and "Give the seat" in text(borey.get("/seats/"))
    shown = text(borey.post("/seats/board/", {"board-who": str(nary.pk)}, follow=True))
    assert "Kept. Everybody concerned is told." in shown and "None yet" in shown
    assert Notice.objects.filter(kind="seats", user=nary).exists()
    assert "There is no key for you yet" in text(sign_in(nary).get("/safeguarding/"))
    assert "Give the seat" not in text(sign_in(cast.sokha).get("/seats/"))
    for key in ("sokha", "tola", "chenda"):
        client = sign_in(getattr(cast, key))
        assert client.post("/seats/board/", {"board-who": str(cast.rithy.pk)}).status_code == 404
    assert sign_in(cast.serey).get("/seats/").status_code == 404
    assert borey.post("/seats/other/", {}).status_code == 404
    assert borey.get("/seats/board/").url == "/seats/"


@pytest.mark.parametrize(("who", "said"), [("", "Choose somebody."), ("chenda", "This person has the other seat.")])
def test_a_seat_is_refused_in_words(cast, sign_in, who, said):
    key = str(getattr(cast, who).pk) if who else ""
    response = sign_in(cast.borey).post("/seats/board/", {"board-who": key})
    assert response.status_code == 422 and said in text(response)


# ---- from end to end -----------------------------------------------------------------------------------------------


class Reporter:
    """Somebody on a phone, through the public pages."""

    def __init__(self):
        self.phone = PublicClient()

    def report(self, **told):
        way = WAYS["adult"]
        self.phone.post("/en/start/", {"w": way.sign})
        for number, question in enumerate(way.questions, start=1):
            self.phone.post(f"/en/start/{number}/", {"w": way.sign, question.key: told.get(question.key, "")})
        self.phone.post("/en/start/send/", {"w": way.sign})
        done = self.phone.get("/en/start/done/").content.decode()
        self.code = re.sub(r"\D", "", re.search(r'class="receipt".*?</p>', done, re.S).group())[-20:]

    def look(self):
        return text(self.phone.post("/en/code/", {"code": self.code}))

    def add(self, words):
        self.phone.post("/en/code/", {"code": self.code, "do": "add", "text": words, "n": words})


def work():
    """What the worker process does, and what it leaves in the queue."""
    worker = Worker()
    worker.tick(timezone.now())
    worker.run_queue()


def sealed_one() -> SealedReport:
    """The accusation; the hourly test report may wait beside it."""
    return SealedReport.objects.get(recipient__startswith="safeguarding")


def see_nothing(client, row) -> None:
    """Every page on which a report could show, of somebody who must not hear of this one."""
    number = row.pk.hex[:6]
    for path in ("/", "/?tab=mine", "/?tab=unanswered", "/?tab=ended", "/check/", "/on-call/", "/alerts/", "/next/",
                 "/told/", "/staff/", "/log/", "/disposals/", "/certificates/", "/seats/"):  # fmt: skip
        response = client.get(path, follow=True)
        shown, at = response.content.decode(), response.redirect_chain[-1][0] if response.redirect_chain else path
        assert MARK not in shown, path
        if at != "/log/":  # the auditor reads that somebody looked, and never at what
            assert number not in shown.lower().replace("-", ""), path
        assert "immediate report waits" not in shown, path
    for typed in (MARK, number, str(row.pk)):
        shown = client.post("/find/", {"q": typed})
        assert shown.status_code == 404 or "No report names this" in text(shown), typed
    for path in (f"/r/{row.pk}/", f"/r/{row.pk}/account/", "/safeguarding/", page_of(row)):
        assert client.post(path).status_code in {404, 405}
        assert client.get(path).status_code in {404, 302} and "safeguarding" not in client.get(path).get("location", "")


def test_an_accusation_against_own_staff_passes_everybody_else_by(committed, own_keys, sign_in):
    cast = hire(timezone.now())
    for user in vars(cast).values():
        user.alert_email = f"{user.username}@example.org"
        user.save()
    reporter = Reporter()
    reporter.report(what=MARK, danger_now="yes", about_us="yes", about_reader="no")
    work()
    row = sealed_one()
    assert {letter.to[0] for letter in mail.outbox} == {"chenda@example.org", "rithy@example.org"}
    for key in OTHERS:
        see_nothing(sign_in(getattr(cast, key)), row)
    # the focal point reads it and answers
    chenda, rithy = sign_in(cast.chenda), sign_in(cast.rithy)
    assert row.pk.hex[:6].upper() in text(chenda.get("/safeguarding/"))
    chenda.post(KEY, {"key": line_of("focal"), "report": str(row.pk)})
    assert MARK in text(chenda.get(page_of(row)))
    chenda.post(f"{page_of(row)}answer/", {"answer-text": "Thank you for telling us."})
    chenda.post(f"{page_of(row)}say/", {"said": "acting"})
    assert "Thank you for telling us." in reporter.look() and MARK not in reporter.look()
    # the reporter adds something; both are rung anew, and nobody else
    mail.outbox.clear()
    reporter.add(f"{MARK} again")
    work()
    assert {letter.to[0] for letter in mail.outbox} == {"chenda@example.org", "rithy@example.org"}
    assert "reporter added something" in text(chenda.get("/safeguarding/"))
    rithy.post(KEY, {"key": line_of("board")})
    shown = text(rithy.get(page_of(row)))
    assert f"{MARK} again" in shown and "Thank you for telling us." in shown
    chenda.post(f"{page_of(row)}say/", {"said": "ended"})
    assert "We have done what we could." in reporter.look()
    # the log shows who looked
    assert "Sealed report read · Chenda" in shown and "Sealed report read · Rithy" in shown
    looks = LogRow.objects.filter(action="safeguarding.read", target_id=str(row.pk))
    assert set(looks.values_list("actor_id", flat=True)) == {cast.chenda.pk, cast.rithy.pk}
    # it turns out to be about the board member: his key opens nothing of it any more
    chenda.post(f"{page_of(row)}names/", {"who": str(cast.rithy.pk)})
    reporter.add(f"{MARK} once more")
    assert rithy.get(page_of(row)).status_code == 404 and row.pk.hex[:6].upper() not in text(
        rithy.get("/safeguarding/")
    )
    with pytest.raises(Unreadable):
        safeguarding._open(sealed_one(), key_of("board"))
    assert set(Message.objects.filter(from_reporter=True).values_list("recipient", flat=True)) == {
        "safeguarding focal-0001"
    }
    assert f"{MARK} once more" in text(chenda.get(page_of(row)))
    for key in ("borey", "tola", "dara"):
        see_nothing(sign_in(getattr(cast, key)), row)
    assert not holds(dump(), MARK)
