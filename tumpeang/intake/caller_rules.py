"""Who may be known again, and called back: pure functions."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import Denied, NotNow
from tumpeang.intake.call_rules import may_work
from tumpeang.intake.rules import may_hold
from tumpeang.intake.states import CallKind, Reached
from tumpeang.letterbox.choices import CONTACT_HOW

LONGEST_WORD = 100
MOST_TRIES = 5  # wrong code words in a row; then the earlier call stays closed for a while, and the new one goes on
CLOSED_FOR = timedelta(hours=1)
# what must be seen before a number is, one after the other
TERMS = ("time", "way", "else", "word")
SHOWN = "number_shown"


def may_give_number(*, by: Any, call: Any, code_word: str, **_kwargs: Any) -> None:
    may_work(by=by, call=call)
    if not code_word.strip():
        raise NotNow(_("Write the word that the caller chose."))
    if len(code_word) > LONGEST_WORD:
        raise NotNow(_("This word is too long."))


def is_closed(caller: Any, now: datetime) -> bool:
    """Too many wrong words: nobody guesses on."""
    return caller.tries >= MOST_TRIES and caller.tried_at is not None and now < caller.tried_at + CLOSED_FOR


def may_agree(
    *, by: Any, call: Any, how: str, number: str, safe: Any, if_someone_else: str, code_word: str, **_kwargs: Any
) -> None:
    """Everything is said, or nothing is agreed."""
    may_work(by=by, call=call)
    if how not in dict(CONTACT_HOW):
        raise NotNow(_("Choose how we may contact them."))
    if not all(text.strip() for text in (number, if_someone_else, code_word)) or not safe.said:
        raise NotNow(
            _("Write all of it: the number, the safe time, what to say if someone else answers, and the word.")
        )
    if (safe.start is None) != (safe.end is None):
        raise NotNow(_("Write both hours: from when, and until when."))


def may_call_back(*, by: Any, report: Any, **_kwargs: Any) -> None:
    may_hold(by=by, report=report)


def may_go_back(*, by: Any, call: Any, **_kwargs: Any) -> None:
    """Only in one's own call back, while one holds the report."""
    may_work(by=by, call=call)
    if call.kind != CallKind.BACK or call.report is None:
        raise Denied
    may_hold(by=by, report=call.report)


def may_see_next(term: str, seen: Any) -> None:
    """In their order: none is passed over."""
    if term not in TERMS or any(before not in seen for before in TERMS[: TERMS.index(term)]):
        raise NotNow(_("One after the other: read what is above first."))


def may_show(seen: Any) -> None:
    if not all(term in seen for term in TERMS):
        raise NotNow(_("Read and tick everything above first."))


def may_reach(*, by: Any, call: Any, reached: str, **_kwargs: Any) -> None:
    may_go_back(by=by, call=call)
    if reached not in Reached.values:
        raise NotNow(_("Say whom you reached."))
    if call.reached:
        raise NotNow(_("This was said already."))
