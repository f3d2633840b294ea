"""Backup and restore: the new place equals the source, what was erased stays erased, no administrator is enough."""

import os
import re
import shutil
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests import databases
from tests.config.houses import House, elsewhere, everything, key_files, tumpeang
from tumpeang.access import log as chain
from tumpeang.access.door import SYSTEM
from tumpeang.access.models import LogRow
from tumpeang.config import backup, copies, doctor, nightly, restore, rotation
from tumpeang.config.cli import main
from tumpeang.intake import erasing
from tumpeang.intake.models import Report, ReportToken, Words
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox import queries as letters
from tumpeang.letterbox.models import SealedReport
from tumpeang.vault import erasures, escrow, receipt
from tumpeang.vault.escrow import BadShare
from tumpeang.vault.keyring import INDEX, KEK, LOG
from tumpeang.vault.keyring import SYSTEM as SYSTEM_KEY
from tumpeang.vault.keystore import Shredded, keystore

CHANGES = {"access_logrow", "access_staffsession", "django_session"}  # a restore adds a row, and ends every session


@pytest.fixture
def house(committed, own_keys, monkeypatch, settings):
    """Two opened reports with words and tokens, one that waits, one for the safeguarding people, one erased."""
    monkeypatch.setattr(receipt, "MEMORY_KIB", 8)
    settings.BACKUP_STAMP, settings.REHEARSAL_STAMP = own_keys / "stamps" / "last", own_keys / "stamps" / "rehearsed"
    house = House(own_keys)
    first, second = house.report("first", addresses="https://site.example/a"), house.report("second")
    gone = house.report("gone before")
    house.open()
    letterbox.add_words(code=house.codes[first], text="and more", now=timezone.now())
    house.open()
    erasing.erase(by=SYSTEM, report=erasing.find(gone), now=timezone.now())
    house.waits, house.sealed = house.report("waits"), house.report("about us", about_us="yes")
    house.first, house.second, house.gone = first, second, gone
    chain.sign_head(at=timezone.now())
    house.shares = in_hand()
    return house


def in_hand() -> list[str]:
    made = escrow.draw_up()
    escrow.keep(made)
    return made.shares


def back_up(house, now=None) -> tuple[Path, Path]:
    to = backup.places(str(house.folder / "a"), str(house.folder / "b"))
    said: list[str] = []
    backup.make(to=to, now=now or timezone.now(), say=said.append)
    house.said = said
    return max(to.data.glob("data-*")), max(to.keys.glob("keys-*"))


def put_back(pair, shares, journals=()):
    """Restore into the place that the settings name; returns the lines."""
    said: list[str] = []
    found = restore.look_at(*pair)
    checks = restore.restore(
        pair=found, secret=found.secret(shares), journals=journals, now=timezone.now(), say=said.append
    )
    assert not [check.line() for check in checks if check.faults]
    return said + [check.line() for check in checks]


def place_is_empty() -> bool:
    folder = Path(settings.KEYRING_DIR).parent
    journal = Path(settings.ERASURES)  # what it has learnt of erasures it does not forget
    left = [path for path in folder.rglob("*") if path.is_file() and path != journal]
    return not left and copies.database(settings.DATABASE_URLS["owner"]).is_empty()


# ---- the drill -----------------------------------------------------------------------------------------------------


def test_a_restore_into_an_empty_place_equals_the_source(house, tmp_path, sign_in):
    sign_in(house.people.dara).get("/")
    before, keys = everything(), key_files()
    secrets = keystore().find(house.told)
    pair = back_up(house)
    with elsewhere(tmp_path / "new"):
        said = put_back(pair, house.shares[1:])
        after = everything()
        assert {t: r for t, r in after.items() if t not in CHANGES} == {
            t: r for t, r in before.items() if t not in CHANGES
        }
        assert set(before["access_logrow"]) <= set(after["access_logrow"])
        assert key_files() == keys and keystore().find(house.told) == secrets
        assert Report.objects.get(pk=house.first).account["what"] == "first"
        assert Words.objects.get().text == "and more"
        assert list(chain.verify()) == []
        assert LogRow.objects.get(action="installation.restore").notes["sessions"] == 1
        assert not after["access_staffsession"]
        assert "the log's chain and its signed heads verify" in said
        house.open()
        assert Report.objects.get(pk=house.waits).account["what"] == "waits", "and work goes on"
        assert SealedReport.objects.get().pk == house.sealed
        conversation = letters.conversation(house.codes[house.first])
        assert conversation is not None
        modes = {p.stat().st_mode & 0o777 for p in Path(settings.KEYRING_DIR).iterdir()}
        assert modes == {0o600} and Path(settings.KEYSTORE_DIR).stat().st_mode & 0o777 == 0o700


def test_what_was_erased_stays_erased_whatever_an_old_backup_shows(house, tmp_path):
    """Erased before the backup; after it; and, after it, a report that lay in it still sealed."""
    pair = back_up(house)
    house.open()
    for report in (house.first, house.waits):
        erasing.erase(by=SYSTEM, report=erasing.find(report), now=timezone.now())
    back_up(house, timezone.now() + timedelta(days=1))  # the next night lays the newer journal beside the old archives
    with elsewhere(tmp_path / "new"):
        assert "3 erased subjects stay erased" in put_back(pair, house.shares[:2])
        for report in (house.gone, house.first):
            with pytest.raises(Shredded):
                _ = Report.objects.get(pk=report).account
            assert erasing.find(report) is None
        assert not ReportToken.objects.filter(report=house.first).exists()
        assert letters.conversation(house.codes[house.first]) is None
        house.open()
        assert not Report.objects.filter(pk=house.waits).exists(), "its sealed original went too"
        assert set(SealedReport.objects.values_list("pk", flat=True)) == {house.sealed}
        assert Report.objects.get(pk=house.second).account["what"] == "second"
        assert erasures.read() == {house.gone, house.first, house.waits}, "the next restore knows it too"
        assert LogRow.objects.filter(action="report.erase_again").count() == 2


def test_a_journal_that_is_named_counts_as_well_as_the_one_of_the_place(house, tmp_path):
    pair = back_up(house)
    erasing.erase(by=SYSTEM, report=erasing.find(house.first), now=timezone.now())
    named = shutil.copy(settings.ERASURES, tmp_path / "list")
    with elsewhere(tmp_path / "one"):
        put_back(pair, house.shares[:2], [named])
        assert erasing.find(house.first) is None and house.first in keystore().erased()
    with elsewhere(tmp_path / "two"):
        erasures.add([house.first])
        put_back(pair, house.shares[:2])
        assert erasing.find(house.first) is None and house.first in keystore().erased()


def test_an_administrator_alone_cannot_come_to_read_a_report_by_restoring(house, tmp_path, capsys):
    data, keys = back_up(house)
    everything_there = [path.read_text(errors="ignore") for path in house.folder.rglob("*") if path.is_file()]
    assert not any(share in text for share in house.shares for text in everything_there)
    with elsewhere(tmp_path / "new"):
        result = tumpeang("restore", "--data", data, "--keys", keys, told=house.shares[0])
        assert result.returncode == 1 and "nothing was restored" in result.stderr
        assert place_is_empty()
        for shares in ([house.shares[0]], [house.shares[0]] * 2):
            with pytest.raises(BadShare):
                restore.look_at(data, keys).secret(shares)


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
    assert not [path for path in house.folder.rglob("*") if path.name.startswith((".unfinished", copies.SCRATCH))]
    finding = doctor.last_backup(timezone.now())
    assert not finding.good and "no space left" in finding.what
    monkeypatch.undo()
    monkeypatch.setattr(receipt, "MEMORY_KIB", 8)


def test_two_backups_do_not_run_at_once(house):
    back_up(house)
    with backup._alone(), pytest.raises(backup.Refused, match="another backup"):
        back_up(house, timezone.now() + timedelta(minutes=1))


def test_a_restore_writes_over_nothing(house, tmp_path):
    pair = back_up(house)
    before, keys = everything(), key_files()
    with pytest.raises(restore.Refused, match="not empty: tables in the database, keyring, public keys, key store"):
        put_back(pair, house.shares[:2])
    assert everything() == before and key_files() == keys
    with elsewhere(tmp_path / "new"):
        ring = Path(settings.KEYRING_DIR)
        ring.mkdir()
        (ring / "kek-0001.key").write_text("x")
        with pytest.raises(restore.Refused, match="not empty: keyring"):
            put_back(pair, house.shares[:2])


def test_what_does_not_fit_is_said_and_nothing_is_half_restored(house, tmp_path):
    data, keys = back_up(house)
    others = in_hand()
    newer_data, newer_keys = back_up(house, timezone.now() + timedelta(days=1))
    cut = tmp_path / data.name
    cut.write_bytes(data.read_bytes()[:-30])
    changed = tmp_path / keys.name
    content = bytearray(keys.read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    with elsewhere(tmp_path / "new"):
        for pair, shares, said in (
            ((data, keys), others[:2], "of another recovery key; the archives want recovery-0001"),
            ((data, keys), [house.shares[0], others[1]], "not of the same recovery key"),
            ((keys, data), house.shares[:2], "is an archive of 'keys', not of 'data'"),
            ((data, newer_keys), house.shares[:2], "different recovery keys"),
            ((cut, keys), house.shares[:2], "cut off"),
            ((data, changed), house.shares[:2], "was changed"),
        ):
            with pytest.raises(restore.FAILURES, match=said):
                put_back(pair, shares)
            assert place_is_empty()
        put_back((newer_data, newer_keys), others[1:])


def test_keys_may_be_newer_than_the_data_but_not_older_nor_of_another_house(house, tmp_path, monkeypatch):
    data, keys = back_up(house)
    newer_data, newer_keys = back_up(house, timezone.now() + timedelta(days=1))
    monkeypatch.setattr(backup, "installation", lambda: "another")
    foreign_data, _ = back_up(house, timezone.now() + timedelta(days=2))
    with elsewhere(tmp_path / "new"):
        with pytest.raises(restore.Refused, match="older than the data"):
            put_back((newer_data, keys), house.shares[:2])
        with pytest.raises(restore.Refused, match="not of the same house"):
            put_back((foreign_data, keys), house.shares[:2])
        put_back((data, newer_keys), house.shares[:2])
        assert Report.objects.get(pk=house.first).account["what"] == "first"


@pytest.mark.parametrize("step", ["_put_heads", "erase_again", "finish"])
def test_a_restore_that_breaks_off_leaves_the_place_empty(house, tmp_path, monkeypatch, step):
    pair = back_up(house)
    with elsewhere(tmp_path / "new"):
        with monkeypatch.context() as broken:
            broken.setattr(restore, step, lambda *_, **__: (_ for _ in ()).throw(OSError("no space left")))
            with pytest.raises(OSError, match="no space"):
                put_back(pair, house.shares[:2])
        assert place_is_empty()
        put_back(pair, house.shares[:2])


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


def test_the_worker_backs_up_once_a_night(house, settings, monkeypatch):
    started = []

    class Program:
        returncode = None

        def __init__(self, command):
            started.append(command)

        def poll(self):
            return self.returncode

    monkeypatch.setattr(nightly.subprocess, "Popen", Program)
    night = nightly.Nightly()
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


# ---- the commands --------------------------------------------------------------------------------------------------


def test_escrow_backup_and_rehearsal_by_command(house, tmp_path, settings):
    result = tumpeang("keys", "escrow", "--to", tmp_path / "papers")
    assert result.returncode == 0 and "recovery-0002 is in use" in result.stdout
    papers = sorted((tmp_path / "papers").iterdir())
    assert len(papers) == 3 and {path.stat().st_mode & 0o777 for path in papers} == {0o600}
    shares = [words_on(path.read_text()) for path in papers]
    assert all(len(share.split()) == escrow.WORDS for share in shares)
    places = {"BACKUP_TO": str(tmp_path / "a"), "BACKUP_KEYS_TO": str(tmp_path / "b")}
    result = tumpeang("backup", **places)
    assert result.returncode == 0, result.stderr
    (data,), (keys,) = (tmp_path / "a").glob("data-*"), (tmp_path / "b").glob("keys-*")
    words = ["restore", "--rehearse", "--data", data, "--keys", keys]
    before = {path for path in Path(settings.DATA_DIR).rglob("*")}
    told = "\n".join([shares[2], *shares[0].split()])  # as a line, and a word on each line
    if databases.vendor() == "sqlite":
        assert_rehearsed(tumpeang(*words, told=told))
        assert {path for path in Path(settings.DATA_DIR).rglob("*")} == before
    else:
        refused = tumpeang(*words, told=told)
        assert refused.returncode == 1 and "--database" in refused.stderr
        with databases.empty():
            database = settings.DATABASE_URLS["owner"].replace("tumpeang_owner@", "")
            for _again in range(2):  # it was emptied again
                assert_rehearsed(tumpeang(*words, "--database", database, told=told))
    assert doctor.last_rehearsal(timezone.now()).good


def assert_rehearsed(result):
    assert result.returncode == 0, result.stdout + result.stderr
    for line in ("as many as the archive counts", "subject keys unwrap", "stay erased", "verify", "removed again"):
        assert line in result.stdout


def words_on(paper: str) -> str:
    """The words of a share as they stand on the paper, in the order of their numbers."""
    cells = re.findall(r"(\d+)\. ([a-z]+)\b", paper)
    return " ".join(word for _, word in sorted(cells, key=lambda cell: int(cell[0])))


def test_a_rehearsal_that_fails_says_so_and_leaves_the_stamp(house, tmp_path, settings):
    data, keys = back_up(house)
    content = bytearray(data.read_bytes())
    content[len(content) // 2] ^= 1
    data.write_bytes(content)
    words = ["restore", "--rehearse", "--data", data, "--keys", keys]
    with databases.empty():
        words += ["--database", settings.DATABASE_URLS["owner"]]
        result = tumpeang(*words, told="\n".join(house.shares[:2]))
        assert result.returncode == 1 and "the rehearsal failed" in result.stdout and "was changed" in result.stderr
    assert not Path(settings.REHEARSAL_STAMP).exists()


def test_escrow_shows_three_papers_where_there_is_no_terminal(own_keys, capsys):
    assert main(["keys", "escrow"]) == 0
    shown = capsys.readouterr().out
    for person in (1, 2, 3):
        assert f"recovery-0001   {person}/3" in shown
    assert "នាក់" in shown or "មនុស្ស" in shown, "in Khmer too"
    assert escrow.newest().name == "recovery-0001"
