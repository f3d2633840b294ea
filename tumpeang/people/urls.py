from django.urls import path

from tumpeang.people import views

app_name = "people"

urlpatterns = [
    path("people/", views.find, name="find"),
    path("people/new/", views.add, name="add"),
    # one person
    path("people/<uuid:person_id>/", views.person, name="person"),
    path("people/<uuid:person_id>/add/<slug:kind>/", views.add_value, name="add_value"),
    path("people/value/<slug:kind>/<uuid:value_id>/end/", views.end_value, name="end_value"),
]
