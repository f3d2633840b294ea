"""The draft: encrypted under what only the cookie holds, for two hours at most."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tumpeang.letterbox import actions, drafts, queries
from tumpeang.letterbox.models import Draft

WORDS = "The man with the blue motorbike"


def test_the_cookie_opens_it_and_another_does_not(walk, now):
    child = walk()
    child.tell("what", WORDS)
    assert child.draft.answers["what"] == WORDS
    assert queries.draft(drafts.new_cookie(), now=timezone.now()) is None
    assert queries.draft("no cookie of ours", now=timezone.now()) is None


def test_nothing_told_is_in_the_cookie_or_in_clear_in_the_table(walk):
    child = walk()
    child.tell("what", WORDS)
    row = Draft.objects.get()
    assert WORDS.encode() not in bytes(row.sealed)
    assert len(child.cookie) == 43
    assert str(row.pk) not in child.cookie


def test_a_row_moved_to_another_place_does_not_open(walk):
    child = walk()
    keys = drafts.keys_of(child.cookie)
    other = drafts.keys_of(drafts.new_cookie())
    blob = bytes(Draft.objects.get().sealed)
    assert drafts.unlock(keys, blob).way == "child"
    with pytest.raises(Exception, match="draft"):
        drafts.unlock(drafts.Keys(other.draft_id, other.report_id, keys.key), blob)


def test_the_cookie_is_for_this_browser_until_it_is_closed(walk, settings):
    cookie = walk().client.cookies["d"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert not cookie["max-age"] and not cookie["expires"]
    assert not cookie["secure"]


def test_over_https_the_cookie_travels_over_https_only(walk, settings):
    settings.HTTPS = True
    assert walk().client.cookies["d"]["secure"]


def test_after_two_hours_it_is_over(walk):
    child = walk()
    later = timezone.now() + drafts.LIFETIME + timedelta(seconds=1)
    assert queries.draft(child.cookie, now=later) is None
    with pytest.raises(actions.DraftGone):
        actions.send(cookie=child.cookie, mark="", now=later)


def test_starting_again_forgets_the_one_before(walk):
    child = walk()
    child.tell("what", WORDS)
    child.start()
    assert Draft.objects.count() == 1
    assert child.draft.answers == {}


def test_whoever_starts_again_is_offered_to_go_on(walk):
    child = walk()
    child.tell("what", WORDS)
    assert "Go on where I stopped before" in child.client.get("/en/start/?w=a").content.decode()
