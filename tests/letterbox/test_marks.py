"""Marks: the same for one sender in all processes, new each day, and nobody's end keeps others from making theirs."""

import subprocess
import sys

import pytest
from django.test import RequestFactory

from tumpeang.letterbox import marks

# children that do nothing but ask for the key, killed wherever they are
KILLED_AND_ASKED = """
import os, signal, time
from tumpeang.letterbox import marks
before = marks._key()
for _ in range(20):
    child = os.fork()
    while not child:
        marks._key()
    time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
assert marks._key() == before
"""


@pytest.fixture
def mark():
    return lambda address: marks.mark_of(RequestFactory().post("/", REMOTE_ADDR=address))


def test_one_sender_has_one_mark_and_another_has_another(mark):
    assert mark("192.0.2.1") == mark("192.0.2.1") != mark("192.0.2.2")
    assert "192" not in mark("192.0.2.1") and len(mark("192.0.2.1")) == 16


def test_it_is_another_after_a_day(mark, monkeypatch):
    before, clock = mark("192.0.2.1"), marks.time.monotonic
    monkeypatch.setattr(marks.time, "monotonic", lambda: clock() + 24 * 3600 + 1)
    after = mark("192.0.2.1")
    assert after != before and after == mark("192.0.2.1")
    monkeypatch.setattr(marks.time, "monotonic", clock)


def test_a_process_that_is_killed_keeps_nobody_waiting():
    subprocess.run([sys.executable, "-c", KILLED_AND_ASKED], check=True, timeout=20)
