"""Bringing in a list of people: the file, what its columns hold, a preview, and taking it back."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can
from tumpeang.people import import_columns, import_files, import_looking, import_words, importing, queries
from tumpeang.people.forms import told_by
from tumpeang.people.models import PersonImport
from tumpeang.people.states import ImportState, Source

an_act = by_post("people:import", "import_id")
_LONGEST_NAME = 200
_PAGE = 100
_MOST_DIGITS = 9  # of the number of a line


class FileForm(forms.Form):
    """The file, and where what stands in it is known from."""

    source = forms.ChoiceField(choices=[])
    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        chosen = {"required": gettext_lazy("Please choose from the list.")}
        self.fields["source"] = forms.ChoiceField(
            label=gettext_lazy("Where do you know it from?"), choices=told_by(), error_messages=chosen
        )


def imports(request: HttpRequest) -> HttpResponse:
    """The lists of before, and a new one. A file that cannot be read says why, and nothing of it is kept."""
    user = who_can(request, Permission.IMPORT_PEOPLE)
    form = FileForm(request.POST if request.method == "POST" else None, initial={"id": uuid4()})
    refused = ""
    if request.method == "POST" and form.is_valid():
        brought, refused = _read(request, user, form)
        if brought:
            return redirect("people:import", import_id=brought.pk)
    context = {"form": form, "refused": refused, "lists": importing.visible_to(user).order_by("-at")[:_PAGE]}
    return render(request, "people/imports.html", context, status=422 if refused or form.errors else 200)


@require_safe
def one(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How far a list is, and what to decide now."""
    user = who_can(request, Permission.IMPORT_PEOPLE)
    brought = importing.import_for(user, import_id)
    importing.see(by=user, brought=brought)
    return render(request, "people/import.html", _shown(user, brought))


@require_safe
def progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The part of the page that renews itself while the worker process is busy with a list."""
    user = who_can(request, Permission.IMPORT_PEOPLE)
    brought = importing.import_for(user, import_id)
    if ImportState(brought.state) not in _BUSY:
        answer = HttpResponse(status=200)
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "people/parts/import_progress.html", {"brought": brought, "state": brought.state})


@an_act
def columns(request: HttpRequest, import_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.IMPORT_PEOPLE)
    brought = importing.import_for(user, import_id)
    said = [request.POST.get(f"column-{place}", "") for place in range(len(brought.columns))]
    now = timezone.now()
    return _done(request, brought, reason_against(
        lambda: importing.say_columns(by=user, brought=brought, columns=said, now=now)
    ))  # fmt: skip


@an_act
def decide(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Bring in the new ones and those that were chosen; or nobody."""
    user = who_can(request, Permission.IMPORT_PEOPLE)
    brought, now = importing.import_for(user, import_id), timezone.now()
    if request.POST.get("as") == "drop":
        return _done(request, brought, reason_against(lambda: importing.drop(by=user, brought=brought, now=now)))
    take = [int(line) for line in request.POST.getlist("take") if line.isdecimal() and len(line) <= _MOST_DIGITS]
    return _done(
        request, brought, reason_against(lambda: importing.decide(by=user, brought=brought, take=take, now=now))
    )


@an_act
def undo(request: HttpRequest, import_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.IMPORT_PEOPLE)
    brought, now = importing.import_for(user, import_id), timezone.now()
    return _done(request, brought, reason_against(lambda: importing.undo(by=user, brought=brought, now=now)))


# ---- inside --------------------------------------------------------------------------------------------------------

_BUSY = {ImportState.LOOKING, ImportState.WRITING, ImportState.UNDOING}


def _read(request: HttpRequest, user: User, form: FileForm) -> tuple[PersonImport | None, str]:
    """The list, or why not."""
    file = request.FILES.get("file")
    if file is None or file.size is None or file.size > import_files.MOST_BYTES:
        return None, str(import_words.FILES["none"])
    content = file.read()
    try:
        table = import_files.read(content)
    except import_files.Unreadable as unreadable:
        return None, str(import_words.FILES[unreadable.why])
    got, name = form.cleaned_data, (file.name or "")[:_LONGEST_NAME]
    made: list[PersonImport] = []
    reason = reason_against(
        lambda: made.append(
            importing.bring(
                by=user, table=table, content=content, file_name=name, source=Source(got["source"]), id=got["id"],
                now=timezone.now(),
            )
        )
    )  # fmt: skip
    return (made[0], "") if made else (None, reason)


def _done(request: HttpRequest, brought: PersonImport, reason: str) -> HttpResponse:
    messages.warning(request, reason) if reason else messages.success(request, _("Kept."))
    return redirect("people:import", import_id=brought.pk)


def _shown(user: User, brought: PersonImport) -> dict[str, Any]:
    state = ImportState(brought.state)
    own = brought.by_id == user.pk  # which lines were left out says who is known to them: it is for nobody else
    context: dict[str, Any] = {"brought": brought, "state": state.value, "busy": state in _BUSY, "own": own}
    if state == ImportState.READ:
        offered = list(import_columns.COLUMNS.items())
        return context | {"columns": import_words.columns_of(brought), "offered": offered}
    if state == ImportState.READY:
        parts = import_words.parts(brought, import_looking.found_for(user, brought))
        names = _names(user, import_words.known_in(parts))
        return context | {"parts": [(part, _with_names(part, names)) for part in parts]}
    if state in {ImportState.WRITTEN, ImportState.UNDONE}:
        rows = importing.people_of(user, brought)[:_PAGE]
        found = queries.portraits(user, [row.person for row in rows])
        people = [{"line": row.line, "person": row.person, "name": found[row.person_id].name} for row in rows]
        return context | {"counts": importing.counts(brought), "people": people}
    return context


def _with_names(part: import_words.Part, names: dict[str, str]) -> list[dict[str, Any]]:
    """Its lines; beside who is known, if the reader still sees them, their name."""
    return [{"line": line, "known": line.person in names, "name": names.get(line.person, "")} for line in part.lines]


def _names(user: User, ids: set[str]) -> dict[str, str]:
    """Names of who is known already, as the reader sees them."""
    people = queries.visible_to(user).filter(pk__in=ids)
    return {str(pk): portrait.name for pk, portrait in queries.portraits(user, people).items()}
