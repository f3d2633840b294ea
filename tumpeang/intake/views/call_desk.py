"""The screen of a call, one form with parts: keeps what was typed, does what was pressed, shows what is left over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.intake import call_acts, call_forms, call_rules, callers, calls, feedback, scripts
from tumpeang.intake.channels.phone import WAY, has_words
from tumpeang.intake.models import Call
from tumpeang.intake.views import call_page
from tumpeang.letterbox import forms as web
from tumpeang.vault.receipt import in_groups

PROMISED_IN = timedelta(days=1)
_PARTS = (
    call_forms.PromiseForm, call_forms.InterpreterForm, call_forms.WordForm, call_forms.KnownForm,
    call_forms.AgreeForm, call_forms.EndForm,
)  # fmt: skip


class Desk:
    """One press at the screen, or the first look (without `post`)."""

    def __init__(self, user: User, call: Call, now: datetime, post: QueryDict | None = None) -> None:
        self.user, self.call, self.now = user, call, now
        self.post = QueryDict() if post is None else post
        self.pressed, _sign, self.value = self.post.get("do", "").partition(":")
        self.problems: list[tuple[str, str]] = []  # id of the field, words
        self.said: dict[str, Any] = {}  # shown once: a code, a number that exists, who was rung
        self.note = ""
        self.goes_to: HttpResponse | None = None
        self.place: Any = None  # still to be chosen among several
        self.forms: dict[str, Any] = {kind.part: self._form(kind) for kind in _PARTS}
        people = call_acts.can_have_call(user, call)
        self.forms["pass"] = call_forms.PassForm(self.post, pressed=self.pressed == "pass", people=people)

    def _form(self, kind: Any, *, empty: bool = False) -> Any:
        first: dict[str, Any] = {}
        if kind is call_forms.PromiseForm:
            first = {"due_at": self.now + PROMISED_IN}
        elif kind is call_forms.InterpreterForm:
            first = {"language": self.call.interpreter, "who": self.call.interpreter_is}
        elif kind is call_forms.AgreeForm:
            first = {"how": "phone", "number": (self.call.answers or {}).get("contact_phone", "")}
        return kind(None if empty else self.post, pressed=not empty and self.pressed == kind.part, initial=first)

    @property
    def left(self) -> bool:
        """Something stands in a part that was not pressed: the page is shown with it, instead of anew."""
        fresh = {
            "promise-to_whom": next(iter(feedback.TO_WHOM)),
            "agree-how": "phone",
            "agree-number": (self.call.answers or {}).get("contact_phone", ""),
            "interpret-language": self.call.interpreter,
            "interpret-who": self.call.interpreter_is,
        }
        parts = [name for name in self.post if "-" in name and name != "promise-due_at"]
        return any(
            value.strip() and value != fresh.get(name) for name in parts for value in self.post.getlist(name)
        )  # fmt: skip

    # ---- keeping

    def keep(self) -> None:
        """What was typed and chosen, whatever was pressed."""
        user, call, now = self.user, self.call, self.now
        story, advised = story_of(self.post), web.lines(self.post.get("advised", ""))
        if has_words(story) and story != call.story:
            self.attempt("id_story", lambda: calls.keep_story(by=user, call=call, story=story, now=now))
        if "advised" in self.post and advised != (call.advised or ""):
            self.attempt("id_advised", lambda: call_acts.advise(by=user, call=call, text=advised, now=now))
        before = dict(call.answers or {})
        told: dict[str, Any] = {}
        if WAY in self.post:
            told, self.place = call_forms.facts(str(self.post[WAY]), self.post)
        told |= call_forms.tapped(self.post, before)
        changed = {key: value for key, value in told.items() if value != before.get(key)}
        if changed:
            self.attempt("id_way", lambda: calls.say(by=user, call=call, answers=changed, now=now))

    def attempt(self, where: str, act: Callable[[], Any]) -> bool:
        reason = reason_against(act)
        self.call.refresh_from_db()
        if reason:
            self.problems.append((where, reason))
        return not reason

    # ---- acting

    def press(self) -> None:
        """Keep, then act; what cannot be kept is not acted on."""
        self.keep()
        act = _ACTS.get(self.pressed)
        if act and not self.problems:
            act(self)

    def cleaned(self, part: str) -> dict[str, Any] | None:
        """What a part holds, or its faults as problems."""
        form = self.forms[part]
        if form.is_valid():
            return dict(form.cleaned_data)
        self.problems += [(form[name].auto_id, words) for name, faults in form.errors.items() for words in faults]
        return None

    def done(self, part: str, note: str) -> None:
        """A part that was kept is empty again."""
        kind = type(self.forms[part])
        self.forms[part] = self._form(kind, empty=True)
        self.post = self.post.copy()
        for name in kind.base_fields:
            self.post.pop(f"{part}-{name}", None)
        self.note = note


def story_of(post: QueryDict) -> str:
    return web.lines(post.get("story", ""))


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    context = call_page.of(desk) | {"problems": desk.problems}
    return render(request, "intake/call.html", context, status=422 if desk.problems else 200)


# ---- what is pressed -----------------------------------------------------------------------------------------------


def _promise(desk: Desk) -> None:
    told = desk.cleaned("promise")
    if told and desk.attempt(
        "promise-what", lambda: call_acts.promise(by=desk.user, call=desk.call, now=desk.now, **told)
    ):
        desk.done("promise", _("Written down. You are reminded when it is due."))


def _advise(desk: Desk) -> None:
    """A sentence that is often advised, added with one press."""
    phrases = dict(enumerate(scripts.book().phrases))
    phrase = phrases.get(int(desk.value)) if desk.value.isdecimal() else None
    if phrase:
        text = "\n".join(filter(None, [(desk.call.advised or "").rstrip(), phrase]))
        if desk.attempt("id_advised", lambda: call_acts.advise(by=desk.user, call=desk.call, text=text, now=desk.now)):
            desk.post = desk.post.copy()
            desk.post["advised"] = text


def _interpret(desk: Desk) -> None:
    told = desk.cleaned("interpret")
    if told is not None:
        desk.attempt("interpret-who", lambda: call_acts.interpret(by=desk.user, call=desk.call, now=desk.now, **told))


def _number(desk: Desk) -> None:
    told = desk.cleaned("number")
    if told and desk.attempt(
        "number-code_word", lambda: callers.give_number(by=desk.user, call=desk.call, now=desk.now, **told)
    ):
        desk.done("number", _("Say the contact number aloud, twice."))


def _known(desk: Desk) -> None:
    """The number first; then the word. Nothing of it turns anybody away."""
    told = desk.cleaned("known")
    if not told:
        return
    if not callers.exists(told["number"]):
        desk.problems.append(("known-number", _("Nobody has this number. Go on with this call as it is.")))
        return
    desk.said["known"] = True
    if not told["word"]:
        return
    right: list[bool] = []
    tried = {"number": told["number"], "word": told["word"]}
    if not desk.attempt(
        "known-word", lambda: right.append(callers.try_word(by=desk.user, call=desk.call, now=desk.now, **tried))
    ):
        return
    if right == [True]:
        desk.done("known", _("The word is right. What was told before stands below."))
    elif callers.is_closed(told["number"], desk.now):
        words = _("Too many wrong words were tried: it stays closed for an hour. Go on with this call as it is.")
        desk.problems.append(("known-word", words))
    else:
        desk.problems.append(("known-word", _("This is not the word. Say nothing of an earlier call, and go on.")))


def _go_on(desk: Desk) -> None:
    chosen = [one.report for one in callers.earlier(desk.user, desk.call) if one.report]
    report = next((one for one in chosen if str(one.pk) == desk.value), None)
    if report and desk.attempt(
        "earlier", lambda: callers.go_on(by=desk.user, call=desk.call, report=report, now=desk.now)
    ):
        desk.note = _("This call goes on with what was told before.")


def _agree(desk: Desk) -> None:
    form = desk.forms["agree"]
    if desk.cleaned("agree") and desk.attempt(
        "agree-number",
        lambda: callers.agree_call_back(by=desk.user, call=desk.call, now=desk.now, **form.agreed),
    ):
        desk.done("agree", _("Kept. Calling back shows these terms before the number."))


def _no_call_back(desk: Desk) -> None:
    if desk.attempt("agree-number", lambda: callers.no_call_back(by=desk.user, call=desk.call, now=desk.now)):
        desk.done("agree", _("Kept: do not call."))


def _receipt(desk: Desk) -> None:
    codes: list[str] = []
    if desk.attempt(
        "receipt", lambda: codes.append(call_acts.make_receipt(by=desk.user, call=desk.call, now=desk.now))
    ):
        desk.said["receipt"] = in_groups(codes[0])


def _step(desk: Desk) -> None:
    if desk.value == scripts.SECOND_WORKER:
        _second(desk)
        return
    desk.attempt(
        "steps", lambda: call_acts.do_step(by=desk.user, call=desk.call, step=desk.value, now=desk.now)
    )  # fmt: skip


def _second(desk: Desk) -> None:
    rung: list[User] = []
    if desk.attempt("steps", lambda: rung.extend(call_acts.call_second(by=desk.user, call=desk.call, now=desk.now))):
        names = ", ".join(one.display_name for one in rung)
        desk.note = _("Rung: %(names)s. Stay on the line.") % {"names": names} if rung else ""
        desk.said["nobody_came"] = not rung


def _pass(desk: Desk) -> None:
    form = desk.forms["pass"]
    if desk.cleaned("pass") is None or form.chosen is None:
        desk.problems = desk.problems or [("pass-to", _("Choose a colleague."))]
        return
    if desk.attempt("pass-to", lambda: call_acts.pass_to(by=desk.user, call=desk.call, to=form.chosen, now=desk.now)):
        desk.note = _("Handed over. %(name)s is in the call now.") % {"name": form.chosen.display_name}
        desk.goes_to = redirect("intake:calls")


def _end(desk: Desk) -> None:
    """With what it was: chosen, or one of the quick ends as the button's own value."""
    kind = desk.value if desk.value in call_rules.QUICK else (desk.cleaned("end") or {}).get("contact_type")
    if kind and desk.attempt(
        "end-contact_type",
        lambda: calls.end(by=desk.user, call=desk.call, contact_type=str(kind), now=desk.now),
    ):
        report: UUID | None = desk.call.report_id
        desk.note = _("The call has ended, and is kept.")
        desk.goes_to = redirect("intake:report", report_id=report) if report else redirect("intake:calls")


_ACTS: dict[str, Callable[[Desk], None]] = {
    "promise": _promise,
    "advise": _advise,
    "interpret": _interpret,
    "number": _number,
    "known": _known,
    "go_on": _go_on,
    "agree": _agree,
    "no_call_back": _no_call_back,
    "receipt": _receipt,
    "step": _step,
    "second": _second,
    "pass": _pass,
    "end": _end,
}
