from django.urls import path

from tumpeang.directory import views

app_name = "directory"

urlpatterns = [
    path("near/", views.near, name="near"),
]
