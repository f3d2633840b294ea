"""Addresses of what is done with a report besides answering it; part of this room's urls.py."""

from django.urls import path

from tumpeang.intake.views import duty, police, triage

PATHS = [
    path("levels/", triage.how, name="levels"),
    path("levels/moves/", triage.moves, name="moves"),
    path("r/<uuid:report_id>/level/", triage.set_level, name="set_level"),
    path("r/<uuid:report_id>/countries/", triage.say_countries, name="say_countries"),
    path("r/<uuid:report_id>/police/", police.contact, name="police_contact"),
    path("r/<uuid:report_id>/duty/", duty.say, name="say_duty"),
    path("r/<uuid:report_id>/duty/<uuid:duty_id>/", duty.decide, name="decide_duty"),
    path("r/<uuid:report_id>/told/", triage.tell_back, name="tell_back"),
]
