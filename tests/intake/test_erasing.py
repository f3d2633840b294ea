"""Erasure: nothing of a report can be read or found, its code opens nothing, and it may be done again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps

from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied
from tumpeang.access.models import BrokenGlass, Listed, LogRow, Notice, RecordGrant, Restriction
from tumpeang.access.records import writing
from tumpeang.access.states import NoticeKind
from tumpeang.intake import actions, alerts, erasing, queries
from tumpeang.intake.models import (
    Answer,
    Call,
    Caller,
    CallStep,
    Disposal,
    DisposalItem,
    Duty,
    Exposure,
    Feedback,
    LevelChange,
    PoliceContact,
    Report,
    ReportOutcome,
    ReportToken,
    Task,
)
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.envelope import Parcel
from tumpeang.letterbox.models import Closure, Dialogue, Message, SealedReport
from tumpeang.letterbox.queries import conversation
from tumpeang.vault.classes import Privacy
from tumpeang.vault.fields import EMPTIED, EncryptedField
from tumpeang.vault.keystore import Shredded, keystore

OURS = [model for room in ("intake", "letterbox", "access") for model in apps.get_app_config(room).get_models()]
# what may still name an erased report, by its id and nothing else
STAYS = {
    "Report", "ReportOutcome", "Exposure", "Dialogue", "Closure", "DisposalItem",
    "BrokenGlass", "RecordGrant", "Restriction", "LogRow",
}  # fmt: skip
TOLD = {
    "what": "Someone should look here.", "addresses": "https://site.example/a", "contact_phone": "012 555 777",
    "contact_wanted": "yes", "child_age_band": "6_9", "child_sex": "female", "child_count": "2", "setting": "school",
    "last_five_days": "yes", "danger_now": "yes", "safety_now": "not_safe",
}  # fmt: skip


@pytest.fixture
def full(cast, taken, opener, now):
    """A report on which everything hangs that can hang on one."""
    report = taken(way="adult", mark="ab" * 16, **TOLD)
    actions.ask_opinion(by=cast.sokha, report=report, now=now)
    actions.do_task(by=cast.bopha, task=Task.objects.get(kind="second_opinion"), outcome="Go there.", now=now)
    actions.write_answer(by=cast.sokha, report=report, text="We are on our way.", now=now)
    letterbox.add_words(code=report.receipt, text="Thank you.", now=now)
    opener.run(now)
    letterbox.add_words(code=report.receipt, text="One thing more.", now=now)  # still sealed
    alerts.ring_due(now + timedelta(days=2))
    with writing():
        Answer.objects.update(stage="returned")
        answer = Answer.objects.get()
        answer.remark = "Name no place."
        answer.save()
        on = {"kind": "intake.report", "target": report.pk}
        glass = BrokenGlass(**on, user=cast.borey, reason="A child is alone.", at=now, until=now)
        hidden = Restriction(**on, set_by=cast.dara, set_at=now, about_staff=True)
        disposal = Disposal(number=1, rule="other", proposed_at=now)
        for row in [glass, hidden, disposal, RecordGrant(**on, user=cast.kosal, at=now)]:
            row.save()
        Listed(restriction=hidden, user=cast.dara).save()
        Notice(
            user=cast.dara, kind=NoticeKind.GLASS_BROKEN, target_kind="intake.report", target=report.pk, at=now
        ).save()
        hang_the_desk_on(report, cast.sokha, now)
        DisposalItem(
            disposal=disposal, report=report, kept_by=cast.borey, kept_because="A court.", kept_until=now.date()
        ).save()
    kept_apart = (Dialogue, Call, Caller)
    report.beside = [pk for model in kept_apart for pk in model.objects.values_list("pk", flat=True)]
    return report


def hang_the_desk_on(report, by, now):
    caller = Caller(number=123456, opened_at=now, code_word="Lotus")
    call = Call(report=report, caller=caller, kind="phone", worker=by, began_at=now, story="Somebody called.")
    at = {"report": report, "by": by, "at": now}
    for row in [
        caller,
        call,
        CallStep(call=call, step="listen", by=by, at=now),
        LevelChange(**at, before="high", after="immediate", rules="1", reason="A child is alone."),
        ReportOutcome(**at, outcome="referred"),
        PoliceContact(**at, rung="province", unit="A station", result="accepted"),
        Duty(report=report, answer="required", said_by=by, said_at=now, why="The law says so."),
        Feedback(**at, to_whom="reporter", word="acting"),
        Exposure(user=by, report=report, day=now.date()),
    ]:
        row.save()


def naming(report) -> dict[str, list]:
    """Every row of ours that names the report, by table."""
    found = {}
    ids = {str(report.pk), *map(str, report.beside)}
    for model in OURS:
        rows = [row for row in model._base_manager.all() if ids & {str(v) for v in vars(row).values()}]
        if rows:
            found[model.__name__] = rows
    return found


def test_everything_that_can_hang_on_a_report_hung_on_it(full):
    """So that the tests below say something."""
    told = {"Words", "Answer", "Task", "Ring", "ReportToken", "Message", "Notice", "Call", "Caller", "CallStep"}
    assert {*naming(full)} == STAYS - {"Closure"} | told | {"LevelChange", "PoliceContact", "Duty", "Feedback"}
    hangs = {model.__name__ for model in OURS if hasattr(model, "vault_subject") or leads_to_a_report(model)}
    assert hangs <= {*naming(full)}, "hang the new kind on the report above, and see what erasing makes of it"


def leads_to_a_report(model) -> bool:
    keys = [f for f in model._meta.fields if f.is_relation]
    return any(f.related_model is Report or leads_to_a_report(f.related_model) for f in keys)


def test_nothing_is_left_but_ids_and_what_figures_need(full, now):
    before = {bytes(vars(row)[f.attname]) for rows in naming(full).values() for row in rows for f in ciphers(row)}
    erasing.erase(by=SYSTEM, report=full, now=now)
    left = naming(full)
    assert {*left} == STAYS
    for rows in left.values():
        for row in rows:
            for field in ciphers(row):
                blob = vars(row)[field.attname]
                assert blob in (None, EMPTIED) and blob not in before, field
    report = left["Report"][0]
    filled = {f.name for f in Report._meta.fields if f.privacy == Privacy.PERSONAL and getattr(report, f.name)}
    assert filled <= {"province"}
    assert (report.raised_by, report.has_addresses, report.cluster, report.stage) == ([], False, None, "ended")
    assert (report.way, report.level, report.channel, report.language) == ("adult", "immediate", "web", "en")
    assert report.received_at == full.received_at and report.ended_at == now
    assert not Restriction.objects.get().about_staff and not Message.objects.exists()
    assert not RecordGrant.objects.filter(ended_at=None).exists()
    assert not keystore().find([full.pk, *full.beside])


def test_who_called_about_something_else_too_is_still_known(full, drop_report, cast, now):
    other = drop_report(way="adult")
    with writing():
        Call(report=other, caller=Caller.objects.get(), kind="phone", worker=cast.sokha, began_at=now).save()
    erasing.erase(by=SYSTEM, report=full, now=now)
    assert Caller.objects.get().code_word == "Lotus" and Call.objects.get().report == other


def ciphers(row) -> list[EncryptedField]:
    found = [f for f in row._meta.fields if isinstance(f, EncryptedField)]
    return [f for f in found if vars(row).get(f.attname) is not None]


def test_an_erased_report_is_gone_from_every_page_index_and_dialogue(drop_report, cast, sign_in, now):
    report = drop_report(way="online", addresses="https://site.example/a", mark="ab" * 16)
    other = drop_report(way="online", addresses="https://site.example/a", mark="ab" * 16, minutes_ago=2)
    erasing.erase(by=SYSTEM, report=report, now=now)
    with pytest.raises(Shredded):
        _ = Report.objects.get(pk=report.pk).account
    assert not ReportToken.objects.filter(report=report).exists()
    assert queries.alike_counts(cast.sokha, [other]) == {other.pk: 0} and queries.alike(cast.sokha, other) == []
    assert queries.counts(cast.sokha, now).waiting == 1
    assert conversation(report.receipt) is None and not letterbox.add_words(code=report.receipt, text="x", now=now)
    desk = sign_in(cast.sokha)
    assert desk.get(f"/r/{report.pk}/").status_code == 404
    for page in ("/", "/?tab=ended"):
        assert str(report.pk) not in desk.get(page).content.decode()
    for typed in (report.pk.hex[:8], "https://site.example/a"):
        assert report.pk.hex not in desk.post("/find/", {"q": typed}).content.decode()
    assert erasing.find(report.pk) is None
    assert LogRow.objects.get(action="report.erase").target_id == str(report.pk)


def test_who_looked_stays_in_the_log(full, now):
    before = set(LogRow.objects.filter(target_id=str(full.pk)).values_list("seq", flat=True))
    assert before
    erasing.erase(by=SYSTEM, report=full, now=now)
    assert before < set(LogRow.objects.filter(target_id=str(full.pk)).values_list("seq", flat=True))


@pytest.mark.parametrize("key_gone", [True, False], ids=["its key is gone already", "its key is there again"])
def test_erasing_may_be_repeated(full, now, key_gone):
    later = now + timedelta(days=9)
    if key_gone:
        keystore().destroy(full.pk)
    erasing.erase(by=SYSTEM, report=full, now=now)
    erasing.erase(by=SYSTEM, report=full, now=later)
    erasing.erase_again(by=SYSTEM, report_id=full.pk, now=later)
    report = Report.objects.get(pk=full.pk)
    assert report.erased_at == now and report.ended_at == now and Closure.objects.count() == 1
    assert {*naming(full)} == STAYS


def test_a_report_that_still_lies_sealed_is_erased_too(db, now):
    """A restored copy can be that old."""
    row = SealedReport(pk=uuid4(), recipient="hotline-0001", sealed=b"sealed", received_at=now)
    row.save(force_insert=True)
    assert erasing.still_there({row.pk, uuid4()}) == [row.pk]
    assert erasing.erase_again(by=SYSTEM, report_id=row.pk, now=now) is None
    assert not SealedReport.objects.exists() and row.pk in keystore().erased()


def test_a_page_that_is_sent_once_more_makes_no_second_report(db, opener, now):
    """Whoever presses Send again after the erasure gets the same code, and nothing comes back."""
    parcel = Parcel(way="adult", language="en", answers={"what": "Someone should look here."})
    code = letterbox.send_short(nonce="n" * 43, parcel=parcel, now=now)
    opener.run(now)
    report = Report.objects.get()
    erasing.erase(by=SYSTEM, report=report, now=now)
    assert letterbox.send_short(nonce="n" * 43, parcel=parcel, now=now) == code
    assert opener.run(now) == 0 and not SealedReport.objects.exists()
    assert Report.objects.get().erased_at and conversation(code) is None


def test_no_worker_may_erase_alone(drop_report, cast, now):
    report = drop_report()
    for user in vars(cast).values():
        with pytest.raises(Denied):
            erasing.erase(by=user, report=report, now=now)
        with pytest.raises(Denied):
            erasing.erase_again(by=user, report_id=report.pk, now=now)
    assert Report.objects.get(pk=report.pk).account
