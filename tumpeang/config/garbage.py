"""How often a server's process looks for garbage.

Nearly everything a request makes goes when it ends. What is looked for now and then is the rest, objects that hold each
other: as Python does it by itself, every tenth search waits ten milliseconds for a walk through all that caches hold.
"""

import gc

# objects made; then how often the young were walked before the middle ones are, and these before all
_SELDOM = (5000, 50, 100)


def collect_seldom() -> None:
    """For a process that serves. What is loaded by now is never looked at again, and stays shared with its children."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
