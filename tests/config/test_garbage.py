"""What was typed does not stay in the memory of a process that serves, though it seldom looks for garbage."""

import subprocess
import sys

SERVES = """
import gc, os, sys, time, weakref
from tumpeang.config import garbage

class Form:
    def __init__(self):
        self.fields = [self]  # they hold each other

garbage.EACH = 0.05
garbage.collect_between()
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
gone = weakref.ref(Form())
until = time.monotonic() + 20
while gone() is not None and time.monotonic() < until:
    time.sleep(0.01)
os._exit(gone() is not None or gc.get_freeze_count() == 0)
"""


def test_what_holds_itself_goes_between_requests_in_each_process_of_the_server():
    assert subprocess.run([sys.executable, "-c", SERVES], check=False).returncode == 0
