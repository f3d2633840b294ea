"""The staff face: signed in, everything else closed (access/middleware.py)."""

from django.conf import settings
from django.urls import include, path

from tumpeang.config import look, views

urlpatterns = [
    path("healthz", views.health, name="healthz"),
    path("", views.home, name="home"),  # the inbox's own address too, for who has one
    path("", include("tumpeang.access.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("", include("tumpeang.intake.urls")),
    path("", include("tumpeang.people.urls")),
    path("", include("tumpeang.cases.urls")),
]
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("look/", look.look, name="look"))

handler404 = "tumpeang.config.views.not_found"
handler500 = "tumpeang.config.views.went_wrong"
