"""The public page of help nearby. It stores nothing, and asks no device where it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tumpeang.directory.forms import NearForm, choose_place
from tumpeang.directory.queries import emergency_numbers, services_near


@require_safe
def near(request: HttpRequest) -> HttpResponse:
    form = NearForm(request.GET)
    choice = choose_place(request.GET)
    asked = "need" in request.GET and form.is_valid() and choice.settled
    return render(
        request,
        "directory/near.html",
        {
            "numbers": emergency_numbers(),
            "need": form["need"],
            "choice": choice,
            "asked": asked,
            "services": services_near(form.cleaned_data["need"], choice.place) if asked else [],
        },
    )
