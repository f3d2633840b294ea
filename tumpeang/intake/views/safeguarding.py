"""Reports about own staff, for the two people in the seats. For everybody else none of these pages exists."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access import queries as access
from tumpeang.access.errors import Denied, reason_against
from tumpeang.access.models import SafeguardingSeat, User
from tumpeang.access.roles import Permission
from tumpeang.directory.queries import find_place, place_path
from tumpeang.intake import account as accounts
from tumpeang.intake import safeguarding as actions
from tumpeang.intake import safeguarding_handing as handing
from tumpeang.intake import safeguarding_queries as queries
from tumpeang.intake.history import tell
from tumpeang.intake.safeguarding_forms import KeyForm, NamedForm, NoteForm
from tumpeang.intake.safeguarding_rules import SAYS
from tumpeang.intake.summary import WAYS, number_of
from tumpeang.intake.views import own_key
from tumpeang.intake.views.shell import worker
from tumpeang.letterbox.models import SealedReport
from tumpeang.letterbox.states import State
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.holders import PrivateHalf

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Reader:
    """Who has a seat, and the key that they have given."""

    user: User
    seat: SafeguardingSeat
    key: PrivateHalf | None


def reader(request: HttpRequest) -> Reader:
    """Raises Denied for everybody who has no seat."""
    user = worker(request)
    seat = access.seat_of(user) if user.can(Permission.READ_SAFEGUARDING) else None
    if seat is None:
        raise Denied(Permission.READ_SAFEGUARDING)
    return Reader(user, seat, own_key.held(request, seat))


def act(view: View) -> View:
    """An act by POST, on one report or on all. Who comes by GET does nothing and sees the page that it stands on."""

    @wraps(view)
    def guarded(request: HttpRequest, sealed_id: UUID | None = None) -> HttpResponse:
        me = reader(request)
        row = queries.sealed_for(me.user, sealed_id) if sealed_id else None
        if request.method == "POST":
            return view(request, me, row) if row else view(request, me)
        return _to(row)

    return guarded


# ---- the list, and the key -----------------------------------------------------------------------------------------


@require_safe
def safeguarding(request: HttpRequest) -> HttpResponse:
    return _list(request, reader(request))


@act
def give_key(request: HttpRequest, me: Reader) -> HttpResponse:
    """Take the line that only this person keeps; nothing of it is shown again."""
    form = KeyForm(request.POST, name=me.seat.key)
    asked_on = request.POST.get("report", "")
    row = queries.visible_to(me.user).filter(pk=asked_on).first() if _is_id(asked_on) else None
    if form.is_valid():
        own_key.give(request, form.cleaned_data["key"])
        return _to(row)
    return _page(request, me, row, {"form": form}) if row else _list(request, me, form)


@act
def put_key_away(request: HttpRequest, me: Reader) -> HttpResponse:
    own_key.put_away(request)
    messages.success(request, _("Your key is put away."))
    return redirect("intake:safeguarding")


@act
def pass_on(request: HttpRequest, me: Reader) -> HttpResponse:
    """Seal what the other cannot open yet to their newer key."""
    waiting = queries.to_pass_on(me.user)
    for row in waiting:
        actions.pass_on(by=me.user, row=row, key=me.key, now=timezone.now())
    messages.success(request, _("Passed on: %(number)d.") % {"number": len(waiting)})
    return redirect("intake:safeguarding")


def _list(request: HttpRequest, me: Reader, form: KeyForm | None = None) -> HttpResponse:
    lines = queries.lines(me.user)
    context = {
        "me": me,
        "form": form or KeyForm(),
        "seats": access.seats(),
        "lines": [(line, number_of(line.row)) for line in lines],
        "to_pass_on": len(queries.to_pass_on(me.user)),
        "minutes": own_key.IDLE.seconds // 60,
    }
    return render(request, "intake/safeguarding.html", context, status=422 if form else 200)


# ---- one report ----------------------------------------------------------------------------------------------------


@require_safe
def sealed(request: HttpRequest, sealed_id: UUID) -> HttpResponse:
    """The page opens what was told, if the key was given. Looking is logged."""
    me = reader(request)
    return _page(request, me, queries.sealed_for(me.user, sealed_id))


@act
def answer(request: HttpRequest, me: Reader, row: SealedReport) -> HttpResponse:
    return _write(request, me, row, "answer", actions.answer, _("Your answer is sent."))


@act
def note(request: HttpRequest, me: Reader, row: SealedReport) -> HttpResponse:
    return _write(request, me, row, "note", actions.note, _("Kept for whoever else reads this report."))


@act
def say(request: HttpRequest, me: Reader, row: SealedReport) -> HttpResponse:
    """One of the words that the reporter sees."""
    said = next((state for state in SAYS if state == request.POST.get("said")), State.RECEIVED)
    before = State(queries.dialogue_of(row).state)
    actions.say(by=me.user, row=row, key=me.key, said=said, now_said=before, now=timezone.now())
    messages.success(request, _("The reporter now reads: %(state)s") % {"state": said.label})
    return _to(row)


@act
def keep_out(request: HttpRequest, me: Reader, row: SealedReport) -> HttpResponse:
    """It is about a worker: they are no reader any more, whoever they are."""
    form = NamedForm(request.POST, people=_everybody(), me=me.user)
    if not form.is_valid():
        return _page(request, me, row, {"keep_out": form})
    who = form.person
    reason = reason_against(lambda: actions.keep_out(by=me.user, row=row, key=me.key, user=who, now=timezone.now()))
    if reason:
        form.add_error("who", reason)
        return _page(request, me, row, {"keep_out": form})
    messages.success(request, _("Kept. This person cannot open it, now or later."))
    return _to(row if who != me.user else None)


@act
def to_hotline(request: HttpRequest, me: Reader, row: SealedReport) -> HttpResponse:
    """It is about nobody here: the hotline has it from now on."""
    handing.hand_over(by=me.user, row=row, key=me.key, now=timezone.now())
    messages.success(request, _("The hotline has it now. It stands here no more."))
    return _to(None)


# ---- inside --------------------------------------------------------------------------------------------------------


def _write(
    request: HttpRequest, me: Reader, row: SealedReport, box: str, do: Callable[..., object], said: str
) -> HttpResponse:
    """Words for the reporter or for the other reader. What cannot be kept now is shown again as it was typed."""
    form = NoteForm(request.POST, prefix=box)
    if form.is_valid():
        text, key = form.cleaned_data["text"], form.cleaned_data["id"]
        reason = reason_against(lambda: do(by=me.user, row=row, key=me.key, text=text, id=key, now=timezone.now()))
        if not reason:
            messages.success(request, said)
            return _to(row)
        form.add_error("text", reason)
    return _page(request, me, row, {box: form})


def _page(request: HttpRequest, me: Reader, row: SealedReport, refused: dict[str, Form] | None = None) -> HttpResponse:
    """`refused`: forms that were, shown with what was typed: form (the key), answer, note, keep_out."""
    opened, broken = None, False
    try:
        opened = actions.read(by=me.user, row=row, key=me.key, now=timezone.now()) if me.key else None
    except Unreadable:
        broken = True
    state = State(queries.dialogue_of(row).state)
    context = {
        "me": me,
        "row": row,
        "number": number_of(row),
        "state": state,
        "says": [said for said in SAYS if state in SAYS[said]],
        "readers": queries.readers([row])[row.pk],
        "history": tell(queries.history(row)),
        "code_closed": queries.code_is_closed(row),
        "broken": broken,
        "form": KeyForm(),
        "minutes": own_key.IDLE.seconds // 60,
        **_opened(opened, me),
        **(refused or {}),
        **_kept(opened, refused or {}),
    }
    return render(request, "intake/safeguarding_report.html", context, status=422 if refused else 200)


def _kept(opened: actions.Opened | None, refused: dict[str, Form]) -> dict[str, Any]:
    """What was typed in a box that is no longer on the page, and a drop that was open."""
    typed = refused.get("answer") or refused.get("note")
    return {"kept": typed if opened is None else None, "keep_out_open": "keep_out" in refused}


def _opened(opened: actions.Opened | None, me: Reader) -> dict[str, Any]:
    """What was told and written, and the boxes to write in."""
    if opened is None:
        return {}
    parcel = opened.parcel
    place = find_place(parcel.answers["place"]) if isinstance(parcel.answers.get("place"), int) else None
    told = accounts.told(parcel.way, parcel.answers, place=place_path(place) if place else "")
    named = [one for one in _everybody() if one.pk in opened.named]
    return {
        "opened": {"lines": told, "gate": accounts.gate(parcel.way, parcel.answers)},
        "parcel": parcel,
        "way": WAYS.get(parcel.way, ""),
        "talk": _talk(opened),
        "notes": [turn for turn in opened.notes if not turn.names],
        "named": named,
        "answer": NoteForm(prefix="answer"),
        "note": NoteForm(prefix="note"),
        "keep_out": NamedForm(people=[one for one in _everybody() if one not in named], me=me.user),
    }


def _talk(opened: actions.Opened) -> list[dict[str, Any]]:
    """The dialogue in its order, with the addresses in it made unclickable."""
    turns: list[dict[str, Any]] = [
        {"at": one.at, "who": "us", "name": one.by, "text": one.text} for one in opened.answers
    ]
    for one in opened.words:
        text = accounts.unclickable(one.text) if one.text is not None else None
        turns.append({"at": one.at, "who": "them", "name": None, "text": text})
    return sorted(turns, key=lambda turn: turn["at"])


def _everybody() -> list[User]:
    return list(access.workers())


def _to(row: SealedReport | None) -> HttpResponse:
    return redirect("intake:sealed", sealed_id=row.pk) if row else redirect("intake:safeguarding")


def _is_id(typed: str) -> bool:
    try:
        return bool(UUID(typed))
    except ValueError:
        return False
