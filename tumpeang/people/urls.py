from django.urls import path

from tumpeang.people.views import duplicates, importing, person, search

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
    # lists of people
    path("people/lists/", importing.imports, name="imports"),
    path("people/lists/<uuid:import_id>/", importing.one, name="import"),
    path("people/lists/<uuid:import_id>/progress/", importing.progress, name="import_progress"),
    path("people/lists/<uuid:import_id>/columns/", importing.columns, name="import_columns"),
    path("people/lists/<uuid:import_id>/decide/", importing.decide, name="import_decide"),
    path("people/lists/<uuid:import_id>/undo/", importing.undo, name="import_undo"),
    # two records of one person
    path("people/pairs/", duplicates.queue, name="pairs"),
    path("people/<uuid:person_id>/and/<uuid:other_id>/", duplicates.two, name="two"),
    path("people/<uuid:person_id>/and/<uuid:other_id>/same/", duplicates.say_same, name="say_same"),
    path("people/<uuid:person_id>/and/<uuid:other_id>/sort/", duplicates.sort, name="sort_pair"),
    path("people/same/<uuid:link_id>/<slug:how>/", duplicates.decide, name="decide_same"),
]
