"""Who may do what in a call, and in which state of it: pure functions."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.intake.feedback import TO_WHOM
from tumpeang.intake.states import CallKind, ContactType
from tumpeang.letterbox.questions import LONG

# said in two clicks, and no report is made of the last three unless something was typed
QUICK = (ContactType.CUT_OFF, ContactType.SILENT, ContactType.WRONG_NUMBER, ContactType.TEST_OR_ABUSIVE)
NOTHING_TOLD = frozenset({ContactType.SILENT, ContactType.WRONG_NUMBER, ContactType.TEST_OR_ABUSIVE})
BEGUN = (CallKind.PHONE, CallKind.WALK_IN)

INTERPRETERS = {
    "professional": _("A professional interpreter"),
    "colleague": _("A colleague"),
    "by_phone": _("An interpreter by phone"),
}
NO_INTERPRETERS = {"relative": _("A relative"), "neighbour": _("A neighbour")}
LANGUAGES = {
    "en": _("English"),
    "vi": _("Vietnamese"),
    "cham": _("Cham"),
    "th": _("Thai"),
    "lo": _("Lao"),
    "zh": _("Chinese"),
    "fr": _("French"),
    "sign": _("Sign language"),
    "other": _("Another language"),
}


def may_begin(*, by: Any, kind: str, **_kwargs: Any) -> None:
    check(by, Permission.ANSWER_REPORTS)
    if kind not in BEGUN:
        raise NotNow(_("Choose from the list."))


def may_work(*, by: Any, call: Any, **_kwargs: Any) -> None:
    """Only who is in the call, while it lasts."""
    check(by, Permission.ANSWER_REPORTS)
    if call.worker_id != by.id:
        raise Denied
    if call.ended_at:
        raise NotNow(_("This call has ended."))


def may_keep(*, by: Any, call: Any, story: str, **_kwargs: Any) -> None:
    may_work(by=by, call=call)
    _not_too_long(story)


def may_advise(*, by: Any, call: Any, text: str, **_kwargs: Any) -> None:
    may_work(by=by, call=call)
    _not_too_long(text)


def may_end(*, by: Any, call: Any, contact_type: str, story: str | None = None, **_kwargs: Any) -> None:
    may_keep(by=by, call=call, story=story or "")
    if contact_type not in ContactType.values:
        raise NotNow(_("Say what the call was."))


def may_take_quick(*, by: Any, kind: str, contact_type: str, **_kwargs: Any) -> None:
    """A call that was over before anything was said."""
    may_begin(by=by, kind=kind)
    if contact_type not in QUICK:
        raise NotNow(_("Choose from the list."))


def may_promise(
    *, by: Any, call: Any, what: str, to_whom: str, due_at: datetime, now: datetime, **_kwargs: Any
) -> None:
    may_work(by=by, call=call)
    if not what.strip():
        raise NotNow(_("Write what was promised."))
    _not_too_long(what)
    if to_whom not in TO_WHOM:
        raise NotNow(_("Choose to whom it was promised."))
    if due_at <= now:
        raise NotNow(_("Say a time that is still to come."))


def may_interpret(*, by: Any, call: Any, language: str, who: str, **_kwargs: Any) -> None:
    """Somebody near may be part of it, and a child does not speak before them."""
    may_work(by=by, call=call)
    if who in NO_INTERPRETERS:
        raise NotNow(
            _("Not a relative or a neighbour: they may be part of it, or the caller may not dare to speak. Ask for an "
              "interpreter by phone, or for a colleague.")
        )  # fmt: skip
    if (language, who) != ("", "") and not (language in LANGUAGES and who in INTERPRETERS):
        raise NotNow(_("Say both: which language, and who interprets."))


def may_pass(*, by: Any, call: Any, to: Any, **_kwargs: Any) -> None:
    may_work(by=by, call=call)
    if to == by or not to.can(Permission.ANSWER_REPORTS):
        raise NotNow(_("This person does not answer reports."))


def _not_too_long(text: str) -> None:
    if len(text) > LONG:
        raise NotNow(_("This is %(over)d signs too long.") % {"over": len(text) - LONG})
