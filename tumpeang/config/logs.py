"""Logs without content: an error is its class and the place in our code where it rose, never a value.

Messages of exceptions, local variables, addresses and request bodies are left out by construction.
"""

import logging
import traceback
from types import TracebackType


class NoContent(logging.Filter):
    """Replaces what a record says by what may be said of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("tumpeang."):
            # our own messages are constant texts with ids and counts; those of others may hold a path or a value
            record.msg, record.args = _constant_part(record), ()
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            record.msg, record.args = f"{record.getMessage()} [{kind.__name__} at {_place(trace)}]", ()
            record.exc_info = record.exc_text = None
        record.stack_info = None
        return True


class Console(logging.StreamHandler):
    """Standard error, as gunicorn and systemd expect it."""


def _constant_part(record: logging.LogRecord) -> str:
    """The message before its values are filled in, where it says anything without them; of a request, its status."""
    status = getattr(record, "status_code", None)
    if status:
        return f"answered {status}"
    said = isinstance(record.msg, str) and record.args and record.msg.replace("%s", "").strip(" :()")
    return str(record.msg) if said else "(no more is said, lest it hold a value)"


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if "tumpeang" in frame.filename] or frames
    if not ours:
        return "?"
    return f"{ours[-1].filename.rsplit('tumpeang/', 1)[-1]}:{ours[-1].lineno}"
