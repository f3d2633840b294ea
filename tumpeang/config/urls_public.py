"""The public face: neutral addresses, for phones that others look through."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from tumpeang.config import views

urlpatterns = [
    path("healthz", views.alive),
    *i18n_patterns(
        path("", include("tumpeang.letterbox.urls")),
        path("", include("tumpeang.directory.urls")),
        prefix_default_language=True,
    ),
    path("", views.to_language),
]

handler404 = "tumpeang.config.views.not_found"
handler500 = "tumpeang.config.views.went_wrong"
