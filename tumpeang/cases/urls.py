from django.urls import path

from tumpeang.cases.views import case, circle, ending, listing, opening, people

app_name = "cases"

urlpatterns = [
    # the list
    path("cases/", listing.cases, name="cases"),
    path("cases/find/", listing.find, name="find"),
    # from reports
    path("cases/from/<uuid:report_id>/", opening.open_case, name="open"),
    path("cases/for/<uuid:report_id>/", opening.choose, name="choose"),
    path("cases/<uuid:case_id>/bring/<uuid:report_id>/", opening.link, name="link"),
    path("cases/<uuid:case_id>/split/<uuid:report_id>/", opening.split, name="split"),
    # one case
    path("cases/<uuid:case_id>/", case.case, name="case"),
    path("cases/<uuid:case_id>/account/<uuid:report_id>/", case.account, name="account"),
    path("cases/<uuid:case_id>/note/", case.note, name="note"),
    path("cases/<uuid:case_id>/task/", case.add_task, name="add_task"),
    path("cases/task/<uuid:task_id>/", case.do_task, name="do_task"),
    path("cases/<uuid:case_id>/hand-over/", case.hand_over, name="hand_over"),
    path("cases/<uuid:case_id>/priority/", case.priority, name="priority"),
    path("cases/<uuid:case_id>/hold/", case.hold, name="hold"),
    # its people, and what they agreed to
    path("cases/<uuid:case_id>/person/", people.add_person, name="add_person"),
    path("cases/person/<uuid:person_id>/part/", people.give_part, name="give_part"),
    path("cases/<uuid:case_id>/part/<uuid:part_id>/end/", people.end_part, name="end_part"),
    path("cases/<uuid:case_id>/relate/", people.relate, name="relate"),
    path("cases/<uuid:case_id>/consent/", people.consent, name="consent"),
    path("cases/consent/<uuid:consent_id>/withdraw/", people.withdraw, name="withdraw"),
    # joined, parted, ended
    path("cases/<uuid:case_id>/merge/", ending.merge, name="merge"),
    path("cases/<uuid:case_id>/unmerge/", ending.unmerge, name="unmerge"),
    path("cases/<uuid:case_id>/close/", ending.close, name="close"),
    path("cases/closing/<uuid:closing_id>/approve/", ending.approve, name="approve"),
    path("cases/closing/<uuid:closing_id>/refuse/", ending.refuse, name="refuse"),
    path("cases/<uuid:case_id>/take-up/", ending.take_up, name="take_up"),
    # who may open it, and who saw it
    path("cases/<uuid:case_id>/circle/", circle.circle, name="circle"),
    path("cases/<uuid:case_id>/circle/open/", circle.open_to, name="open_to"),
    path("cases/<uuid:case_id>/circle/close/", circle.close_to, name="close_to"),
    path("cases/<uuid:case_id>/circle/restrict/", circle.restrict, name="restrict"),
    path("cases/<uuid:case_id>/circle/lift/", circle.lift, name="lift"),
    path("cases/<uuid:case_id>/seen/", circle.who_saw, name="who_saw"),
    path("cases/person/<uuid:person_id>/seen/", circle.who_saw_person, name="who_saw_person"),
]
