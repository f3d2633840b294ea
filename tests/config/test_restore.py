"""Restores: the new place equals the source, what was erased stays erased, no administrator is enough."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.config.houses import back_up, elsewhere, everything, in_hand, key_files, place_is_empty, put_back, tumpeang
from tumpeang.access import log as chain
from tumpeang.access.door import SYSTEM
from tumpeang.access.models import LogRow
from tumpeang.config import backup, restore, tables
from tumpeang.intake import erasing
from tumpeang.intake.models import Report, ReportToken, Words
from tumpeang.letterbox import queries as letters
from tumpeang.letterbox.models import SealedReport
from tumpeang.vault import archive, erasures, escrow
from tumpeang.vault.escrow import BadShare
from tumpeang.vault.keystore import Shredded, keystore

CHANGES = {"access_logrow", "access_staffsession", "django_session"}  # a restore adds a row, and ends every session


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


# ---- what is refused -----------------------------------------------------------------------------------------------


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


def test_an_archive_of_a_newer_version_is_refused(house, tmp_path):
    def record(_alias):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('intake', '9999_later', '2030-01-01')"
            )

    tables.with_owner(record)
    pair = back_up(house)
    with elsewhere(tmp_path / "new"):
        with pytest.raises(restore.Refused, match="newer version"):
            put_back(pair, house.shares[:2])
        assert place_is_empty()


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "keyring/../../outside", "a/b/c"])
def test_an_archive_that_would_write_elsewhere_is_refused(house, tmp_path, name):
    path = tmp_path / "forged"
    with path.open("wb") as file:
        writer = archive.Writer(file, kind="data", to=escrow.newest())
        writer.add(name, [b"x"])
        writer.close()
    into = tmp_path / "into" / "deeper"
    into.mkdir(parents=True)
    with pytest.raises(archive.Damaged, match="does not belong"):
        restore._unpack(path, escrow.combine(house.shares[:2]), into)
    assert not list(tmp_path.rglob("outside")) and not list(into.iterdir())


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
