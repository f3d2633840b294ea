"""Killed at any moment, the house loses nothing that it acknowledged and leaves nothing by halves (`make crash`: more).

The books are read by checks that could be blind: so each is shown a house in which that very thing went wrong.
"""

import os
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from tests import databases, postgres
from tests.crash import checks
from tests.crash.checks import HALF, LOST, TWICE
from tests.crash.drill import EVERYTHING, Drill
from tests.crash.house import QuickHouse
from tests.crash.ledger import Act, Ledger, Told
from tests.crash.people import ACTIONS
from tumpeang.access.records import writing
from tumpeang.intake import actions, queries
from tumpeang.intake.models import Answer, Report, ReportToken, Task, Words
from tumpeang.intake.states import AnswerStage, Stage
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox import drafts
from tumpeang.letterbox.models import Dialogue, Draft, Message, SealedReport
from tumpeang.vault import receipt
from tumpeang.vault.keystore import keystore

PLACES = ("KEYRING_DIR", "PUBLIC_KEYS_DIR", "SAFEGUARDING_DIR", "KEYSTORE_DIR", "LOG_HEADS", "ERASURES", "STATIC_ROOT")
FACES = {"DATABASE_URL": "app", "DATABASE_PUBLIC_URL": "public", "DATABASE_OWNER_URL": "owner"}


@pytest.fixture(autouse=True)
def quick_receipts(monkeypatch):
    """As in the nursery; what a derivation costs in truth is measured in bench."""
    monkeypatch.setattr(receipt, "MEMORY_KIB", 8)


@pytest.fixture
def house(committed, own_keys):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))}
    environment |= {name: str(getattr(settings, name)) for name in PLACES}
    environment |= {name: databases.role_url(face) for name, face in FACES.items()}
    environment |= {"DATA": str(own_keys), "DEMO": "no", "HTTPS": "yes", "SECRET_KEY": settings.SECRET_KEY}
    environment |= {name: str(postgres.free_port()) for name in ("PORT", "STAFF_PORT")}
    opened = QuickHouse(environment, own_keys / "output.log")
    yield opened
    opened.close()


def test_nothing_that_was_acknowledged_is_lost(house):
    ledger = Ledger(reports=150, acts=150)
    outcome = Drill(house, ledger, seed=7, apart=(20, 70)).run()
    assert not outcome.faults, [f"{fault.kind}: {fault.what}" for fault in outcome.faults]
    assert outcome.blows.total() >= 4 and outcome.blows[EVERYTHING] >= 3
    assert not ledger.errors, house.said()
    assert len(ACTIONS & {act.action for act in ledger.done}) > 6
    assert outcome.read["keys"] == outcome.read["reports"] and ledger.unanswered


# ---- the checks see ------------------------------------------------------------------------------------------------


@pytest.fixture
def books(cast, own_keys, drop_report, opener, now):
    """Two reports, one of them taken, answered and added to; a third still sealed. All of it stands in the ledger."""
    ledger = Ledger(reports=3, acts=3)
    told = {"what": "Somebody should look here.", "addresses": "https://a.example/page", "last_five_days": "yes"}
    report, other = drop_report(way="adult", **told), drop_report(way="online", what="Something else.")
    key = uuid4()
    actions.take(by=cast.sokha, report=report, now=now)
    actions.write_answer(by=cast.sokha, report=queries.report_for(cast.sokha, report.pk), text="Read.", now=now, id=key)
    letterbox.add_words(code=report.receipt, text="And more.", now=now)
    opener.run(now)
    cookie, _content = letterbox.open_draft(way="adult", language="en", now=now)
    letterbox.keep_answers(cookie=cookie, answers={"what": "A third."}, reached=1, now=now)
    third = letterbox.send(cookie=cookie, mark="", now=now)
    ledger.told += [Told(report.receipt, told, added=["And more."]), Told(other.receipt, {"what": "Something else."})]
    ledger.told += [Told(third, {"what": "A third."}, cookie=cookie)]
    ledger.done += [
        Act("report.take", cast.sokha.pk, str(report.pk)),
        Act("answer.write", cast.sokha.pk, str(report.pk), answer=str(key), words="Read."),
    ]
    assert not list(checks.after_a_kill(ledger))
    ledger.taken, ledger.waiting = report, other
    return ledger


def test_a_sound_house_has_no_faults(books, opener, now):
    opener.run(now)
    assert not list(checks.at_the_end(books))


def lose_a_sealed_report(books):
    SealedReport.objects.all().delete()


def keep_a_sealed_report(books):
    row = SealedReport.objects.get()
    row.pk = books.taken.pk
    row.save(force_insert=True)


def lose_a_dialogue(books):
    Dialogue.objects.filter(report=books.waiting.pk).delete()


def forget_that_it_was_sent(books):
    keys = drafts.keys_of(books.told[2].cookie)
    content = drafts.Content(way="adult", language="en", receipt=books.told[2].receipt)
    Draft.objects.filter(pk=keys.draft_id).update(sealed=drafts.lock(keys, content))


def lose_a_key(books):
    keystore().destroy(books.taken.pk)


def lose_an_index_row(books):
    ReportToken.objects.all().delete()


def lose_a_task(books):
    Task.objects.all().delete()


def lose_a_message(books):
    Message.objects.filter(from_reporter=False).delete()


def send_without_telling(books):
    Message(dialogue=Dialogue.objects.get(report=books.waiting.pk), from_reporter=False, at=timezone.now()).save()


def take_without_telling(books):
    Report.objects.filter(pk=books.waiting.pk).update(stage=Stage.TAKEN, taken_by=books.done[0].actor)


def answer_without_telling(books):
    row = Answer(report=books.taken, text="Again.", stage=AnswerStage.CHECKING, written_at=timezone.now())
    row.written_by_id = books.done[0].actor
    row.save()


def approve_without_telling(books):
    Answer.objects.update(checked_by=Report.objects.model.taken_by.field.related_model.objects.get(username="dara"))


def end_in_one_place_only(books):
    Dialogue.objects.filter(report=books.taken.pk).update(state="ended")


def lose_added_words(books):
    Words.objects.all().delete()


def keep_added_words_sealed(books):
    Message.objects.filter(from_reporter=True).update(sealed=b"x", recipient="hotline-0001")


def lose_an_act(books):
    books.done.append(Act("report.end", books.done[0].actor, books.done[0].target))


def lose_an_answer(books):
    books.done.append(Act("answer.write", books.done[0].actor, books.done[0].target, answer=str(uuid4())))


def lose_a_receipt(books):
    books.told.append(Told(receipt.RECEIPT.new(), {}))


def give_a_receipt_twice(books):
    books.told.append(books.told[0])


def change_an_account(books):
    books.told[0].answers["what"] = "Something quite different."


def change_an_answer(books):
    books.done.append(Act("answer.write", books.done[1].actor, answer=books.done[1].answer, words="Otherwise."))


def tell_twice(books):
    again = Report.objects.get(pk=books.waiting.pk)
    again.account = {"what": books.told[0].answers["what"]}
    again.save()


@pytest.mark.parametrize(
    ("go_wrong", "kind"),
    [
        (lose_a_sealed_report, LOST),
        (keep_a_sealed_report, TWICE),
        (lose_a_dialogue, HALF),
        (forget_that_it_was_sent, HALF),
        (lose_a_key, HALF),
        (lose_an_index_row, HALF),
        (lose_a_task, HALF),
        (lose_a_message, HALF),
        (send_without_telling, HALF),
        (take_without_telling, HALF),
        (answer_without_telling, HALF),
        (approve_without_telling, HALF),
        (end_in_one_place_only, HALF),
        (lose_added_words, HALF),
        (keep_added_words_sealed, HALF),
        (lose_an_act, LOST),
        (lose_an_answer, LOST),
        (lose_a_receipt, LOST),
        (give_a_receipt_twice, TWICE),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_went_wrong_is_seen_after_a_kill(books, go_wrong, kind):
    with writing():
        go_wrong(books)
    assert kind in {fault.kind for fault in checks.after_a_kill(books)}


@pytest.mark.parametrize(
    ("go_wrong", "kind"),
    [(change_an_account, LOST), (change_an_answer, LOST), (tell_twice, TWICE)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_was_said_otherwise_is_seen_at_the_end(books, opener, now, go_wrong, kind):
    opener.run(now)
    with writing():
        go_wrong(books)
    found = [*checks.accounts(books), *checks.texts(books)]
    assert kind in {fault.kind for fault in found}
