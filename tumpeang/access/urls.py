from django.urls import path

from tumpeang.access.views import entry, leaving, logbook, notices, proposals, seats, sessions, staff, start, teams

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
    path("staff/<uuid:worker_id>/deputies/", teams.deputies, name="deputies"),
    path("staff/<uuid:worker_id>/sessions/", sessions.sessions_of, name="sessions_of"),
    path("staff/<uuid:worker_id>/leave/", leaving.leave, name="leave"),
    path("roles/", staff.roles, name="roles"),
    # where people work
    path("teams/", teams.teams, name="teams"),
    path("teams/<uuid:team_id>/", teams.team, name="team"),
    path("teams/<uuid:team_id>/rename/", teams.rename_team, name="rename_team"),
    path("teams/<uuid:team_id>/close/", teams.close_team, name="close_team"),
    path("teams/<uuid:team_id>/join/", teams.join, name="join_team"),
    path("teams/<uuid:team_id>/leave/", teams.leave, name="leave_team"),
    path("offices/", teams.add_office, name="add_office"),
    path("offices/<uuid:office_id>/", teams.office, name="office"),
    path("offices/<uuid:office_id>/rename/", teams.rename_office, name="rename_office"),
    path("offices/<uuid:office_id>/close/", teams.close_office, name="close_office"),
    path("offices/<uuid:office_id>/teams/", teams.add_team, name="add_team"),
    # who stands in for me, and where I am signed in
    path("deputies/", teams.own_deputies, name="own_deputies"),
    path("deputies/<uuid:deputy_id>/end/", teams.end_deputy, name="end_deputy"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/end/", sessions.end_session, name="end_session"),
    path("sessions/end-others/", sessions.end_others, name="end_others"),
    path("here/", sessions.here, name="here"),
    # the log
    path("log/", logbook.read, name="log"),
    path("log/state/", logbook.state, name="log_state"),
    path("log/verify/", logbook.verify, name="verify_log"),
    # the second pair of eyes
    path("decisions/", proposals.proposals, name="proposals"),
    path("decisions/<uuid:proposal_id>/approve/", proposals.approve, name="approve"),
    path("decisions/<uuid:proposal_id>/refuse/", proposals.refuse, name="refuse"),
    path("decisions/<uuid:proposal_id>/withdraw/", proposals.withdraw, name="withdraw"),
    # who reads reports about own staff
    path("seats/", seats.seats, name="seats"),
    path("seats/<slug:seat>/", seats.fill, name="fill_seat"),
    # what one was told
    path("told/", notices.notices, name="notices"),
    path("told/seen/", notices.see, name="see_notices"),
]
