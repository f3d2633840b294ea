"""Logs without content."""

import logging

from tumpeang.config.logs import NoContent

MARK = "kanari-value"


def said(logger, message, *args, error=None):
    record = logging.LogRecord(logger, logging.ERROR, __file__, 1, message, args, None)
    if error:
        try:
            raise error
        except type(error) as caught:
            record.exc_info = (type(caught), caught, caught.__traceback__)
    NoContent().filter(record)
    return logging.Formatter("%(name)s %(message)s").format(record)


def test_an_exception_is_its_class_and_its_place():
    line = said("django.request", "Internal Server Error: %s", f"/r/{MARK}/", error=ValueError(MARK))
    assert MARK not in line and "ValueError at " in line and "\n" not in line


def test_messages_of_others_lose_their_values():
    assert MARK not in said("some.library", f"it failed with {MARK}")
    assert MARK not in said("some.library", "it failed with %s", MARK)
    assert MARK not in said("some.library", "%s", MARK)


def test_our_own_messages_keep_their_ids():
    assert said("tumpeang.worker", "could not %s", "sweep") == "tumpeang.worker could not sweep"
