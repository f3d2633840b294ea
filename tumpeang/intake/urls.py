from django.urls import path

from tumpeang.intake import call_urls, circle_urls, shift_urls, triage_urls
from tumpeang.intake.views import check, disposals, inbox, on_call, report, safeguarding, shell, who

app_name = "intake"

urlpatterns = [
    # the list
    path("", inbox.inbox, name="inbox"),
    path("next/", inbox.next_waiting, name="next"),
    path("find/", inbox.find, name="find"),
    # calls, and calling back
    *call_urls.PATHS,
    # how urgent, the police, the duty to report, what was told back
    *triage_urls.PATHS,
    # the banners above every page
    path("alerts/", shell.alerts, name="alerts"),
    path("rings/seen/", shell.see_rings, name="see_rings"),
    # one report
    path("r/<uuid:report_id>/", report.report, name="report"),
    path("r/<uuid:report_id>/account/", report.account, name="account"),
    path("r/<uuid:report_id>/take/", report.take, name="take"),
    path("r/<uuid:report_id>/hand-over/", report.hand_over, name="hand_over"),
    path("r/<uuid:report_id>/opinion/", report.ask_opinion, name="ask_opinion"),
    path("r/<uuid:report_id>/acting/", report.say_acting, name="say_acting"),
    path("r/<uuid:report_id>/end/", report.end, name="end"),
    path("r/<uuid:report_id>/answer/", report.answer, name="answer"),
    path("r/<uuid:report_id>/who/", who.who_saw, name="who_saw"),
    path("task/<uuid:task_id>/", report.do_task, name="do_task"),
    # who may open it, and emergencies
    *circle_urls.PATHS,
    # the second reader
    path("check/", check.check, name="check"),
    path("check/<uuid:answer_id>/approve/", check.approve, name="approve"),
    path("check/<uuid:answer_id>/return/", check.give_back, name="give_back"),
    # what is over: proposed, decided, destroyed
    path("r/<uuid:report_id>/destroy/", disposals.propose, name="propose_disposal"),
    path("disposals/", disposals.disposals, name="disposals"),
    path("disposals/<uuid:disposal_id>/", disposals.disposal, name="disposal"),
    path("disposals/<uuid:disposal_id>/approve/", disposals.approve, name="approve_disposal"),
    path("disposals/<uuid:disposal_id>/refuse/", disposals.refuse, name="refuse_disposal"),
    path("disposals/<uuid:disposal_id>/keep/<uuid:item_id>/", disposals.keep_out, name="keep_out"),
    path("certificates/", disposals.certificates, name="certificates"),
    path("certificates/<int:number>/", disposals.certificate, name="certificate"),
    path("keeping/", disposals.keeping, name="keeping"),
    # reports about own staff
    path("safeguarding/", safeguarding.safeguarding, name="safeguarding"),
    path("safeguarding/key/", safeguarding.give_key, name="give_key"),
    path("safeguarding/key/away/", safeguarding.put_key_away, name="put_key_away"),
    path("safeguarding/pass-on/", safeguarding.pass_on, name="sealed_pass_on"),
    path("safeguarding/<uuid:sealed_id>/", safeguarding.sealed, name="sealed"),
    path("safeguarding/<uuid:sealed_id>/answer/", safeguarding.answer, name="sealed_answer"),
    path("safeguarding/<uuid:sealed_id>/note/", safeguarding.note, name="sealed_note"),
    path("safeguarding/<uuid:sealed_id>/say/", safeguarding.say, name="sealed_say"),
    path("safeguarding/<uuid:sealed_id>/names/", safeguarding.keep_out, name="sealed_keep_out"),
    path("safeguarding/<uuid:sealed_id>/to-hotline/", safeguarding.to_hotline, name="sealed_to_hotline"),
    # the shift, and what reading costs
    *shift_urls.PATHS,
    # who is rung
    path("on-call/", on_call.on_call, name="on_call"),
]
