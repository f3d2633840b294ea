"""Sending reads the draft once and writes it once; nothing of what the reporter meets changes by it."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tumpeang.letterbox import actions
from tumpeang.letterbox.models import SealedReport

WORDS = {"what": "Someone scares me."}


def draft(**answers):
    now = timezone.now()
    cookie, _content = actions.open_draft(way="child", language="en", now=now)
    return cookie, actions.keep_answers(cookie=cookie, answers=answers or WORDS, reached=3, now=now), now


def test_a_page_that_adds_nothing_writes_nothing(db):
    cookie, content, now = draft()
    with CaptureQueriesContext(connection) as queries:
        assert actions.keep_answers(cookie=cookie, answers={}, reached=1, now=now) == content
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_a_page_reached_for_the_first_time_is_kept_though_it_adds_nothing(db):
    cookie, _content, now = draft()
    actions.keep_answers(cookie=cookie, answers={}, reached=7, now=now)
    assert actions.keep_answers(cookie=cookie, answers={}, reached=1, now=now).reached == 7


def test_what_was_read_just_before_is_sent_without_reading_again(db):
    cookie, content, now = draft()
    with CaptureQueriesContext(connection) as queries:
        actions.send(cookie=cookie, mark="", now=now, content=content)
    assert not [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert actions.keep_answers(cookie=cookie, answers={}, reached=1, now=now).sent


def test_a_press_that_read_the_draft_before_the_other_was_done_is_the_same_report(db):
    cookie, content, now = draft()
    first = actions.send(cookie=cookie, mark="", now=now, content=content)
    assert actions.send(cookie=cookie, mark="", now=now, content=content) == first
    assert SealedReport.objects.count() == 1


def test_a_refusal_that_trying_again_does_not_mend_is_told(db, monkeypatch):
    cookie, content, now = draft()

    def refused(*_arguments, **_names):
        raise IntegrityError

    monkeypatch.setattr(SealedReport, "save", refused)
    with pytest.raises(IntegrityError):
        actions.send(cookie=cookie, mark="", now=now, content=content)
