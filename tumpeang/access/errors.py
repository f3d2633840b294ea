"""The two refusals. One middleware translates both; views have no try/except."""

from collections.abc import Callable

from django.utils.functional import Promise


class Denied(Exception):
    """Not for you: answered as if the thing did not exist."""


class NotNow(Exception):
    """Not in this state. The reason is shown to the person and holds no value of the record."""

    def __init__(self, reason: "str | Promise") -> None:
        super().__init__(reason)
        self.reason = reason


def reason_against(act: Callable[[], object]) -> str:
    """Do it; if it is not possible now, the reason in words, for a form that must keep what was typed."""
    try:
        act()
    except NotNow as refusal:
        return str(refusal.reason)
    return ""
