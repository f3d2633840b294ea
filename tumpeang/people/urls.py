from django.urls import path

from tumpeang.people.views import duplicates, person, search

app_name = "people"

urlpatterns = [
    path("people/", search.find, name="find"),
    path("people/known/", search.known, name="known"),
    path("people/ask/", search.ask_owner, name="ask_owner"),
    path("people/new/", person.add, name="add"),
    # one person
    path("people/<uuid:person_id>/", person.person, name="person"),
    path("people/<uuid:person_id>/add/<slug:kind>/", person.add_value, name="add_value"),
    path("people/value/<slug:kind>/<uuid:value_id>/end/", person.end_value, name="end_value"),
    path("people/contact/<uuid:contact_id>/show/", person.show_value, name="show_value"),
    # two records of one person
    path("people/pairs/", duplicates.queue, name="pairs"),
    path("people/<uuid:person_id>/and/<uuid:other_id>/", duplicates.two, name="two"),
    path("people/<uuid:person_id>/and/<uuid:other_id>/same/", duplicates.say_same, name="say_same"),
    path("people/<uuid:person_id>/and/<uuid:other_id>/sort/", duplicates.sort, name="sort_pair"),
    path("people/same/<uuid:link_id>/<slug:how>/", duplicates.decide, name="decide_same"),
]
