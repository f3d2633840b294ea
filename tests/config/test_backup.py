"""Backups: whole while people work, at two places, kept no longer than they may be, looked at by the doctor."""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.config.houses import back_up, elsewhere, everything, put_back
from tumpeang.access.door import SYSTEM
from tumpeang.config import backup, copies, doctor, nightly, rotation
from tumpeang.intake import erasing
from tumpeang.intake.models import Report
from tumpeang.vault import receipt
from tumpeang.vault.keyring import INDEX, KEK, LOG
from tumpeang.vault.keyring import SYSTEM as SYSTEM_KEY
from tumpeang.vault.keystore import keystore

# ---- while people work ---------------------------------------------------------------------------------------------


def test_backups_while_reports_come_in_are_whole(house, tmp_path):
    stop, told, errors = threading.Event(), {}, []

    def work(number):
        try:
            while not stop.is_set():
                report = house.report(f"word {number}")
                told[report] = time.time()
                house.open() if number == 0 else None
        except Exception as error:
            errors.append(error)
        finally:
            keystore().close()
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        while len(told) < 20:
            time.sleep(0.01)
        began = time.time()
        pair = back_up(house)
        for line in rotation.rotate(KEK):  # and a pair that a rotation runs through
            assert line
        second = back_up(house, timezone.now() + timedelta(seconds=1))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not errors
    for number, archives in enumerate((pair, second), start=1):
        with elsewhere(tmp_path / f"new{number}"):
            put_back(archives, house.shares[:2])
            house.open()
            there = {report.pk: report.account["what"] for report in Report.objects.filter(erased_at=None)}
            missing = [pk for pk, at in told.items() if at < began and there.get(pk) != house.told[pk]]
            assert not missing, "what was acknowledged before the backup is in it"


def test_a_rotation_in_the_middle_of_a_backup_leaves_no_row_without_its_key(house, tmp_path, monkeypatch):
    """The KEK is renewed, and the old one destroyed, between the two looks at the keyring."""
    write = backup._write_data

    def write_and_rotate(*args):
        write(*args)
        for kind in (KEK, LOG, INDEX, SYSTEM_KEY):
            list(rotation.rotate(kind))

    monkeypatch.setattr(backup, "_write_data", write_and_rotate)
    pair = back_up(house)
    with elsewhere(tmp_path / "new"):
        put_back(pair, house.shares[:2])
        assert Report.objects.get(pk=house.first).account["what"] == "first"


def test_an_erasure_in_the_middle_of_a_backup_holds(house, tmp_path, monkeypatch):
    write = backup._write_data

    def write_and_erase(*args):
        write(*args)
        erasing.erase(by=SYSTEM, report=erasing.find(house.first), now=timezone.now())

    monkeypatch.setattr(backup, "_write_data", write_and_erase)
    pair = back_up(house)
    with elsewhere(tmp_path / "new"):
        put_back(pair, house.shares[:2])
        assert erasing.find(house.first) is None


# ---- what is refused -----------------------------------------------------------------------------------------------


def test_a_backup_wants_a_recovery_key_and_two_places(house, tmp_path):
    for data, keys in (("a", "a"), ("a", "a/b"), ("a/b", "a")):
        with pytest.raises(backup.Refused, match="different places"):
            backup.places(str(tmp_path / data), str(tmp_path / keys))
    with pytest.raises(backup.Refused, match="BACKUP_TO"):
        backup.places("", str(tmp_path / "b"))
    for path in Path(settings.KEYRING_DIR).glob("recovery-*"):
        path.unlink()
    with pytest.raises(backup.Refused, match="keys escrow"):
        back_up(house)
    assert "keys escrow" in doctor.last_backup(timezone.now()).what and not doctor.recovery_key().good


def test_a_backup_that_fails_leaves_nothing_but_a_note(house, monkeypatch):
    back_up(house)
    whole = {path.name for path in house.folder.glob("[ab]/*")}
    monkeypatch.setattr(backup, "_write_keys", lambda *_: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="no space"):
        back_up(house, timezone.now() + timedelta(minutes=1))
    assert {path.name for path in house.folder.glob("[ab]/*")} == whole
    assert not list(house.folder.rglob(".unfinished*")) and not list(house.folder.rglob("*scratch*"))
    finding = doctor.last_backup(timezone.now())
    assert not finding.good and "no space left" in finding.what
    monkeypatch.undo()
    monkeypatch.setattr(receipt, "MEMORY_KIB", 8)


def test_what_a_killed_backup_left_is_swept_and_what_is_in_use_is_not(house):
    data, _ = back_up(house)
    (data.parent / ".unfinished-data-x.tumpeang").write_text("half")
    left = keystore().path.parent / ".tumpeang-scratch-killed"
    left.mkdir()
    with copies.scratch(keystore().path.parent) as used:
        back_up(house, timezone.now() + timedelta(minutes=1))
        assert used.exists()
    assert not left.exists() and not used.exists() and not list(data.parent.glob(".unfinished*"))


def test_the_application_s_own_role_is_enough_for_a_backup(house, tmp_path, settings):
    """The worker is not given the owner's address: its copy must be whole all the same."""
    before = everything()
    owner, settings.DATABASE_URLS["owner"] = settings.DATABASE_URLS["owner"], settings.DATABASE_URLS["app"]
    try:
        pair = back_up(house)
    finally:
        settings.DATABASE_URLS["owner"] = owner
    with elsewhere(tmp_path / "new"):
        put_back(pair, house.shares[:2])
        assert everything()["letterbox_message"] == before["letterbox_message"] != []


def test_two_backups_do_not_run_at_once(house):
    back_up(house)
    with backup._alone(), pytest.raises(backup.Refused, match="another backup"):
        back_up(house, timezone.now() + timedelta(minutes=1))


# ---- keeping and looking -------------------------------------------------------------------------------------------


def test_archives_of_keys_go_after_thirty_days_and_those_of_data_when_told(house, settings):
    now = timezone.now()
    settings.BACKUP_KEEP_DAYS = 60
    for days in (70, 40, 29):
        back_up(house, now - timedelta(days=days))
    data, keys = back_up(house, now)
    assert len(list(data.parent.glob("data-*"))) == 3 and len(list(keys.parent.glob("keys-*"))) == 2
    assert {path.stat().st_mode & 0o777 for path in house.folder.glob("[ab]/*")} == {0o600}
    assert (data.parent / backup.JOURNAL).read_text() == f"{house.gone}\n"


def test_nothing_of_an_archive_stands_in_clear(house):
    for path in back_up(house):
        content = path.read_bytes()
        for word in (b"SQLite", b"PGDMP", b"access_logrow", b"kek-0001", str(house.first).encode(), house.first.bytes):
            assert word not in content


def test_the_doctor_looks_at_backups_and_rehearsals(house, settings):
    now = timezone.now()
    assert not doctor.last_backup(now).good and not doctor.last_rehearsal(now).good
    assert not doctor.backups_apart().good and doctor.recovery_key().good
    settings.BACKUP_TO, settings.BACKUP_KEYS_TO = str(house.folder / "a"), str(house.folder / "b")
    back_up(house)
    Path(settings.REHEARSAL_STAMP).touch()
    assert doctor.last_backup(now).good and doctor.last_rehearsal(now).good and doctor.backups_apart().good
    assert not doctor.last_backup(now + timedelta(hours=27)).good
    assert not doctor.last_rehearsal(now + timedelta(days=101)).good
    settings.BACKUP_KEYS_TO = str(house.folder / "a" / "b")
    assert not doctor.backups_apart().good


@pytest.fixture
def started(monkeypatch):
    """The commands that were started."""
    commands = []

    class Program:
        returncode = None

        def __init__(self, command):
            commands.append(command)

        def poll(self):
            return self.returncode

    monkeypatch.setattr(nightly.subprocess, "Popen", Program)
    return commands


def test_the_worker_compares_everybody_once_a_night(started, settings, tmp_path):
    settings.COMPARED_STAMP = tmp_path / "people" / "compared"
    night, noon = nightly.comparison(), timezone.localtime().replace(hour=12, minute=0)
    night.run(noon)
    assert not started, "the house has just begun"
    os.utime(settings.COMPARED_STAMP, (noon.timestamp(), noon.timestamp()))
    night.run(noon + timedelta(hours=14, minutes=59))
    assert not started
    night.run(noon + timedelta(hours=15, minutes=1))
    assert [command[-2:] for command in started] == [["people", "compare"]]


def test_the_worker_backs_up_once_a_night(house, settings, started):
    night = nightly.backup()
    noon = timezone.localtime().replace(hour=12, minute=0)
    night.run(noon)
    assert not started, "not told where to"
    settings.BACKUP_TO, settings.BACKUP_KEYS_TO = "a", "b"
    Path(settings.BACKUP_STAMP).parent.mkdir(parents=True, exist_ok=True)
    Path(settings.BACKUP_STAMP).touch()
    stamp = Path(settings.BACKUP_STAMP)
    os.utime(stamp, (noon.timestamp(), noon.timestamp()))
    before, after = noon + timedelta(hours=13), noon + timedelta(hours=14, minutes=1)
    night.run(before)
    assert not started, "it is one in the morning"
    night.run(after)
    night.run(after + timedelta(hours=2))
    assert len(started) == 1, "it still runs"
    night.running.returncode = 1
    night.run(after + timedelta(minutes=30))
    assert len(started) == 1, "an hour between two tries"
    night.run(after + timedelta(minutes=61))
    assert len(started) == 2
    night.running.returncode = 0
    os.utime(stamp, (after.timestamp() + 3600, after.timestamp() + 3600))
    night.run(after + timedelta(hours=3))
    assert len(started) == 2, "until the next night"
