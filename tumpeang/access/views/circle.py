"""Who may open a record: the acts of the page that says so, for every room whose records stand within a circle."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tumpeang.access import circle as acts
from tumpeang.access import queries, visibility
from tumpeang.access.circle_forms import ListForm, PersonForm
from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.views.shell import View, by_post, worker
from tumpeang.access.visibility import Reach


class Page(Protocol):
    """Shows the page, with a form as it was filled in."""

    def __call__(
        self, request: HttpRequest, found: Any, more: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse: ...


@dataclass(frozen=True)
class Circle:
    """What a room tells of its records, so that their circle can be changed."""

    reach: Reach
    find: Callable[[User, UUID], Any]  # the record, or 404
    visible_to: Callable[[User], QuerySet[Any]]
    restrict: Callable[..., object]  # an action: by, the record by its noun, people, about_staff, now
    show: Page
    noun: str  # "report"; addresses call it report_id
    stands_on: str  # "intake:circle"
    list_of_all: str  # where somebody goes who sees it no more
    lifted: str | Promise  # what is said then

    @property
    def views(self) -> tuple[View, View, View, View]:
        """Opening to one colleague, ending that, restricting to a list, lifting."""
        guard = by_post(self.stands_on, f"{self.noun}_id")
        open_to, close_to, restrict, lift = map(guard, (self._open_to, self._close_to, self._restrict, self._lift))
        return open_to, close_to, restrict, lift

    def _open_to(self, request: HttpRequest, **address: Any) -> HttpResponse:
        user, found = self._of(request, address)
        form = PersonForm(request.POST, people=readers(user, self.reach))
        if not form.is_valid():
            return self.show(request, found, {"grant": form}, status=422)
        acts.open_to(by=user, record=found, reach=self.reach, to=form.person, now=timezone.now())
        messages.success(request, _("Opened, and told to them."))
        return redirect(self.stands_on, **address)

    def _close_to(self, request: HttpRequest, **address: Any) -> HttpResponse:
        user, found = self._of(request, address)
        grants = visibility.grants_of(self.reach.label, found.pk)
        form = PersonForm(request.POST, people=[grant.user for grant in grants])
        if form.is_valid():
            acts.close_to(by=user, record=found, reach=self.reach, user=form.person, now=timezone.now())
            messages.success(request, _("Ended."))
        return redirect(self.stands_on, **address)

    def _restrict(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """To a list, or to a changed list. What cannot be kept is shown again as it was chosen."""
        user, found = self._of(request, address)
        form = ListForm(request.POST, people=queries.workers_who_can(self.reach.permission), listed=[])
        if form.is_valid():
            chosen = {"people": form.chosen, "about_staff": form.cleaned_data["about_staff"], self.noun: found}
            reason = reason_against(lambda: self.restrict(by=user, now=timezone.now(), **chosen))
            if not reason:
                return self._restricted(request, found, address)
            form.add_error("people", reason)
        return self.show(request, found, {"list": form}, status=422)

    def _restricted(self, request: HttpRequest, found: Model, address: dict[str, Any]) -> HttpResponse:
        if self.visible_to(worker(request)).filter(pk=found.pk).exists():
            messages.success(request, _("Kept. Only who stands on the list finds it now."))
            return redirect(self.stands_on, **address)
        messages.success(request, _("Kept. You do not stand on the list, and find it no more."))
        return redirect(self.list_of_all)

    def _lift(self, request: HttpRequest, **address: Any) -> HttpResponse:
        user, found = self._of(request, address)
        acts.lift(by=user, record=found, reach=self.reach, now=timezone.now())
        messages.success(request, str(self.lifted))
        return redirect(self.stands_on, **address)

    def _of(self, request: HttpRequest, address: dict[str, Any]) -> tuple[User, Any]:
        user = worker(request)
        return user, self.find(user, address[f"{self.noun}_id"])


def shown(user: User, record: Model, reach: Reach, listed: list[User]) -> dict[str, Any]:
    """What every such page shows: who sees the record and why, to whom it is opened, and the forms."""
    seers = visibility.seers(record, reach)
    seeing = {one.user.pk for one in seers}
    return {
        "seers": [{"name": one.user.display_name, "why": [why.label for why in one.why]} for one in seers],
        "grants": visibility.grants_of(reach.label, record.pk),
        "grant": PersonForm(None, people=[one for one in readers(user, reach) if one.pk not in seeing]),
        "list": ListForm(None, people=queries.workers_who_can(reach.permission), listed=listed),
    }


def readers(user: User, reach: Reach) -> list[User]:
    """All others who read records of this kind."""
    return [one for one in queries.workers_who_can(reach.permission) if one.pk != user.pk]
