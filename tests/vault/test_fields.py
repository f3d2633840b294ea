"""Encrypted fields: only ciphertext in the column, bound to its row, gone with the subject's key."""

import pytest

from tumpeang.access.records import OutsideAction, writing
from tumpeang.intake.models import Report
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.keystore import Shredded, keystore

SECRET = "សុខ ដារ៉ា told this"


def column(report) -> bytes:
    return bytes(Report.objects.filter(pk=report.pk).values_list("account", flat=True).get())


def test_the_column_holds_no_clear_text_and_reading_opens_it(drop_report):
    report = drop_report(what=SECRET)
    assert SECRET.encode() not in column(report)
    assert Report.objects.get(pk=report.pk).account["what"] == SECRET


def test_a_ciphertext_moved_to_another_row_does_not_open(drop_report):
    one, other = drop_report(minutes_ago=1, what=SECRET), drop_report(what="other")
    with writing():
        Report.objects.filter(pk=other.pk).update(account=Report.objects.get(pk=one.pk).__dict__["account"])
    with pytest.raises(Unreadable):
        _ = Report.objects.get(pk=other.pk).account


def test_a_destroyed_key_makes_it_unreadable_at_once_and_no_new_key_comes_back(drop_report):
    report = drop_report(what=SECRET)
    keystore().destroy(report.pk)
    fresh = Report.objects.get(pk=report.pk)
    with pytest.raises(Shredded):
        _ = fresh.account
    with pytest.raises(Shredded), writing():
        fresh.account = {"what": "again"}
        fresh.save()


def test_encrypted_fields_cannot_be_compared_or_updated_in_clear(drop_report):
    report = drop_report()
    with pytest.raises(TypeError):
        list(Report.objects.filter(account={"what": "x"}))
    with pytest.raises(TypeError), writing():
        Report.objects.filter(pk=report.pk).update(account={"what": "x"})


def test_a_list_can_be_read_without_opening_anything(drop_report, monkeypatch):
    drop_report()
    monkeypatch.setattr("tumpeang.vault.fields.keystore", lambda: pytest.fail("a list opened a narrative"))
    assert [row.level for row in Report.objects.all()]


def test_records_refuse_to_be_written_outside_an_action(drop_report):
    report = drop_report()
    for write in (
        report.save,
        report.delete,
        lambda: Report.objects.filter(pk=report.pk).update(level="low"),
        lambda: Report.objects.all().delete(),
        lambda: Report.objects.bulk_create([report]),
        lambda: Report.objects.bulk_update([report], ["level"]),
    ):
        with pytest.raises(OutsideAction):
            write()
