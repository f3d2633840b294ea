"""Each kind of key is renewed while the house is open, and a rotation that was stopped goes on."""

from datetime import timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils import timezone

from tumpeang.config import rotation, upkeep
from tumpeang.intake import queries
from tumpeang.intake.models import Report
from tumpeang.intake.opening import Opener
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.models import SealedReport
from tumpeang.vault import receipt
from tumpeang.vault.keyring import HOTLINE, INDEX, KEK, SYSTEM, keyring
from tumpeang.vault.keystore import keystore

pytestmark = pytest.mark.django_db


def test_kek_is_renewed_in_batches_and_can_be_stopped(own_keys, drop_report):
    reports = [drop_report(what=f"words {number}") for number in range(5)]
    keyring().add(KEK)
    store = keystore()
    steps = store.rewrap(batch=2)
    assert next(steps) == 2
    steps.close()  # stopped in the middle: both versions are read
    assert store.waiting(2) == 3
    assert [Report.objects.get(pk=r.pk).account["what"] for r in reports] == [f"words {n}" for n in range(5)]
    lines = list(rotation.rotate(KEK, resume=True))
    assert lines[-1] == "destroyed kek-0001" and keyring().versions(KEK) == [2]
    assert Report.objects.get(pk=reports[4].pk).account["what"] == "words 4"


def test_index_is_rebuilt_and_still_finds(own_keys, cast, drop_report):
    one = drop_report(way="online", addresses="https://site.example/a")
    two = drop_report(way="online", addresses="http://www.site.example/a/", minutes_ago=3)
    list(rotation.rotate(INDEX))
    assert keyring().versions(INDEX) == [2]
    assert queries.alike_counts(cast.sokha, [one, two]) == {one.pk: 1, two.pk: 1}


def test_while_an_index_is_rebuilt_both_versions_are_read(own_keys, cast, drop_report):
    old = drop_report(way="online", addresses="https://site.example/a", minutes_ago=3)
    keyring().add(INDEX)
    new = drop_report(way="online", addresses="https://site.example/a")
    assert queries.alike_counts(cast.sokha, [new]) == {new.pk: 1}
    assert queries.alike_counts(cast.sokha, [old]) == {old.pk: 1}


def test_system_key_carries_second_factors_and_addresses(own_keys, cast):
    cast.dara.alert_email = "dara@example.org"
    cast.dara.save()
    factor = Authenticator.objects.create(
        user=cast.dara, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt("SEED")}
    )
    list(rotation.rotate(SYSTEM))
    factor.refresh_from_db()
    assert keyring().versions(SYSTEM) == [1, 2], "what is being saved just now may still need the old one"
    rotation.finish_system(timezone.now() + timedelta(days=1, minutes=1))
    assert keyring().versions(SYSTEM) == [2]
    assert get_adapter().decrypt(factor.data["secret"]) == "SEED"
    assert type(cast.dara).objects.get(pk=cast.dara.pk).alert_email == "dara@example.org"


def test_the_hotline_pair_is_renewed_weekly_and_the_old_half_waits_for_what_is_sealed_to_it(own_keys):
    now = timezone.now()
    cookie, _ = letterbox.open_draft(way="adult", language="en", now=now)
    letterbox.keep_answers(cookie=cookie, answers={"what": "before the change"}, reached=1, now=now)
    letterbox.send(cookie=cookie, mark="", now=now)
    assert upkeep.renew_hotline_key(now) is None
    week = now + timedelta(days=7, minutes=1)
    assert upkeep.renew_hotline_key(week).version == 2
    later = now + timedelta(days=3, hours=1)
    assert upkeep.destroy_old_hotline_keys(later) == []
    assert Opener().run(later) == 1
    assert upkeep.destroy_old_hotline_keys(later) == [1]
    assert keyring().versions(HOTLINE) == [2] and not SealedReport.objects.exists()
    assert Report.objects.get().account["what"] == "before the change"


def test_an_answer_reaches_the_reporter_after_every_rotation(own_keys, drop_report, cast, now):
    from tumpeang.intake import actions
    from tumpeang.letterbox.queries import conversation

    report = drop_report(way="adult")
    for kind in (KEK, INDEX, SYSTEM, HOTLINE):
        list(rotation.rotate(kind))
    actions.take(by=cast.sokha, report=report, now=now)
    report.refresh_from_db()
    actions.write_answer(by=cast.sokha, report=report, text="We read it.", now=now)
    assert [line.text for line in conversation(receipt.RECEIPT.normalise(report.receipt)).lines] == ["We read it."]
