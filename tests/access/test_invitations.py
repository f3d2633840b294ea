"""Beginning with a code: once, in time, by name and code together; and a page that tells nobody who has an account."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.access.conftest import text
from tumpeang.access import invitations, proposals
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Invitation, LogRow, User
from tumpeang.vault.keyring import SYSTEM, keyring

PASSWORD = "four words that belong"


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


@pytest.fixture
def browser(client):
    client.cookies["l"] = "en"
    return client


def begin(client, username, code, password=PASSWORD, again=None):
    data = {"username": username, "code": code, "password1": password, "password2": again or password}
    return client.post("/account/start/", data)


# ---- the code ------------------------------------------------------------------------------------------------------


def test_the_code_is_long_and_plain_to_read(invited):
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", invited.code)
    assert len(invitations.SIGNS) == 32 and invitations.LENGTH * 5 == 80  # bits
    assert not set("ILOU") & set(invitations.SIGNS)


def test_what_is_read_wrongly_is_meant_rightly():
    assert invitations.plain("o1lI-u0") == "0111V0"
    assert invitations.plain(" ០១២ ៩abc\u200b") == "0129ABC"


def test_the_table_alone_opens_nothing(invited):
    row = Invitation.objects.get(user=invited)
    code = invitations.plain(invited.code)
    assert code not in str(vars(row)) and row.code_hash != code and len(row.code_hash) == 32
    assert invitations.find(username="thida", code=row.code_hash, now=row.made_at) is None


def test_a_code_outlives_a_change_of_keys(own_keys, cast, thida, now):
    proposal = proposals.propose_reset(by=cast.tola, user=thida, now=now)
    code = proposals.approve(by=cast.borey, proposal=proposal, now=now)
    keyring().add(SYSTEM)
    assert invitations.find(username="thida", code=code, now=now)


# ---- beginning -----------------------------------------------------------------------------------------------------


def test_begin_sign_in_and_set_up_the_second_step(browser, invited):
    assert "Begin with your code" in text(browser.get("/account/start/"))
    response = begin(browser, "thida", invited.code)
    assert response.status_code == 302 and response.url == "/account/login/"
    assert "Your password is set." in text(browser.get(response.url))
    assert browser.get("/staff/").url.startswith("/account/login/")  # not signed in by it
    browser.post("/account/login/", {"login": "thida", "password": PASSWORD})
    assert browser.get("/staff/").url == reverse("mfa_activate_totp")


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_the_code_may_be_typed_as_it_comes(browser, invited, typed):
    assert begin(browser, "THIDA ", typed(invited.code)).status_code == 302


def test_a_code_opens_once(browser, invited):
    begin(browser, "thida", invited.code)
    again = begin(browser, "thida", invited.code, "other words than before")
    assert again.status_code == 422 and "the code is not right" in text(again)
    assert User.objects.get(username="thida").check_password(PASSWORD)


def test_a_code_opens_no_other_account(browser, cast, invited):
    assert begin(browser, "sokha", invited.code).status_code == 422
    assert not User.objects.get(username="sokha").has_usable_password()
    row = Invitation.objects.get(user=invited)
    with pytest.raises(Denied):
        invitations.begin(by=cast.sokha, invitation=row, password=PASSWORD, now=row.made_at)


def test_after_three_days_it_is_too_late(invited):
    row = Invitation.objects.get(user=invited)
    late = row.made_at + timedelta(hours=72)
    assert invitations.find(username="thida", code=invited.code, now=late - timedelta(seconds=1))
    assert invitations.find(username="thida", code=invited.code, now=late) is None
    with pytest.raises(NotNow):
        invitations.begin(by=invited, invitation=row, password=PASSWORD, now=late)


def test_a_closed_account_does_not_begin(browser, invited):
    invited.is_active = False
    invited.save()
    assert begin(browser, "thida", invited.code).status_code == 422


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [("hurry", None, "at least 12 signs"), ("password1234", None, "too common"), (PASSWORD, "no", "not the same")],
)  # fmt: skip
def test_a_weak_password_is_said_and_the_code_stays_good(browser, invited, password, again, words):
    response = begin(browser, "thida", invited.code, password, again)
    assert response.status_code == 422 and words in text(response)
    page = response.content.decode()
    assert invited.code in page and 'value="thida"' in page and password not in page  # what was typed is still there
    assert begin(browser, "thida", invited.code).status_code == 302


def test_a_password_like_the_name_is_said_once_the_code_is_right(browser, invited):
    invited.username = "chan.sokunthida"
    invited.save()
    wrong = begin(browser, "chan.sokunthida", "AAAA-BBBB-CCCC-DDDD", "chan.sokunthida1")
    right = begin(browser, "chan.sokunthida", invited.code, "chan.sokunthida1")
    assert "too similar" not in text(wrong) and "too similar" in text(right)
    assert begin(browser, "chan.sokunthida", invited.code).status_code == 302


def test_whoever_is_signed_in_is_led_home(cast, sign_in):
    assert sign_in(cast.sokha).get("/account/start/").url == "/"


def test_the_log_says_that_somebody_began_and_not_with_what(browser, invited):
    begin(browser, "thida", "AAAA-BBBB-CCCC-DDDD")
    begin(browser, "thida", invited.code)
    rows = list(LogRow.objects.filter(action__in=["account.begin", "account.event"]).order_by("seq"))
    assert [(row.action, row.actor_id) for row in rows] == [("account.event", None), ("account.begin", invited.pk)]
    assert rows[0].notes == {"event": "begin_failed"}
    assert "thida" not in str(list(LogRow.objects.values())) and "AAAA" not in str(list(LogRow.objects.values()))


# ---- nobody learns who has an account ------------------------------------------------------------------------------


def sign_in_with(client, name):
    return client.post("/account/login/", {"login": name, "password": "wrong and long enough"})


def begin_with(client, name):
    return begin(client, name, "AAAA-BBBB-CCCC-DDDD")


def told_apart(response, name) -> tuple[int, str]:
    return response.status_code, text(response).replace(name, "NAME")


@pytest.mark.parametrize("attempt", [sign_in_with, begin_with])
def test_nothing_tells_whether_an_account_exists(invited, cast, attempt):
    """Status, words and number of tries are the same for who is known, was invited, is closed, and for nobody."""
    cast.sokha.set_password(PASSWORD)
    cast.sokha.save()
    cast.dara.is_active = False
    cast.dara.save()
    stories = []
    for number, name in enumerate(["sokha", "thida", "dara", "stranger"]):
        browser = Client(REMOTE_ADDR=f"10.0.0.{number}")
        browser.cookies["l"] = "en"
        stories.append([told_apart(attempt(browser, name), name) for _ in range(7)])
    assert stories[0] == stories[1] == stories[2] == stories[3]
    first, last = stories[0][0], stories[0][-1]
    assert "not right" in first[1] and "Too many tries." in last[1] and "Too many tries." not in first[1]


@pytest.mark.parametrize(("attempt", "hashes"), [(sign_in_with, 1), (begin_with, 0)])
def test_the_work_is_the_same_whether_or_not_there_is_an_account(browser, invited, cast, monkeypatch, attempt, hashes):
    cast.sokha.set_password(PASSWORD)
    cast.sokha.save()
    counted = []
    hasher = hashers.get_hasher()
    for name in ("encode", "verify"):
        original = getattr(type(hasher), name)

        def counting(self, *args, _original=original, **kwargs):
            counted.append(1)
            return _original(self, *args, **kwargs)

        monkeypatch.setattr(type(hasher), name, counting)
    work = {}
    for name in ("sokha", "thida", "nobody"):
        counted.clear()
        attempt(browser, name)
        work[name] = len(counted)
    assert set(work.values()) == {hashes}


def test_many_tries_from_one_place_have_to_wait_whatever_the_names(browser, db):
    answers = [begin_with(browser, f"name{number}").status_code for number in range(12)]
    assert answers[:10] == [422] * 10 and answers[10:] == [429] * 2


def test_waiting_helps_and_loses_nothing_typed(browser, invited):
    for _ in range(5):
        begin(browser, "thida", "AAAA-BBBB-CCCC-DDDD")
    locked = begin(browser, "thida", invited.code)
    assert locked.status_code == 429 and invited.code in locked.content.decode()
    cache.clear()  # the minutes are over
    assert begin(browser, "thida", invited.code).status_code == 302
