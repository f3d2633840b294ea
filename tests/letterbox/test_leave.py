"""Leaving from any page: the draft is gone, and the browser is emptied of us."""

import pytest

from tests.letterbox.test_send import WORDS
from tumpeang.letterbox.models import Draft


def test_leaving_forgets_here_and_in_the_browser(walk):
    child = walk()
    child.tell("what", WORDS)
    response = child.client.get("/en/leave/")
    assert response.status_code == 200
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response["Cache-Control"] == "no-store"
    assert response.cookies["d"].value == "" and response.cookies["d"]["max-age"] == 0
    assert not Draft.objects.exists()
    assert WORDS not in child.see("what")


def test_the_page_is_dull_and_says_that_calls_stay(public):
    shown = public.get("/en/leave/").content.decode()
    assert "Calls you make stay in your phone's list of calls.".replace("'", "&#x27;") in shown.replace("'", "&#x27;")
    assert "Tumpeang" not in shown and "stylesheet" not in shown and 'href="/' not in shown


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_a_browser_that_only_guesses_forgets_nothing(walk, header):
    child = walk()
    response = child.client.get("/en/leave/", headers={header: "prefetch"})
    assert response.status_code == 204 and "Clear-Site-Data" not in response
    assert child.client.head("/en/leave/").status_code == 204
    assert Draft.objects.exists()


def test_it_may_go_on_to_another_site(public, settings):
    assert "Refresh" not in public.get("/en/leave/")
    settings.LEAVE_TO = "https://weather.example/"
    assert public.get("/en/leave/")["Refresh"] == "0; url=https://weather.example/"


def test_leaving_twice_or_without_a_draft_is_fine(public):
    assert public.get("/en/leave/").status_code == 200
    assert public.get("/km/leave/").status_code == 200


def test_every_page_has_the_link(walk):
    child = walk()
    pages = ["", "start/?w=a", "start/1/", "start/send/", "start/short/", "code/", "start/done/", "near/"]
    for page in pages:
        shown = child.client.get(f"/en/{page}", follow=True).content.decode()
        assert 'id="leave" href="/en/leave/"' in shown, page
