"""Reading the books: is all there that was acknowledged, once, and nothing by halves?

The log is replayed: what its rows tell must be exactly what the tables hold. So an act without its row shows as well as
a row without its act, acknowledged or not. Nothing may be running meanwhile (`settled`).
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.crash.ledger import Ledger
from tests.crash.people import OUTCOMES
from tests.crash.replay import Replay, Standing, of_log
from tumpeang.access import log
from tumpeang.intake.models import Answer, Report, ReportOutcome, ReportToken, Ring, Task, Words
from tumpeang.intake.states import AnswerStage, TaskKind
from tumpeang.letterbox import drafts, envelope, queries
from tumpeang.letterbox.envelope import CANARY_WAY, Parcel
from tumpeang.letterbox.models import Dialogue, Message, SealedReport
from tumpeang.vault import receipt, sealed
from tumpeang.vault.keyring import HOTLINE
from tumpeang.vault.keystore import keystore

LOST, TWICE, HALF, CHAIN = "lost", "twice", "half-written", "chain"
PATIENCE = 30.0  # seconds for a database to finish what a killed server had asked of it


@dataclass(frozen=True)
class Fault:
    kind: str
    what: str


def settled() -> None:
    """Wait until the database has let go of everybody who was killed: until then it may still be committing."""
    if connection.vendor == "sqlite":
        return
    connection.close()
    end = time.monotonic() + PATIENCE
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"{others} AND usename IS NOT NULL")
            if cursor.fetchone() == (0,):
                return
        if time.monotonic() > end:
            raise AssertionError("the database still works for somebody who was killed")
        time.sleep(0.01)


def after_a_kill(ledger: Ledger) -> Iterator[Fault]:
    """What can be read each time: all rows, no texts."""
    told = of_log()
    yield from chain()
    yield from files()
    yield from nothing_by_halves(ledger, told)
    yield from receipts(ledger)
    yield from acts(ledger, told)


def at_the_end(ledger: Ledger) -> Iterator[Fault]:
    """All of it, and every text word for word. Call when nothing waits to be opened."""
    yield from after_a_kill(ledger)
    yield from accounts(ledger)
    yield from texts(ledger)


# ---- the log and the files -----------------------------------------------------------------------------------------


def chain() -> Iterator[Fault]:
    for fault in log.verify():
        yield Fault(CHAIN, f"row {fault.seq} {fault.what}")


def files() -> Iterator[Fault]:
    """SQLite's own examination of the key store, and of the database where it is one of its files."""
    stores = [Path(settings.KEYSTORE_DIR) / "keystore.sqlite3"]
    if connection.vendor == "sqlite":
        stores.append(Path(connection.settings_dict["NAME"]))
    for path in stores:
        db = sqlite3.connect(path)
        try:
            answer = db.execute("PRAGMA integrity_check").fetchall() + db.execute("PRAGMA foreign_key_check").fetchall()
        finally:
            db.close()
        if answer != [("ok",)]:
            yield Fault(HALF, f"{path.name}: {answer[:3]}")


# ---- nothing by halves ---------------------------------------------------------------------------------------------


def nothing_by_halves(ledger: Ledger, told: Replay) -> Iterator[Fault]:
    yield from _letterbox(ledger)
    yield from _reports(told)
    yield from _answers(told, ledger)
    yield from _words(told)
    yield from _same("rings", told.rings, Ring.objects.values_list("pk", flat=True))
    for row in told.astray:
        yield Fault(HALF, f"{row} is on a report that the log has not received")


def _letterbox(ledger: Ledger) -> Iterator[Fault]:
    """Each report lies in one place: sealed or opened. A draft says that it was sent when it was, not before."""
    waiting = set(SealedReport.objects.values_list("pk", flat=True))
    opened = set(Report.objects.values_list("pk", flat=True))
    dialogues = set(Dialogue.objects.values_list("report", flat=True))
    for report in waiting & opened:
        yield Fault(TWICE, f"report {report} is both sealed and opened")
    for report in dialogues - waiting - opened:
        yield Fault(LOST, f"report {report} is neither sealed nor opened, and has a dialogue")
    for report in opened - dialogues:
        yield Fault(HALF, f"report {report} has no dialogue")
    for row in SealedReport.objects.filter(pk__in=waiting - dialogues):
        if not (row.recipient.startswith(HOTLINE) and _parcel(row).way == CANARY_WAY):
            yield Fault(HALF, f"sealed report {row.pk} has no dialogue")
    now = timezone.now()
    for one in ledger.told:
        keys, content = drafts.keys_of(one.cookie), queries.draft(one.cookie, now=now)
        if one.cookie and (keys is None or content is None or content.sent != (keys.report_id in dialogues)):
            yield Fault(HALF, "a draft does not know whether it was sent")


def _reports(told: Replay) -> Iterator[Fault]:
    """Each report is as the log tells, with its key, its index rows and its tasks."""
    rows = {str(row.pk): row for row in Report.objects.defer("account")}
    yield from _same("reports", told.reports, rows)
    keys = keystore().find(row.pk for row in rows.values())
    tokens = Counter(str(pk) for pk in ReportToken.objects.values_list("report", flat=True))
    tasks = Counter((str(pk), kind) for pk, kind in Task.objects.values_list("report", "kind"))
    states = {str(pk): state for pk, state in Dialogue.objects.values_list("report", "state")}
    sent = {str(pk) for pk in Answer.objects.filter(stage=AnswerStage.SENT).values_list("report", flat=True)}
    outcomes = Counter(str(pk) for pk in ReportOutcome.objects.values_list("report", flat=True))
    for name in rows.keys() & told.reports.keys():
        row, should = rows[name], told.reports[name]
        state = should.dialogue_state(answered=name in sent)
        pairs = {
            "stage": (row.stage, should.stage),
            "holder": (str(row.taken_by_id or ""), should.holder),
            "key": (row.pk in keys, True),
            "index rows": (tokens[name], should.tokens),
            "care": (tasks[name, TaskKind.CLINICAL_CARE], should.care),
            "opinions": (tasks[name, TaskKind.SECOND_OPINION], _asked(tasks[name, TaskKind.SECOND_OPINION], should)),
            "outcomes": (outcomes[name], len(OUTCOMES) if should.ended else 0),
            "answered": (row.answered_at is not None, name in sent),
            "dialogue": ((row.dialogue_state, states.get(name)), (state, state)),
        }
        for what, (found, expected) in pairs.items():
            if found != expected:
                yield Fault(HALF, f"report {name}: {what} is {found!r}, and the log tells {expected!r}")


def _asked(found: int, should: Standing) -> int:
    """Who asks in the moment in which the last question is answered finds it still open, and asks no new one."""
    return max(1, min(found, should.opinions)) if should.opinions else 0


def _answers(told: Replay, ledger: Ledger) -> Iterator[Fault]:
    """Each answer has its row in the log, and each one sent its message. Who pressed in vain may stand there again."""
    rows = list(Answer.objects.values_list("pk", "report", "stage", "checked_by"))
    sent = {str(pk) for pk, _report, stage, _by in rows if stage == AnswerStage.SENT}
    messages = {str(pk) for pk in Message.objects.filter(from_reporter=False).values_list("pk", flat=True)}
    for answer in sent ^ messages:
        yield Fault(HALF, f"answer {answer} is {'sent without a' if answer in sent else 'not sent and has a'} message")
    written = Counter(str(report) for _pk, report, _stage, _by in rows)
    again = Counter(ledger.unanswered)
    for name in written.keys() | told.reports.keys():
        logged = told.reports[name].answers if name in told.reports else 0
        if not written[name] <= logged <= written[name] + again[f"/r/{name}/answer/"]:
            yield Fault(HALF, f"report {name}: {written[name]} answers, and the log tells of {logged}")
    judged = {str(pk): stage for pk, _report, stage, by in rows if by or stage == AnswerStage.RETURNED}
    for answer in judged.keys() | told.checked.keys():
        found, expected = judged.get(answer), told.checked.get(answer)
        if found != expected:
            yield Fault(HALF, f"answer {answer} is {found!r}, and the log tells {expected!r}")


def _words(told: Replay) -> Iterator[Fault]:
    """Words that a reporter added wait sealed, or are opened and their sealed original is empty."""
    opened = set(Words.objects.values_list("pk", flat=True))
    yield from _same("added words", told.words, opened)
    for pk, blob, to in Message.objects.filter(from_reporter=True).values_list("pk", "sealed", "recipient"):
        if (pk in opened) == bool(bytes(blob)) or bool(to) != bool(bytes(blob)):
            yield Fault(HALF, f"words {pk} are neither sealed nor opened, or both")


def _same(what: str, logged: Iterable[object], found: Iterable[object]) -> Iterator[Fault]:
    in_log, in_table = {str(one) for one in logged}, {str(one) for one in found}
    for one in in_log - in_table:
        yield Fault(HALF, f"{what}: the log tells of {one}, and it is not there")
    for one in in_table - in_log:
        yield Fault(HALF, f"{what}: {one} is there, and the log does not tell of it")


# ---- what was acknowledged -----------------------------------------------------------------------------------------


def receipts(ledger: Ledger) -> Iterator[Fault]:
    """Every receipt opens a dialogue of its own."""
    for one in ledger.told:
        one.opens = one.opens or receipt.derive_keys(one.receipt)
    known = {bytes(locator): report for locator, report in Dialogue.objects.values_list("locator", "report")}
    found = Counter(known.get(one.opens.locator) for one in ledger.told if one.opens)
    if found.pop(None, 0):
        yield Fault(LOST, "a receipt opens nothing")
    for report, times in found.items():
        if times > 1:
            yield Fault(TWICE, f"{times} receipts lead to report {report}")


def acts(ledger: Ledger, told: Replay) -> Iterator[Fault]:
    """Every act is in the log as often as it was acknowledged, and what it wrote is there."""
    for key, times in Counter((act.action, str(act.actor), act.target, act.to) for act in ledger.done).items():
        if told.done[key] < times:
            yield Fault(LOST, f"{key[0]} on {key[2]}: acknowledged {times} times, logged {told.done[key]} times")
    answers = {str(pk) for pk in Answer.objects.values_list("pk", flat=True)}
    for act in ledger.done:
        if act.answer and act.answer not in answers:
            yield Fault(LOST, f"answer {act.answer} was acknowledged")


# ---- word for word -------------------------------------------------------------------------------------------------


def accounts(ledger: Ledger) -> Iterator[Fault]:
    """What was told is what can be read, in one report only; and each key has a report."""
    if keystore().count() != Report.objects.count():
        yield Fault(HALF, f"{keystore().count()} keys for {Report.objects.count()} reports")
    read = {row.pk: row.account for row in Report.objects.iterator()}
    of_locator = {bytes(locator): report for locator, report in Dialogue.objects.values_list("locator", "report")}
    for text, times in Counter(account.get("what") for account in read.values()).items():
        if times > 1:
            yield Fault(TWICE, f"{times} reports say {text!r}")
    elsewhere = _sealed_away()
    for one in ledger.told:
        report = of_locator.get(one.opens.locator) if one.opens else None
        if report not in elsewhere and not one.answers.items() <= read.get(report, {}).items():
            yield Fault(LOST, f"of a report that was acknowledged: {one.answers.get('what')!r}")


def texts(ledger: Ledger) -> Iterator[Fault]:
    """Answers, remarks and added words; and every answer opens with the receipt of its report."""
    rows = {str(row.pk): row for row in Answer.objects.iterator()}
    for text, times in Counter(row.text for row in rows.values()).items():
        if times > 1:
            yield Fault(TWICE, f"{times} answers say {text!r}")
    remarks = {str(row.pk): row.remark for row in rows.values()}
    for act in ledger.done:
        if act.answer and (act.answer not in rows or rows[act.answer].text != act.words):
            yield Fault(LOST, f"the text of answer {act.answer}")
        if act.action == "answer.return" and remarks.get(act.target) != act.words:
            yield Fault(LOST, f"the remark on answer {act.target}")
    added = Counter(row.text for row in Words.objects.iterator())
    for text, times in added.items():
        if times > 1:
            yield Fault(TWICE, f"{times} times added: {text!r}")
    yield from _added(ledger, added)
    yield from _read_by_reporters(ledger, {row.pk: row.text for row in rows.values()})


def _added(ledger: Ledger, read: Counter[str]) -> Iterator[Fault]:
    sealed_away = Message.objects.filter(from_reporter=True, dialogue__report__in=_sealed_away())
    waiting = Counter(bytes(locator) for locator in sealed_away.values_list("dialogue__locator", flat=True))
    for one in ledger.told:
        lost = [text for text in one.added if not read[text]]
        if one.opens and len(lost) > waiting[one.opens.locator]:
            yield Fault(LOST, f"added words {lost}")


def _read_by_reporters(ledger: Ledger, said: dict[UUID, str]) -> Iterator[Fault]:
    by_locator = {one.opens.locator: one.opens.secret for one in ledger.told if one.opens}
    for message in Message.objects.filter(from_reporter=False).select_related("dialogue").iterator():
        secret = by_locator.get(bytes(message.dialogue.locator))
        if secret is None:
            continue  # of a report whose receipt never came back
        plain = sealed.unseal(secret, bytes(message.sealed), envelope.message_place(message.pk)).decode()
        if plain != said.get(message.pk):
            yield Fault(LOST, f"answer {message.pk} reads otherwise for the reporter")


# ---- opening -------------------------------------------------------------------------------------------------------


def _parcel(row: SealedReport) -> Parcel:
    return envelope.unpack(
        sealed.unseal(sealed.private_half(row.recipient), bytes(row.sealed), envelope.report_place(row.pk))
    )


def _sealed_away() -> set[UUID]:
    """Reports about own staff: nobody here can open them, so they are counted only."""
    return set(SealedReport.objects.exclude(recipient__startswith=HOTLINE).values_list("pk", flat=True))
