"""Addresses of what is done with a report besides answering it; part of this room's urls.py."""

from django.urls import path

from tumpeang.intake.views import triage

PATHS = [
    path("levels/", triage.how, name="levels"),
    path("r/<uuid:report_id>/level/", triage.set_level, name="set_level"),
]
