"""Addresses of the shift, and of what reading costs; part of this room's urls.py."""

from django.urls import path

from tumpeang.intake.views import along, duties, exposure, my_callers, shift

PATHS = [
    path("duties/", duties.duties, name="duties"),
    path("shift/", shift.shift_page, name="shift"),
    path("shift/<uuid:handover_id>/", shift.handover, name="handover"),
    path("shift/<uuid:handover_id>/take/", shift.take_over, name="take_shift"),
    path("shift/<uuid:handover_id>/back/", shift.take_back, name="take_shift_back"),
    path("shift/<uuid:handover_id>/tasks/", shift.give_tasks, name="give_tasks"),
    path("along/", along.calls_now, name="calls_now"),
    path("along/<uuid:call_id>/", along.read_along, name="along"),
    path("along/<uuid:call_id>/join/", along.join, name="along_join"),
    path("along/<uuid:call_id>/leave/", along.leave, name="along_leave"),
    path("along/<uuid:call_id>/line/", along.prompt, name="along_prompt"),
    path("along/<uuid:call_id>/live/", along.live, name="along_live"),
    path("along/<uuid:call_id>/beside/", along.beside, name="beside"),
    path("my-callers/", my_callers.my_callers, name="my_callers"),
    path("my-callers/<uuid:caller_id>/pass-on/", my_callers.pass_on, name="pass_caller_on"),
    path("for-you/", exposure.for_you, name="for_you"),
    path("for-you/<uuid:worker_id>/", exposure.counter_of, name="counter_of"),
]
