"""A marker in every identity and narrative field of a full run: it must turn up nowhere but encrypted.

Also: no address, no second-factor seed, no usable session key in a dump; and what a destroyed key leaves.
"""

import logging
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests import databases
from tests.canary_case import BORN, bring_a_list, look_at_two, propose_to_close, work_on_a_case
from tests.cast import hire
from tests.conftest import PublicClient
from tests.dumps import dump, holds
from tumpeang.access.models import LogRow
from tumpeang.config.worker import Worker
from tumpeang.intake import alerts, queries
from tumpeang.intake.caller_rules import TERMS
from tumpeang.intake.models import Call, Caller, DisposalItem, Duty, Report, ShiftHandover
from tumpeang.intake.opening import Opener
from tumpeang.intake.summary import number_of
from tumpeang.letterbox.drafts import keys_of
from tumpeang.letterbox.ways import WAYS
from tumpeang.vault.classes import Privacy
from tumpeang.vault.keystore import Shredded, keystore

MARK = "KANARI៤២marker"
PHONE = "012 555 777"
LINK = "https://kanari.example/marker"
ADDRESS = "203.0.113.77"
SEED = "KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD"


@pytest.fixture
def heard(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


class Run:
    """A full run, and everything that came out of it."""

    def __init__(self, sign_in):
        self.answers_seen: list = []
        self.people = hire(timezone.now())
        self.phone = PublicClient(REMOTE_ADDR=ADDRESS)
        self.sign_in = sign_in
        for user in vars(self.people).values():
            user.alert_email = f"{MARK}@example.org"
            user.save()

    def get(self, client, *args, **kwargs):
        self.answers_seen.append(client.get(*args, **kwargs))
        return self.answers_seen[-1]

    def post(self, client, *args, **kwargs):
        self.answers_seen.append(client.post(*args, **kwargs))
        return self.answers_seen[-1]

    def report(self, key="adult"):
        """Through the real pages: every question of the way is answered with the marker where words are taken."""
        way = WAYS[key]
        self.post(self.phone, "/en/start/", {"w": way.sign})
        for page, question in enumerate(way.questions, start=1):
            value = {"phone": PHONE, "longtext": f"{MARK} {LINK}", "number": "2", "text": MARK}.get(question.kind, "")
            if question.kind == "choice" and question.key != "about_us":
                value = question.choices[0][0]
            data = {question.key: value, "w": way.sign, "go": "next"}
            if question.kind == "place":
                data = {"place_text": MARK, "place_for": MARK, "w": way.sign, "go": "next"}
            self.post(self.phone, f"/en/start/{page}/", data)
        self.cookie = self.phone.cookies["d"].value
        self.post(self.phone, "/en/start/send/", {"w": way.sign, "what": MARK})
        done = self.get(self.phone, "/en/start/done/").content.decode()
        self.receipt = re.sub(r"\D", "", re.search(r'class="receipt".*?</p>', done).group())
        return keys_of(self.cookie).report_id


@pytest.fixture
def run(committed, own_keys, sign_in, settings):
    settings.ALERT_WEBHOOK = ""
    return Run(sign_in)


def full_run(run):
    """Reports, words added, taken, read, answered, given back, an opinion, tasks, rings, the worker, the end."""
    report_id = run.report("adult")
    child_id = run.report("child")
    Opener().run(timezone.now())
    code = run.receipt[-20:]
    run.get(run.phone, "/en/code/")
    run.post(run.phone, "/en/code/", {"code": code})
    run.post(run.phone, "/en/code/", {"code": code, "do": "add", "text": MARK, "n": "x"})
    Opener().run(timezone.now())
    alerts.ring_due(timezone.now() + timedelta(days=2))
    desk, second = run.sign_in(run.people.sokha), run.sign_in(run.people.bopha)
    for found in (report_id, child_id):
        run.get(desk, "/")
        run.get(desk, f"/r/{found}/")
        run.post(desk, f"/r/{found}/take/")
        run.post(desk, f"/r/{found}/account/")
        run.post(desk, f"/r/{found}/opinion/")
        run.post(desk, f"/r/{found}/answer/", {"text": MARK})
        for task in queries.tasks(Report.objects.get(pk=found)):
            run.post(second, f"/task/{task.pk}/", {"text": MARK})
    answers = [answer for found in (report_id, child_id) for answer in queries.answers(Report.objects.get(pk=found))]
    for answer in answers:
        run.post(second, f"/check/{answer.pk}/return/", {"text": MARK})
    run.get(second, "/check/")
    run.get(second, "/find/", {"q": "012555777"})
    run.post(
        desk,
        f"/r/{report_id}/police/",
        {"rung": "district", "unit": MARK, "officer": MARK, "note": MARK, "at": "2026-01-01T10:00"}
        | {"result": "accepted"},
    )
    run.post(desk, f"/r/{report_id}/duty/", {"answer": "not_required", "child_told": "not_yet", "why": MARK})
    run.post(run.sign_in(run.people.dara), f"/r/{report_id}/duty/{Duty.objects.get().pk}/", {"agreed": "yes"})
    run.post(desk, f"/r/{report_id}/level/", {"level": "low", "reason": MARK})
    work_on_a_case(run, report_id, mark=MARK, phone=PHONE)
    bring_a_list(run, mark=MARK)
    look_at_two(run)
    run.post(desk, f"/r/{report_id}/end/", {"outcomes": "advice_given"})
    propose_to_close(run, mark=MARK)
    take_calls(run)
    work_a_shift(run)
    break_glass(run, report_id)
    keep_from_destruction(run, report_id)
    run.get(desk, "/no-such-page/")
    Authenticator.objects.filter(user=run.people.sokha).update(data={"secret": get_adapter().encrypt(SEED)})
    run.session_key = desk.cookies["s"].value
    Worker().run_queue()
    change_address(run)
    return report_id


def take_calls(run):
    """A call with everything that can be typed in it, and a call back outside the safe time."""
    desk, key = run.sign_in(run.people.sokha), uuid4()
    run.post(desk, "/calls/new/", {"kind": "phone", "id": str(key)})
    path = f"/calls/{key}/"
    typed = {
        "story": f"{MARK} {LINK}", "advised": MARK, "way": "adult", "contact_phone": PHONE, "place_text": MARK,
        "number-code_word": MARK, "agree-how": "phone", "agree-number": f"{PHONE} {MARK}", "agree-words": MARK,
        "agree-if_someone_else": MARK, "agree-code_word": MARK, "promise-what": MARK, "promise-to_whom": "child",
        "promise-due_at": "2099-01-01T10:00",
    }  # fmt: skip
    run.post(desk, f"{path}story/", typed)
    for do in ("number", "agree", "promise", "second", "receipt", "step:follow_up"):
        run.post(desk, path, typed | {"do": do, "taps": "1", "tap": "self_harm"})
    run.get(desk, path)
    run.post(desk, path, typed | {"do": "end", "end-contact_type": "counselling"})
    report = Call.objects.get(pk=key).report_id
    run.post(desk, f"/r/{report}/account/")
    back = run.post(desk, f"/r/{report}/call-back/").url
    for term in TERMS:
        run.post(desk, back, {"do": "see", "term": term, "why_now": MARK})
        run.get(desk, back)
    run.post(desk, back, {"do": "show"})
    run.post(desk, back, {"do": "reach", "reached": "spoke"})
    run.post(desk, back.removesuffix("back/"), {"story": MARK, "do": "end", "end-contact_type": "update"})
    assert Call.objects.filter(report=report, ended_at=None).count() == 0


def work_a_shift(run):
    """A supervisor reads along a call and sends a line; callers are passed on; a shift is given and taken over."""
    desk, second, lead = (run.sign_in(user) for user in (run.people.sokha, run.people.bopha, run.people.dara))
    run.post(desk, "/calls/new/", {"kind": "phone", "id": str(uuid4())})
    call = Call.objects.filter(ended_at=None).latest("began_at")
    for path, data in (("join", {}), ("line", {"line": MARK}), ("leave", {})):
        run.post(lead, f"/along/{call.pk}/{path}/", data)
    run.get(desk, f"/along/{call.pk}/beside/")
    for caller in Caller.objects.filter(worker=run.people.sokha):
        run.post(desk, f"/my-callers/{caller.pk}/pass-on/", {"to": run.people.bopha.pk, "word": MARK})
    run.get(second, "/my-callers/")
    run.post(second, "/shift/", {"to": run.people.sokha.pk, "risks": MARK})
    path = f"/shift/{ShiftHandover.objects.get().pk}/"
    run.get(desk, path)
    run.post(desk, f"{path}take/")


def break_glass(run, report_id):
    """A lawyer who may not see the report opens it in an emergency."""
    lawyer, number = run.sign_in(run.people.phally), number_of(Report.objects.get(pk=report_id))
    run.post(lawyer, reverse("intake:glass"), {"number": number, "reason": f"{MARK} may come to harm", "minutes": 30})


def change_address(run):
    """An administrator changes where a worker is told: the old address is told too."""
    path = reverse("access:change_worker", kwargs={"worker_id": run.people.rotha.pk})
    run.post(
        run.sign_in(run.people.tola),
        path,
        {"display_name": "Rotha", "language": "km", "alert_email": "elsewhere@example.org"},
    )


def keep_from_destruction(run, report_id):
    """Proposed for destruction, and kept out of it with a reason."""
    run.post(run.sign_in(run.people.dara), f"/r/{report_id}/destroy/", {"reason": "asked"})
    item = DisposalItem.objects.get()
    until = (timezone.localdate() + timedelta(days=90)).isoformat()
    path = reverse("intake:keep_out", kwargs={"disposal_id": item.disposal_id, "item_id": item.pk})
    run.post(run.sign_in(run.people.borey), path, {"until": until, "because": MARK})


def test_the_marker_is_nowhere(run, heard):
    report_id = full_run(run)
    assert MARK in str(Report.objects.get(pk=report_id).account), "the run carried the marker"
    whole = dump()
    for secret in (MARK, BORN, PHONE, PHONE.replace(" ", ""), LINK, "kanari.example", ADDRESS, SEED, run.session_key):
        assert not holds(whole, secret), f"{secret} stands in the dump"
    assert MARK not in heard.text and ADDRESS not in heard.text
    assert mail.outbox, "people were rung"
    for letter in mail.outbox:
        assert MARK not in letter.subject + letter.body
    for answer in run.answers_seen:
        titles = " ".join(re.findall(r"<title>.*?</title>", answer.content.decode(errors="ignore"), flags=re.S))
        said = f"{titles} {dict(answer.headers)} {answer.request['PATH_INFO']} {answer.request.get('QUERY_STRING', '')}"
        said += " ".join(str(morsel) for morsel in answer.cookies.values())
        assert MARK not in said and ADDRESS not in said
        assert "kanari" not in said


def test_plain_columns_rows_of_the_log_and_the_queue_hold_no_marker(run):
    full_run(run)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                text = " ".join(str(bytes(v) if isinstance(v, memoryview) else v) for v in row)
                assert MARK not in text and ADDRESS not in text, table
    assert not any(MARK in str(row.notes) for row in LogRow.objects.all())


def test_every_identity_and_narrative_field_carried_the_marker(run):
    """So that the scan above says something: no such field was left empty by the run."""
    full_run(run)
    assert Call.objects.get(prompt__isnull=False).prompt == MARK
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if getattr(field, "privacy", None) in {Privacy.IDENTITY, Privacy.NARRATIVE}:
                values = [str(getattr(row, field.attname)) for row in model.objects.all()]
                mark = BORN if field.name == "born" else MARK
                assert any(mark in value for value in values), f"{model._meta.label}.{field.name} was not tried"


def test_a_dump_before_and_after_opening_holds_nothing_in_clear(run):
    run.report("adult")
    before = dump()
    Opener().run(timezone.now())
    after = dump()
    for secret in (MARK, PHONE.replace(" ", ""), PHONE, LINK, "kanari.example"):
        assert not holds(before, secret) and not holds(after, secret)


def test_a_destroyed_key_leaves_nothing_in_the_live_database_nor_in_a_restored_backup(run, committed):
    report_id = run.report("adult")
    Opener().run(timezone.now())
    with databases.copy_of(committed, 900):  # the backup, made while the key was there and restored after
        assert MARK in str(Report.objects.get(pk=report_id).account)
        keystore().destroy(report_id)
        with pytest.raises(Shredded):
            _ = Report.objects.get(pk=report_id).account
    with pytest.raises(Shredded):
        _ = Report.objects.get(pk=report_id).account


def test_two_hundred_reports_in_an_hour_from_one_address_are_all_readable(run):
    phone = PublicClient(REMOTE_ADDR=ADDRESS)
    for number in range(200):
        phone.post("/en/start/short/", {"what": f"report {number}", "w": "b", "n": f"{number:043d}"})
    Opener().run(timezone.now(), most=500)
    told = {report.account["what"] for report in Report.objects.all()}
    assert {f"report {number}" for number in range(200)} <= told
    assert len(set(Report.objects.values_list("cluster", flat=True))) == 1, "they are told to belong together"
