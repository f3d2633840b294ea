"""Finding somebody: the one box, and what is known already before somebody is written down."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate

from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import who_can
from tumpeang.people import asking, forms, searching


def find(request: HttpRequest) -> HttpResponse:
    """By name, age, phone or number, in one box. By POST: what is looked for stands in no address."""
    user = who_can(request, Permission.READ_CASES)
    asks = request.method == "POST"
    form = forms.SearchForm(request.POST if asks else None)
    context = {"form": form, "asked": False, "adds": user.can(Permission.WORK_ON_CASES)}
    if asks and form.is_valid():
        now, typed = timezone.now(), form.cleaned_data["q"]
        asked = asking.of_text(typed, today=localdate(), filters=form.filters())
        context |= {
            "asked": not asked.is_empty,
            "typed": typed,
            "alone": asked.one_part,
            "rows": searching.find(by=user, asked=asked, now=now),
            "numbered": registry.numbered(user, typed),
        }
    return render(request, "people/find.html", context)
