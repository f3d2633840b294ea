"""Addresses of calls and of calling back; part of this room's urls.py."""

from django.urls import path

from tumpeang.intake.views import callers, calls

PATHS = [
    path("calls/", calls.calls_page, name="calls"),
    path("calls/new/", calls.begin, name="begin_call"),
    path("calls/nothing-said/", calls.quick, name="quick_call"),
    path("calls/<uuid:call_id>/", calls.call, name="call"),
    path("calls/<uuid:call_id>/story/", calls.keep_story, name="keep_story"),
    path("calls/<uuid:call_id>/back/", callers.back, name="back"),
    path("r/<uuid:report_id>/call-back/", callers.begin_back, name="begin_back"),
]
