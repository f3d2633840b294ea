"""When a process that serves looks for garbage.

Nearly all that a request makes goes when it ends. What is looked for now and then is the rest, objects that hold each
other: a form with what was typed is one. As Python does it by itself, every tenth search waits ten milliseconds for a
walk through all that caches hold. Here that walk comes each minute, between whatever goes on: what was typed does not
stay in memory, and hardly anybody waits.
"""

import gc
import os
import threading
import time

EACH = 60.0  # seconds
# objects made; then how often the young are walked before the middle ones are, and these before all: hardly ever
_SELDOM = (5000, 50, 1000)


def collect_between() -> None:
    """For a process that serves, and for those that it makes of itself. What is loaded by now is not looked at again,
    and stays shared with them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    os.register_at_fork(after_in_child=_begin)


def _begin() -> None:
    threading.Thread(target=_walk, name="garbage", daemon=True).start()


def _walk() -> None:
    while True:
        time.sleep(EACH)
        gc.collect()
