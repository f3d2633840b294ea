from django.urls import path

from tumpeang.intake import views

app_name = "intake"

urlpatterns = [
    path("", views.inbox, name="inbox"),
]
