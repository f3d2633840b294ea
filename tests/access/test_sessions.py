"""Sign-ins: two limits, what keeps one alive and what does not, and ending them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests.access.conftest import text
from tumpeang.access import sessions, signing_out
from tumpeang.access.errors import Denied
from tumpeang.access.models import LogRow, Notice, StaffSession
from tumpeang.access.states import NoticeKind

POLL = {"HX-Request": "true", "X-Renewal": "yes"}


@pytest.fixture
def clock(monkeypatch):
    """`clock(minutes=5)`: it is that much later, for the whole house."""
    began, later = timezone.now(), [timedelta()]
    monkeypatch.setattr(timezone, "now", lambda: began + later[0])

    def forward(**by):
        later[0] += timedelta(**by)

    return forward


# ---- the two limits ------------------------------------------------------------------------------------------------


def test_a_page_that_renews_itself_keeps_nothing_alive(cast, sign_in, clock):
    client = sign_in(cast.sokha)
    client.get("/")
    for _ in range(29):
        clock(minutes=1)
        assert client.get("/alerts/", headers=POLL).status_code in {200, 204}
        assert client.get("/", headers=POLL).status_code == 200
    clock(minutes=2)
    assert client.get("/alerts/", headers=POLL).status_code == 401
    assert client.get("/").status_code == 302, "and no page brings it back"


@pytest.mark.parametrize("act", [
    lambda client: client.get("/"),
    lambda client: client.get("/on-call/"),
    lambda client: client.post("/here/"),
    lambda client: client.post("/here/", headers={"HX-Request": "true"}),
    lambda client: client.post("/find/", {"q": "x"}),
    lambda client: client.get("/?level=high", headers={"HX-Request": "true"}),  # a filter that somebody chose
])  # fmt: skip
def test_any_page_or_typing_keeps_it_alive(cast, sign_in, clock, act):
    client = sign_in(cast.sokha)
    client.get("/")
    for _ in range(3):
        clock(minutes=29)
        assert act(client).status_code in {200, 204}
    clock(minutes=29)
    assert client.get("/").status_code == 200


def test_to_ask_whether_it_goes_on_is_no_act(cast, sign_in, clock):
    client = sign_in(cast.sokha)
    client.get("/")
    for _ in range(2):
        clock(minutes=14)
        assert client.get("/here/", headers=POLL).status_code == 204
    clock(minutes=3)
    assert client.get("/here/", headers=POLL).status_code == 401
    assert client.post("/here/", headers={"HX-Request": "true"}).status_code == 401


def test_twelve_hours_after_the_sign_in_it_is_over_whatever_was_done(cast, sign_in, clock):
    client = sign_in(cast.sokha)
    for _ in range(25):
        clock(minutes=28)
        assert client.get("/").status_code == 200
    clock(minutes=21)
    assert client.get("/").status_code == 302


def test_a_new_sign_in_has_new_limits(cast, sign_in, clock):
    client = sign_in(cast.sokha)
    client.get("/")
    clock(hours=1)
    assert client.get("/").status_code == 302
    client.force_login(cast.sokha, backend="allauth.account.auth_backends.AuthenticationBackend")
    clock(minutes=29)
    assert client.get("/").status_code == 200


def test_the_idle_limit_is_a_setting(cast, sign_in, clock, settings):
    settings.SESSION_IDLE = timedelta(minutes=5)
    client = sign_in(cast.sokha)
    client.get("/")
    clock(minutes=6)
    assert client.get("/").status_code == 302


def test_nothing_is_written_at_each_page(cast, sign_in, clock):
    client = sign_in(cast.sokha)
    client.get("/on-call/")
    clock(seconds=20)
    with CaptureQueriesContext(connection) as asked:
        client.get("/on-call/")
    assert not [one for one in asked.captured_queries if re.match("UPDATE|INSERT", one["sql"])]


# ---- every page tells it, and says when it is over -----------------------------------------------------------------


def test_every_page_of_the_workspace_says_that_somebody_types_and_when_it_is_over(cast, sign_in):
    page = sign_in(cast.sokha).get("/on-call/").content.decode()
    assert 'hx-post="/here/" hx-trigger="input from:#main throttle:60s"' in page
    assert re.search(r'id="signed-out" role="alert"[^>]* hidden>', page) and "You are signed out" in page


def test_typing_is_told_with_the_token_of_forms_only(cast, sign_in):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in(cast.sokha).cookies
    assert strict.post("/here/").status_code == 403


# ---- where one is signed in ----------------------------------------------------------------------------------------


def test_ones_own_sign_ins_are_listed_and_each_can_be_ended(cast, sign_in):
    here, there, third = sign_in(cast.sokha), sign_in(cast.sokha), sign_in(cast.sokha)
    sign_in(cast.bopha)
    page = here.get("/sessions/")
    assert text(page).count("This one") == 1 and text(page).count("Another") == 2
    assert "127.0.0.1" not in page.content.decode() and "Mozilla" not in page.content.decode()
    key = sessions.stored_key(there.session.session_key)
    here.post("/sessions/end/", {"key": key})
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == third.get("/").status_code == 200
    here.post("/sessions/end/", {"key": key})
    assert LogRow.objects.filter(action="session.end", target_id=str(cast.sokha.pk)).count() == 2
    assert key not in str(list(LogRow.objects.values_list("notes", flat=True)))


def test_sign_out_everywhere_else(cast, sign_in):
    here, there, bopha = sign_in(cast.sokha), sign_in(cast.sokha), sign_in(cast.bopha)
    assert "Signed out everywhere else." in text(here.post("/sessions/end-others/", follow=True))
    assert here.get("/").status_code == bopha.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert "/sessions/end-others/" not in here.get("/sessions/").content.decode()
    assert not Notice.objects.exists(), "nobody is told of what they did themselves"


def test_nobody_ends_a_sign_in_of_somebody_else_by_its_key(cast, sign_in):
    bopha = sign_in(cast.bopha)
    bopha.get("/")
    key = sessions.stored_key(bopha.session.session_key)
    sign_in(cast.tola).post("/sessions/end/", {"key": key})
    assert bopha.get("/").status_code == 200


def test_a_sign_in_that_is_over_is_not_listed(cast, sign_in, clock):
    sign_in(cast.sokha).get("/")
    clock(minutes=31)
    assert "Another" not in text(sign_in(cast.sokha).get("/sessions/"))


def test_what_was_ended_while_it_was_used_stays_ended(cast, sign_in, now):
    """A request that was under way writes its session back: that must not bring it to life."""
    client = sign_in(cast.sokha)
    client.get("/")
    store = client.session
    signing_out.sign_out(by=cast.sokha, user=cast.sokha, now=now)
    store["late"] = "word"
    store.save()
    assert not StaffSession.objects.filter(user=cast.sokha).exists()
    assert client.get("/").status_code == 302


def test_who_manages_staff_ends_a_colleagues_sign_ins_and_sees_not_when_they_worked(cast, sign_in, clock):
    clock(hours=1)
    sokha = sign_in(cast.sokha)
    sokha.get("/")
    client, path = sign_in(cast.tola), f"/staff/{cast.sokha.pk}/sessions/"
    page = text(client.get(path))
    assert "1 sign-in is open." in page
    with translation.override("en"):
        assert not re.search(r"\d+:\d\d", page.split("1 sign-in is open.")[1])
    assert "Signed out everywhere. The worker is told." in text(client.post(path, follow=True))
    assert sokha.get("/").status_code == 302
    assert Notice.objects.get(user=cast.sokha).kind == NoticeKind.SIGNED_OUT
    client.post(path)
    assert Notice.objects.filter(user=cast.sokha).count() == 1, "told of what was ended, not of what was asked twice"


@pytest.mark.parametrize("key", ["sokha", "dara", "borey", "serey"])
def test_nobody_else_ends_or_sees_a_colleagues_sign_ins(cast, sign_in, now, key):
    bopha, client, path = sign_in(cast.bopha), sign_in(getattr(cast, key)), f"/staff/{cast.bopha.pk}/sessions/"
    assert client.get(path).status_code == client.post(path).status_code == 404
    with pytest.raises(Denied):
        signing_out.sign_out(by=getattr(cast, key), user=cast.bopha, now=now)
    assert bopha.get("/").status_code == 200


def test_everybody_sees_where_they_are_signed_in(cast, sign_in):
    for key in ("rotha", "serey", "chenda", "tola"):
        assert sign_in(getattr(cast, key)).get("/sessions/").status_code == 200
