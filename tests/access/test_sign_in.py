"""Signing in: password, second step, recovery; closed to everything else; and tables that give nothing away."""

import re
import time
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from tests.cast import one_more
from tumpeang.access import demo
from tumpeang.access.models import LogRow, Mark, Notice
from tumpeang.access.models import StaffSession as Session
from tumpeang.access.records import writing
from tumpeang.access.roles import Role
from tumpeang.access.sessions import stored_key
from tumpeang.access.states import NoticeKind

PASSWORD = "four words that belong"


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


@pytest.fixture
def nary(db):
    return one_more("nary", roles=[Role.CALL_TAKER], password=PASSWORD)


@pytest.fixture
def browser(client):
    client.cookies["l"] = "en"
    return client


def sign_in(client, password=PASSWORD, **more):
    return client.post("/account/login/", {"login": "nary", "password": password, **more})


def code_of(secret) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def secret_on(page) -> str:
    return re.search(r'class="secret"[^>]*>(\w+)<', page.content.decode()).group(1)


def set_up(client) -> str:
    """Set up the app with codes as a person does; returns the seed."""
    secret = secret_on(client.get("/account/2fa/totp/activate/"))
    assert client.post("/account/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


# ---- the way in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/check/", "/on-call/", "/alerts/", "/account/2fa/", "/look/"])
def test_everything_asks_to_sign_in_first(browser, db, path):
    response = browser.get(path)
    assert response.status_code == 302 and response.url.startswith("/account/login/?next=")


def test_a_password_alone_leads_to_the_second_step_and_nowhere_else(browser, nary):
    assert sign_in(browser).status_code == 302
    for path in ("/", "/check/", "/on-call/", "/alerts/", "/find/"):
        assert browser.get(path).url == reverse("mfa_activate_totp"), path
    page = browser.get("/account/2fa/totp/activate/").content.decode()
    assert '<img class="qr" src="data:image/svg+xml;base64,' in page


def test_set_up_the_second_step_and_sign_in_with_it(browser, nary):
    sign_in(browser)
    secret = set_up(browser)
    codes = browser.get("/account/2fa/recovery-codes/").content.decode()
    assert len(re.findall(r"<li>\d{8}</li>", codes)) == 10
    assert browser.get("/").status_code == 200
    browser.post("/account/logout/")
    assert sign_in(browser).url.startswith("/account/2fa/authenticate/")
    assert browser.get("/").url.startswith("/account/login/")  # not in yet
    cache.clear()  # a code is taken once in its half minute
    assert browser.post("/account/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert browser.get("/").status_code == 200


def test_of_a_new_second_step_one_is_told(browser, nary, django_capture_on_commit_callbacks):
    sign_in(browser)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(browser)
    assert list(Notice.objects.values_list("user", "kind")) == [(nary.pk, NoticeKind.FACTOR_ADDED)]  # and of no codes
    assert "A second step was added to your account" in browser.get("/told/").content.decode()


def test_a_wrong_code_is_refused_in_our_words(browser, nary):
    sign_in(browser)
    page = browser.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert "This code is not right." in page.content.decode()
    assert not Authenticator.objects.exists()


def test_recovery_codes_are_shown_once_and_each_opens_once(browser, nary):
    sign_in(browser)
    set_up(browser)
    code = re.findall(r"<li>(\d{8})</li>", browser.get("/account/2fa/recovery-codes/").content.decode())[0]
    assert not re.search(r"<li>\d{8}</li>", browser.get("/account/2fa/recovery-codes/").content.decode())
    for opens in (True, False):
        browser.post("/account/logout/")
        sign_in(browser)
        browser.post("/account/2fa/authenticate/", {"code": code})
        assert (browser.get("/").status_code == 200) is opens


@pytest.mark.parametrize(("login", "password"), [("nary", "wrong"), ("nobody", PASSWORD), ("nary", "")])
def test_a_wrong_sign_in_does_not_say_what_was_wrong(browser, nary, login, password):
    response = browser.post("/account/login/", {"login": login, "password": password})
    page = response.content.decode()
    expected = "This field is required." if not password else "The user name or the password is not right."
    assert response.status_code == 200 and expected in page
    assert PASSWORD not in page and (not password or password not in page)


def test_too_many_tries_have_to_wait(browser, nary):
    for _ in range(12):
        last = sign_in(browser, password="wrong")
    assert last.status_code == 429 or "Too many tries." in last.content.decode()
    assert "200 OK" not in last.content.decode() and sign_in(browser).status_code != 302


def test_the_log_says_who_signed_in_and_not_what_was_typed(browser, nary):
    sign_in(browser, password="wrong-and-secret")
    sign_in(browser)
    rows = list(LogRow.objects.filter(action="account.event").values_list("notes", flat=True))
    assert {"event": "sign_in_failed"} in rows and {"event": "signed_in"} in rows
    assert "secret" not in str(rows) and "nary" not in str(rows)


@pytest.mark.parametrize(
    "path", ["/account/signup/", "/account/password/reset/", "/account/email/", "/account/2fa/recovery-codes/download/"]
)
def test_there_is_no_sign_up_and_no_reset_by_mail(browser, nary, path):
    assert browser.get(path).url.startswith("/account/login/")
    sign_in(browser)
    set_up(browser)
    assert browser.get(path).status_code == 404


def test_next_leads_back_and_never_away(browser, nary):
    assert sign_in(browser, next="/check/").url == "/check/"
    browser.post("/account/logout/")
    assert "elsewhere" not in sign_in(browser, next="https://elsewhere.example/").url


def test_signing_out_needs_a_post(browser, nary):
    sign_in(browser)
    set_up(browser)
    assert browser.get("/account/logout/").status_code == 200
    assert browser.get("/").status_code == 200
    browser.post("/account/logout/")
    assert browser.get("/").status_code == 302


def test_change_the_password(browser, nary):
    sign_in(browser)
    set_up(browser)
    data = {"oldpassword": PASSWORD, "password1": "other words than before", "password2": "other words than before"}
    bad = data | {"oldpassword": "x", "password1": "short"}
    wrong = browser.post("/account/password/change/", bad).content.decode()
    assert "This is not your present password." in wrong and "at least 12 signs" in wrong
    assert "The password is changed." in browser.post("/account/password/change/", data, follow=True).content.decode()
    browser.post("/account/logout/")
    assert "not right" in sign_in(browser).content.decode()


def test_changing_how_one_signs_in_asks_again_after_a_while(browser, nary, monkeypatch):
    sign_in(browser)
    set_up(browser)
    assert browser.get("/account/2fa/recovery-codes/generate/").status_code == 200
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    response = browser.get("/account/2fa/recovery-codes/generate/")
    assert response.status_code == 302 and "reauthenticate" in response.url
    assert "Is it you?" in browser.get(response.url).content.decode()


def test_a_closed_account_stays_outside(browser, nary):
    nary.is_active = False
    nary.save()
    sign_in(browser)
    assert browser.get("/").url.startswith("/account/login/")


@pytest.mark.parametrize("language", ["km", "en"])
def test_the_pages_speak_both_languages(client, nary, language):
    client.cookies["l"] = language
    for path in ("/account/login/",):
        page = client.get(path)
        assert f'<html lang="{language}"' in page.content.decode() and page.headers["Content-Language"] == language


def test_the_language_switch_stays_on_the_page(browser, nary):
    response = browser.post("/language/", {"language": "km", "next": "/account/login/"})
    assert response.url == "/account/login/" and response.cookies["l"].value == "km"
    assert browser.post("/language/", {"language": "km", "next": "https://elsewhere.example"}).url == "/"
    assert "l" not in browser.post("/language/", {"language": "xx", "next": "/"}).cookies


# ---- what the tables give away -------------------------------------------------------------------------------------


def dump(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return repr(cursor.fetchall())


def test_the_session_table_signs_nobody_in(browser, nary):
    sign_in(browser)
    set_up(browser)
    key = browser.session.session_key
    rows = dump("access_staffsession")
    assert key not in rows and "nary" not in rows and "_auth_user" not in rows
    thief = Client()
    for stolen in (stored_key(key), Session.objects.get().session_key):
        thief.cookies["s"] = stolen
        assert thief.get("/").status_code == 302


def test_a_session_moved_to_another_row_does_not_open(browser, nary):
    sign_in(browser)
    set_up(browser)
    row = Session.objects.get()
    other = Client()
    other.cookies["l"] = "en"
    other.get("/account/login/")
    mine = "k" * 32
    Session.objects.create(
        session_key=stored_key(mine), session_data=row.session_data, user=nary, started_at=row.started_at,
        last_act_at=row.last_act_at, expire_date=datetime(2099, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    other.cookies["s"] = mine
    assert other.get("/").status_code == 302


def test_the_seed_is_encrypted_before_and_after_it_is_confirmed(browser, nary):
    sign_in(browser)
    secret = secret_on(browser.get("/account/2fa/totp/activate/"))
    assert secret not in dump("access_staffsession")
    secret = set_up(browser)
    assert secret not in dump("mfa_authenticator") and secret not in dump("access_staffsession")
    assert "secret" in Authenticator.objects.get(type="totp").data


def test_recovery_codes_are_encrypted(browser, nary):
    sign_in(browser)
    set_up(browser)
    code = re.findall(r"<li>(\d{8})</li>", browser.get("/account/2fa/recovery-codes/").content.decode())[0]
    assert code not in dump("mfa_authenticator") and code not in dump("access_staffsession")


def test_no_address_is_kept_of_who_tries(browser, nary):
    browser.post("/account/login/", {"login": "nary", "password": "x"}, REMOTE_ADDR="203.0.113.77")
    for table in ("access_cache", "access_staffsession", "access_logrow"):
        assert "203.0.113.77" not in dump(table)


# ---- demo links ----------------------------------------------------------------------------------------------------


def test_demo_links_sign_in(browser, cast):
    assert browser.get(demo.sign_in_path(cast.dara)).url == "/"
    assert "Dara" in browser.get("/").content.decode()


@pytest.mark.parametrize("change", [{"DEMO": False}, {"BIND": "0.0.0.0"}])
def test_demo_links_are_not_there_outside_the_demo(browser, cast, change):
    path = demo.sign_in_path(cast.dara)
    with override_settings(**change):
        assert browser.get(path).status_code == 404


def test_demo_links_are_not_there_without_the_mark(browser, cast):
    path = demo.sign_in_path(cast.dara)
    with writing():
        Mark.objects.all().delete()
    assert browser.get(path).status_code == 404


def test_demo_links_are_not_there_from_another_machine_or_forged(browser, cast):
    path = demo.sign_in_path(cast.dara)
    assert browser.get(path, REMOTE_ADDR="203.0.113.77").status_code == 404
    assert browser.get(path[:-4] + "xxx/").status_code == 404


def test_a_demo_session_is_worth_nothing_when_the_demo_is_over(browser, cast):
    browser.get(demo.sign_in_path(cast.dara))
    assert browser.get("/").status_code == 200
    with override_settings(DEMO=False):
        assert browser.get("/").url == reverse("mfa_activate_totp")
