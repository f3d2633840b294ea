"""Two tabs, one button, in real transactions: a shift is given once, signed once, and an account counted once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.cast import hire
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.intake import actions, along, calls, exposure, shift
from tumpeang.intake.models import Call, Exposure, ExposureWatch, Report, ShiftHandover
from tumpeang.intake.queries import on_call_users
from tumpeang.letterbox import actions as letterbox

TABS = 4


@pytest.fixture
def at_once(committed):
    """`at_once(act)`: the same act in several tabs; returns how often it was done and not refused."""

    def run(act):
        together = threading.Barrier(TABS)

        def press(_tab):
            try:
                together.wait(20)
                act()
            except NotNow:
                return 0
            finally:
                connection.close()
            return 1

        with ThreadPoolExecutor(TABS) as tabs:
            return sum(tabs.map(press, range(TABS)))

    return run


def test_a_shift_is_given_and_signed_once(at_once, now):
    cast = hire(now)
    assert at_once(lambda: shift.give(by=cast.sokha, to=cast.bopha, risks="", now=now)) == 1
    handover = ShiftHandover.objects.get()
    assert at_once(lambda: shift.take_over(by=cast.bopha, handover=handover, now=now)) == 1
    assert ShiftHandover.objects.get().taken_at == now


def test_an_account_counts_once(at_once, opener, now):
    cast = hire(now)
    cookie, _content = letterbox.open_draft(way="adult", language="en", now=now)
    letterbox.send(cookie=cookie, mark="", now=now)
    opener.run(now)
    report = Report.objects.get()
    at_once(lambda: actions.read_account(by=User.objects.get(pk=cast.sokha.pk), report=report, now=now))
    assert Exposure.objects.count() == 1


def test_what_one_chooses_is_one_row(at_once, now):
    cast = hire(now)
    done = at_once(lambda: exposure.choose(by=cast.sokha, supervisor=cast.dara, soft_limit=5, now=now))
    assert done == TABS and ExposureWatch.objects.count() == 1


def test_one_supervisor_reads_along(at_once, now):
    cast = hire(now)
    call = calls.begin(by=cast.sokha, kind="phone", now=now)
    people = iter([cast.dara, cast.vanna] * TABS)
    lock = threading.Lock()

    def join():
        with lock:
            who = next(people)
        along.join(by=who, call=call, now=now)

    assert at_once(join) == TABS // 2  # one of the two, however often they press
    assert Call.objects.get().reads_along in {cast.dara, cast.vanna}


def test_the_list_of_those_on_call_stays_whole(at_once, now):
    cast = hire(now)
    at_once(lambda: actions.set_on_call(by=cast.dara, users=[cast.vanna, cast.dara]))
    assert on_call_users() == [cast.vanna, cast.dara]
