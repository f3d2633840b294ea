"""Finding somebody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import who_can
from tumpeang.people import actions, words

_LONGEST = 200


def find(request: HttpRequest) -> HttpResponse:
    """By a phone, number, user name or address. By POST: what is looked for stands in no address."""
    user = who_can(request, Permission.READ_CASES)
    typed = request.POST.get("q", "")[:_LONGEST]
    found = actions.find(by=user, typed=typed) if request.method == "POST" else []
    today = localdate()
    rows = [{"portrait": one, "line": words.line_of(one, today)} for one in found]
    context = {
        "rows": rows,
        "typed": typed,
        "asked": request.method == "POST",
        "adds": user.can(Permission.WORK_ON_CASES),
    }
    return render(request, "people/find.html", context)
