from django.urls import path

from tumpeang.access.views import entry, notices, proposals, staff, start

app_name = "access"

urlpatterns = [
    path("language/", entry.language, name="language"),
    path("demo/<str:token>/", entry.demo_sign_in, name="demo_sign_in"),
    path("account/start/", start.start, name="start"),
    # who works here, and as what
    path("staff/", staff.workers, name="workers"),
    path("staff/new/", staff.add_worker, name="add_worker"),
    path("staff/<uuid:worker_id>/", staff.worker, name="worker"),
    path("staff/<uuid:worker_id>/change/", staff.change_worker, name="change_worker"),
    path("staff/<uuid:worker_id>/role/", staff.propose_role, name="propose_role"),
    path("staff/<uuid:worker_id>/role/<str:role>/take/", staff.take_role, name="take_role"),
    path("staff/<uuid:worker_id>/reset/", staff.propose_reset, name="propose_reset"),
    path("staff/<uuid:worker_id>/reopen/", staff.propose_reopen, name="propose_reopen"),
    path("roles/", staff.roles, name="roles"),
    # the second pair of eyes
    path("decisions/", proposals.proposals, name="proposals"),
    path("decisions/<uuid:proposal_id>/approve/", proposals.approve, name="approve"),
    path("decisions/<uuid:proposal_id>/refuse/", proposals.refuse, name="refuse"),
    path("decisions/<uuid:proposal_id>/withdraw/", proposals.withdraw, name="withdraw"),
    # what one was told
    path("told/", notices.notices, name="notices"),
    path("told/seen/", notices.see, name="see_notices"),
]
