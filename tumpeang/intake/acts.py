"""How this room's acts and things are called, in the log and in a report's history. A new act needs its line here."""

from django.utils.translation import gettext_lazy as _

from tumpeang.access.registry import Act, Words

ACTS: dict[str, Act] = {
    "report.receive": Act(_("Received")),
    "report.add_words": Act(_("Words of the reporter added")),
    "report.drop_words": Act(_("Words dropped: the report was destroyed")),
    "report.add_synthetic": Act(_("Invented reports added")),
    "report.look": Act(_("Looked at"), "look"),
    "report.read_account": Act(_("Account opened"), "open"),
    "report.find": Act(_("Searched"), "look"),
    "report.take": Act(_("Taken")),
    "report.hand_over": Act(_("Handed over")),
    "report.pass_on": Act(_("Handed over by who closed an account")),
    "report.pass_all_on": Act(_("Reports of a leaver handed over")),
    "report.let_go": Act(_("Let go: it is restricted")),
    "report.put_back": Act(_("Closed again after an emergency")),
    "report.restrict": Act(_("Restricted to a list")),
    "report.ask_opinion": Act(_("Second opinion asked for")),
    "report.say_acting": Act(_("Reporter told: we are acting")),
    "level.set": Act(_("Another level set")),
    "report.end": Act(_("Ended")),
    "report.erase": Act(_("Destroyed")),
    "report.erase_again": Act(_("Destroyed again after a restore")),
    "task.do": Act(_("Task done")),
    "task.pass_on": Act(_("Tasks of a leaver handed over")),
    "desk.pass_on": Act(_("Work of a leaver at the desk handed over")),
    # answers
    "answer.write": Act(_("Answer written")),
    "answer.look": Act(_("Answers looked at that wait for a second reader"), "look"),
    "answer.approve": Act(_("Answer approved")),
    "answer.return": Act(_("Answer given back")),
    # destroying what is over
    "disposal.propose": Act(_("Destruction asked for")),
    "disposal.propose_due": Act(_("Destruction proposed by the rules")),
    "disposal.look": Act(_("Looked at a proposal of destruction"), "look"),
    "disposal.keep_out": Act(_("Kept from destruction")),
    "disposal.approve": Act(_("Destruction approved")),
    "disposal.refuse": Act(_("Destruction refused")),
    "disposal.destroy": Act(_("Destroyed")),
    "disposal.finish": Act(_("Destruction finished")),
    "disposal.tidy": Act(_("Left-overs of destruction cleared")),
    # reports about own staff
    "safeguarding.read": Act(_("Sealed report read"), "open"),
    "safeguarding.answer": Act(_("Sealed report answered")),
    "safeguarding.note": Act(_("Note written on a sealed report")),
    "safeguarding.say": Act(_("Reporter of a sealed report told")),
    "safeguarding.pass_on": Act(_("Sealed report passed on")),
    "safeguarding.keep_out": Act(_("Somebody kept out of a sealed report")),
    "safeguarding.keep_out_named": Act(_("Somebody named kept out of a sealed report")),
    "safeguarding.hand_over": Act(_("Sealed report handed to the hotline")),
    "safeguarding.break_glass": Act(_("Sealed report opened in an emergency"), "open"),
    # on call
    "on_call.set": Act(_("On call set")),
    "on_call.pass_on": Act(_("On call handed over by who closed an account")),
    "ring": Act(_("Rung")),
    "ring.carried": Act(_("Ring sent")),
    "ring.stop": Act(_("Rings of a leaver stopped")),
    "ring.seen": Act(_("Rings seen")),
    "canary.hear": Act(_("Test report came through")),
    # keys
    "index.rebuild": Act(_("Search index made anew")),
    "index.drop_old": Act(_("Old search index dropped")),
}

THINGS: dict[str, Words] = {
    "report": _("Report"),
    "answer": _("Answer"),
    "task": _("Task"),
    "levelchange": _("Change of a level"),
    "words": _("Words of the reporter"),
    "message": _("Message"),
    "ring": _("Ring"),
    "disposal": _("Destruction"),
    "sealedreport": _("Sealed report"),
    "heartbeat": _("Test report"),
}
