from django.urls import path

from tumpeang.people.views import person, search

app_name = "people"

urlpatterns = [
    path("people/", search.find, name="find"),
    path("people/new/", person.add, name="add"),
    # one person
    path("people/<uuid:person_id>/", person.person, name="person"),
    path("people/<uuid:person_id>/add/<slug:kind>/", person.add_value, name="add_value"),
    path("people/value/<slug:kind>/<uuid:value_id>/end/", person.end_value, name="end_value"),
]
