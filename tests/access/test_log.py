"""The door and the log: act and row stand or fall together, and no tampering goes unseen."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from tests import databases
from tests.cast import hire
from tumpeang.access import door, log
from tumpeang.access.door import SYSTEM, action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow, Mark, RoleGrant, User
from tumpeang.access.records import writing
from tumpeang.config import tables


def allow(**_):
    pass


@action("test.mark", rule=allow)
def mark(*, by, name, fail=False):
    row = Mark(name=name, at=timezone.now())
    row.save()
    door.note(fields=["name"])
    if fail:
        raise RuntimeError("after the write")
    return row


@action("test.outer", rule=allow)
def outer(*, by):
    mark(by=by, name="inner-one")
    mark(by=by, name="inner-two")


def _deny(**_):
    raise Denied


def _not_now(**_):
    raise NotNow("not yet")


@action("test.denied", rule=_deny)
def denied(*, by):
    raise AssertionError("a refused action ran")


@action("test.not_now", rule=_not_now)
def not_now(*, by):
    raise AssertionError("a refused action ran")


@pytest.mark.django_db
def test_an_act_leaves_one_row_and_a_failed_one_leaves_neither():
    before = LogRow.objects.count()
    mark(by=SYSTEM, name="kept")
    with pytest.raises(RuntimeError), transaction.atomic():
        mark(by=SYSTEM, name="lost", fail=True)
    rows = LogRow.objects.order_by("-seq")
    assert rows.count() == before + 1 and rows[0].action == "test.mark" and rows[0].notes == {"fields": ["name"]}
    assert not Mark.objects.filter(name="lost").exists()


@pytest.mark.django_db
def test_inner_acts_are_appended_by_the_outermost_in_order():
    outer(by=SYSTEM)
    assert [row.action for row in LogRow.objects.order_by("-seq")[:3]][::-1] == ["test.outer", "test.mark", "test.mark"]


@pytest.mark.django_db
@pytest.mark.parametrize(("act", "refusal"), [(denied, Denied), (not_now, NotNow)])
def test_a_refusal_is_logged(act, refusal):
    with pytest.raises(refusal):
        act(by=SYSTEM)
    row = LogRow.objects.order_by("-seq").first()
    assert (row.outcome, row.notes) == ("refused", {"reason": refusal.__name__})


# ---- tampering: on a database of its own, as the owner, who is the strongest adversary here ------------------------


@pytest.fixture
def ten(committed, tmp_path, settings):
    settings.LOG_HEADS = tmp_path / "heads.jsonl"
    for number in range(10):
        mark(by=SYSTEM, name=f"mark-{number}")
    log.sign_head(at=timezone.now())
    assert list(log.verify()) == []
    return LogRow.objects.order_by("-seq").first().seq


def as_owner(statement, *values):
    connection.close()

    def act(alias):
        with connections[alias].cursor() as cursor:
            if connections[alias].vendor == "sqlite":
                cursor.execute("DROP TRIGGER IF EXISTS log_no_update")
                cursor.execute("DROP TRIGGER IF EXISTS log_no_delete")
            cursor.execute(statement, values)

    tables.with_owner(act)


def faults():
    return [fault.what for fault in log.verify()]


def test_the_application_itself_can_neither_change_nor_delete_a_row(ten):
    for statement in ("UPDATE access_logrow SET action = 'x'", "DELETE FROM access_logrow"):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_changed_row_shows(ten):
    as_owner("UPDATE access_logrow SET action = 'nothing' WHERE seq = %s", ten - 3)
    assert faults() == ["was changed"]


def test_a_removed_row_shows(ten):
    as_owner("DELETE FROM access_logrow WHERE seq = %s", ten - 3)
    assert faults() == [f"row {ten - 3} is missing"]


def test_reordered_rows_show(ten):
    as_owner("UPDATE access_logrow SET seq = 100000 WHERE seq = %s", ten - 3)
    as_owner("UPDATE access_logrow SET seq = %s WHERE seq = %s", ten - 3, ten - 4)
    as_owner("UPDATE access_logrow SET seq = %s WHERE seq = 100000", ten - 4)
    assert len(faults()) >= 2


def test_a_cut_tail_shows(ten):
    as_owner("DELETE FROM access_logrow WHERE seq > %s", ten - 2)
    assert "the tail was cut" in faults()[0]


def test_a_chain_rewritten_from_the_middle_shows(ten):
    rows = list(LogRow.objects.order_by("seq"))
    previous = rows[ten - 5].hash
    for row in rows[ten - 4 :]:
        row.action, row.previous = "nothing", previous
        row.hash = previous = log.row_hash(row)
        as_owner(
            "UPDATE access_logrow SET action = %s, previous = %s, hash = %s WHERE seq = %s",
            row.action, row.previous, row.hash, row.seq,
        )  # fmt: skip
    assert faults() == ["is not the row whose head was signed: the chain was rewritten"]


def test_a_head_broken_by_a_power_cut_shows_and_stops_nothing(ten):
    path = Path(settings.LOG_HEADS)
    path.write_text(path.read_text() + '{"seq": 12, "ha')
    mark(by=SYSTEM, name="after-the-cut")
    log.sign_head(at=timezone.now())
    assert faults() == ["a line of the heads' file is broken"]
    assert path.read_text().count('"signature"') == 2


def test_a_forged_head_shows(ten):
    path = Path(settings.LOG_HEADS)
    head = json.loads(path.read_text())
    path.write_text(json.dumps(head | {"hash": "0" * 64}) + "\n")
    assert faults() == ["the signature of this head does not fit"]


def test_writers_at_once_keep_the_chain(committed, tmp_path, settings):
    settings.LOG_HEADS = tmp_path / "heads.jsonl"
    before = LogRow.objects.count()
    errors = []

    def work(worker):
        try:
            for number in range(15):
                mark(by=SYSTEM, name=f"w{worker}-{number}")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert LogRow.objects.count() == before + 90
    assert list(log.verify()) == []


def test_an_act_that_points_at_a_record_does_not_wait_with_the_end_of_the_chain_in_its_hand(committed, now):
    """One act has a record locked and comes to the log; another, which wrote about it, is there already. If what
    the second points at were looked at when it ends, each would wait for the other.
    """
    cast = hire(now)
    locked, pointed = threading.Event(), threading.Event()

    def hold():
        with writing(), transaction.atomic():
            User.objects.select_for_update().get(pk=cast.dara.pk)
            locked.set()
            pointed.wait(1)  # on SQLite who writes is alone: the other comes after
            sleep(0.3)
            log.append([log.Entry(action="a", actor_kind="worker", actor_id=cast.dara.pk)], at=now)

    def point():
        locked.wait(20)
        with writing(), transaction.atomic():
            RoleGrant(user=cast.dara, role="director", scope="organisation").save()
            pointed.set()
            log.append([log.Entry(action="b", actor_kind="worker", actor_id=cast.dara.pk)], at=now)

    def run(act):
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        list(both.map(run, [hold, point]))
    assert set(LogRow.objects.filter(action__in=["a", "b"]).values_list("action", flat=True)) == {"a", "b"}


def test_the_cast_is_whole(committed):
    people = hire(timezone.now())
    assert people.sokha.username == "sokha" and databases.vendor() in {"sqlite", "postgresql"}
