"""Each kind of key is renewed under load: processes that write, open, read and sign go on, and nothing is lost."""

import json
import multiprocessing
import time
import traceback
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tests.config.houses import House
from tumpeang.access import log as chain
from tumpeang.access.models import User
from tumpeang.config import rotation, soundness, upkeep
from tumpeang.intake import queries
from tumpeang.intake.models import Report, ReportToken
from tumpeang.letterbox.models import SealedReport
from tumpeang.vault import index, receipt
from tumpeang.vault.keyring import HOTLINE, INDEX, KEK, LOG, SYSTEM, keyring
from tumpeang.vault.keystore import keystore

fork = multiprocessing.get_context("fork")
LEAST = 30  # reports of each writer
PAUSE = 0.005  # seconds between two acts, so that SQLite's writers do not starve each other


@pytest.fixture
def house(committed, own_keys, monkeypatch):
    monkeypatch.setattr(receipt, "MEMORY_KIB", 8)
    house = House(own_keys)
    for number in range(5):
        house.report(f"before {number}", addresses="https://site.example/a")
    house.open()
    return house


# ---- those who work meanwhile --------------------------------------------------------------------------------------


def write(house, done):
    """A writer: what was acknowledged stands in a file. Every report names the same address."""
    with (house.folder / f"told-{multiprocessing.current_process().name}").open("a") as told:
        for number in range(100_000):
            what = f"word {number}"
            report = house.report(what, addresses="https://site.example/a")
            told.write(json.dumps([str(report), what]) + "\n")
            told.flush()
            if done.is_set() and number >= LEAST:
                return
            time.sleep(PAUSE)


def open_all(house, done):
    """The worker, of which there is one: opens, and fails if anything is put aside."""
    from tumpeang.intake.opening import Opener

    opener = Opener()
    while not done.is_set():
        opener.run(timezone.now())
        assert not opener.stuck, "a report was put aside"
        time.sleep(PAUSE)


def read(house, done):
    while not done.is_set():
        for report in Report.objects.order_by("-received_at")[:20]:
            assert report.account["what"]


def sign(house, done):
    while not done.is_set():
        chain.sign_head(at=timezone.now())
        time.sleep(PAUSE)


def use_accounts(house, done):
    """A worker's address and second factor are changed and used; the last that was acknowledged must stand."""
    number = 0
    while not done.is_set():
        number += 1
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=house.people.dara.pk)
            user.alert_email = f"dara{number}@example.org"
            user.save(update_fields=["alert_email"])
            factor = Authenticator.objects.select_for_update().get(user=user)
            assert get_adapter().decrypt(factor.data["secret"]) == "SEED"
            factor.data["used_mask"] = number
            factor.save(update_fields=["data"])
        (house.folder / "number").write_text(str(number))
        time.sleep(PAUSE)


def start(act, house, done):
    def run():
        try:
            act(house, done)
        except BaseException:
            (house.folder / f"failed-{act.__name__}-{time.time()}").write_text(traceback.format_exc())
            raise
        finally:
            connection.close()

    process = fork.Process(target=run)
    process.start()
    return process


def under_load(house, kind, *others):
    """Rotate while two write, one opens, one reads, one signs, and whoever else is named works."""
    done = fork.Event()
    connection.close()
    keystore().close()
    processes = [start(act, house, done) for act in (write, write, open_all, read, sign, *others)]
    try:
        for _ in range(2):
            they_go_on(house)
            list(rotation.rotate(kind))
        they_go_on(house)
    finally:
        done.set()
        for process in processes:
            process.join(60)
    failures = [path.read_text() for path in house.folder.glob("failed-*")]
    assert not failures, failures[0]
    assert [process.exitcode for process in processes] == [0] * len(processes)
    house.open()
    chain.sign_head(at=timezone.now())


def they_go_on(house):
    """Wait until a dozen more reports were acknowledged and another head was signed."""

    def seen():
        heads = Path(settings.LOG_HEADS)
        lines = sum(len(path.read_text().splitlines()) for path in house.folder.glob("told-*"))
        return lines, heads.stat().st_size if heads.exists() else 0

    reports, signed = seen()
    until = time.monotonic() + 30
    while not (seen()[0] >= reports + 12 and seen()[1] > signed) and not [*house.folder.glob("failed-*")]:
        assert time.monotonic() < until, "the load does not go on"
        time.sleep(0.01)


def everything_told(house) -> dict[str, str]:
    told = {str(report): what for report, what in house.told.items()}
    for path in house.folder.glob("told-*"):
        told |= dict(json.loads(line) for line in path.read_text().splitlines())
    assert len(told) > 2 * LEAST
    return told


def assert_nothing_lost(house):
    told = everything_told(house)
    there = {str(report.pk): report.account["what"] for report in Report.objects.all()}
    assert there == told
    assert not SealedReport.objects.exists()
    assert list(chain.verify()) == []
    assert not [check.line() for check in soundness.examine() if check.faults]


# ---- each kind -----------------------------------------------------------------------------------------------------


def test_kek(house):
    under_load(house, KEK)
    assert_nothing_lost(house)
    assert keyring().versions(KEK) == [3] and keystore().waiting(3) == 0


def test_index(house):
    under_load(house, INDEX)
    assert_nothing_lost(house)
    assert keyring().versions(INDEX) == [3]
    tokens = ReportToken.objects.filter(token=index.token("url", "site.example/a"))
    found = set(ReportToken.objects.filter(token__in=tokens.values("token")).values_list("report", flat=True))
    assert found == set(Report.objects.values_list("pk", flat=True)), "every report is found by its address"
    list(rotation.rotate(INDEX, resume=True))  # takes away what was written under an old key in its last moment
    assert set(ReportToken.objects.values_list("version", flat=True)) == {3}


def test_system(house):
    Authenticator.objects.create(
        user=house.people.dara, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt("SEED")}
    )
    under_load(house, SYSTEM, use_accounts)
    assert_nothing_lost(house)
    assert keyring().versions(SYSTEM) == [1, 2, 3], "what is being saved just now may still need the old ones"
    rotation.finish_system(timezone.now() + timedelta(days=1, minutes=1))
    assert keyring().versions(SYSTEM) == [3]
    number = (house.folder / "number").read_text()
    assert User.objects.get(pk=house.people.dara.pk).alert_email == f"dara{number}@example.org"
    factor = Authenticator.objects.get()
    assert get_adapter().decrypt(factor.data["secret"]) == "SEED" and factor.data["used_mask"] == int(number)
    assert not [check.line() for check in soundness.examine() if check.faults]


def test_hotline(house):
    under_load(house, HOTLINE)
    assert_nothing_lost(house)
    assert keyring().versions(HOTLINE) == [1, 2, 3]
    later = timezone.now() + upkeep.SETTLE + timedelta(hours=1)
    assert upkeep.destroy_old_hotline_keys(later) == [1, 2]
    assert keyring().versions(HOTLINE) == [3]
    assert [path.name for path in Path(settings.PUBLIC_KEYS_DIR).glob("hotline-*")] == ["hotline-0003.pub"]


def test_log(house):
    under_load(house, LOG)
    assert_nothing_lost(house)
    assert keyring().versions(LOG) == [3]
    heads = [json.loads(line) for line in Path(settings.LOG_HEADS).read_text().splitlines() if line]
    assert {head["key"] for head in heads} == {1, 2, 3}, "heads of all three were written, and all verify"
    assert sorted(path.name for path in keyring().path.glob("log-*")) == [
        "log-0001.pub",
        "log-0002.pub",
        "log-0003.key",
    ]


def test_a_head_under_a_key_that_is_gone_cannot_be_forged(house):
    chain.sign_head(at=timezone.now())
    list(rotation.rotate(LOG))
    path = Path(settings.LOG_HEADS)
    head = json.loads(path.read_text())
    assert head["key"] == 1 and list(chain.verify()) == []
    path.write_text(json.dumps(head | {"hash": "0" * 64}) + "\n")
    assert [fault.what for fault in chain.verify()] == ["the signature of this head does not fit"]


def test_alike_reports_are_found_at_every_moment(house):
    """Asked between each step of an index's rebuilding."""
    reports = list(Report.objects.all())
    for _ in rotation.rotate(INDEX):
        counts = queries.alike_counts(house.people.dara, reports)
        assert set(counts.values()) == {len(reports) - 1}
