"""Addresses of who may open a report, part of urls.py."""

from django.urls import path

from tumpeang.intake.views import circle, glass

PATHS = [
    path("r/<uuid:report_id>/who-may/", circle.circle, name="circle"),
    path("r/<uuid:report_id>/open-to/", circle.open_to, name="open_to"),
    path("r/<uuid:report_id>/close-to/", circle.close_to, name="close_to"),
    path("r/<uuid:report_id>/restrict/", circle.restrict, name="restrict"),
    path("r/<uuid:report_id>/lift/", circle.lift, name="lift"),
    path("r/<uuid:report_id>/put-back/", glass.put_back, name="put_back"),
    path("glass/", glass.glass, name="glass"),
    path("glass/opened/", glass.openings, name="openings"),
    path("glass/<uuid:glass_id>/reason/", glass.reason, name="reason"),
]
