from django.urls import path

from tumpeang.access.views import entry

app_name = "access"

urlpatterns = [
    path("language/", entry.language, name="language"),
    path("demo/<str:token>/", entry.demo_sign_in, name="demo_sign_in"),
]
