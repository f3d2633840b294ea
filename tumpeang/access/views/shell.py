"""What the views of this room share: who works here, and acts by POST."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tumpeang.access.errors import Denied
from tumpeang.access.models import User
from tumpeang.access.roles import Permission

View = Callable[..., HttpResponse]


def worker(request: HttpRequest) -> User:
    return cast(User, request.user)  # the middleware lets nobody else in


def who_can(request: HttpRequest, *permissions: Permission) -> User:
    """The worker, if they hold one of these; else there is no such page."""
    user = worker(request)
    if not any(user.can(permission) for permission in permissions):
        raise Denied(*permissions)
    return user


def by_post(stands_on: str, *names: str) -> Callable[[View], View]:
    """An act. Whoever comes by GET (a reload, the language switch) does nothing and sees the page that it stands on.

    `names`: those of the act's arguments that the page's own address takes.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            return redirect(stands_on, **{name: kwargs[name] for name in names})

        return guarded

    return decorate
