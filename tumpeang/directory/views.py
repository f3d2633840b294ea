"""The public page of help nearby. It stores nothing, and asks no device where it is.

The question is posted: a kind of help and a place in an address would stay in the phone's history.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tumpeang.directory.forms import NearForm, choose_place
from tumpeang.directory.queries import emergency_numbers, services_near


@require_http_methods(["GET", "HEAD", "POST"])
def near(request: HttpRequest) -> HttpResponse:
    form = NearForm(request.POST)
    choice = choose_place(request.POST)
    asked = "need" in request.POST and form.is_valid() and choice.settled
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
