from django.urls import path

from tumpeang.access import views

app_name = "access"

urlpatterns = [
    path("language/", views.language, name="language"),
    path("demo/<str:token>/", views.demo_sign_in, name="demo_sign_in"),
]
