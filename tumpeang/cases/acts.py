"""How this room's acts and things are called on the log's pages and in a case's timeline."""

from django.utils.translation import gettext_lazy as _

from tumpeang.access.registry import Act, Words

ACTS: dict[str, Act] = {
    "case.look": Act(_("Looked at a case's page"), "open"),
    "case.list": Act(_("Looked at the list of cases"), "look"),
    "case.find": Act(_("Looked for a case"), "look"),
    "case.open": Act(_("Case opened")),
    "case.link": Act(_("Report brought to the case")),
    "case.split": Act(_("Report split off")),
    "case.merge": Act(_("Merged with another case")),
    "case.unmerge": Act(_("Taken apart again")),
    "case.restrict": Act(_("Restricted to a list")),
    "case.note": Act(_("Note written")),
    "case.add_task": Act(_("Task or promise written down")),
    "case.do_task": Act(_("Done")),
    "case.pass_all_on": Act(_("Cases of a leaver handed over")),
    "case.pass_on": Act(_("Handed over by who closed an account")),
    "case.pass_tasks_on": Act(_("Tasks of a leaver handed over")),
    "case.hand_over": Act(_("Handed over")),
    "case.set_priority": Act(_("Priority changed")),
    "case.hold": Act(_("Put on hold")),
    "case.go_on": Act(_("Taken off hold")),
    "case.add_person": Act(_("Person added")),
    "case.give_part": Act(_("Part in the case written down")),
    "case.end_part": Act(_("Part in the case ended")),
    "case.relate": Act(_("Relation between two people written down")),
    "consent.keep": Act(_("Consent or basis written down")),
    "consent.withdraw": Act(_("Consent withdrawn")),
    "case.propose_closing": Act(_("Closing proposed")),
    "case.close": Act(_("Closed")),
    "case.keep_open": Act(_("Closing not agreed")),
    "case.take_up": Act(_("Taken up again")),
}

THINGS: dict[str, Words] = {
    "case": _("Case"),
    "serial": _("Last number of a year"),
    "casereport": _("Report in a case"),
    "merge": _("Merge of two cases"),
    "participant": _("Part in a case"),
    "allegation": _("Allegation"),
    "opening": _("Opening of a case"),
    "consent": _("Consent"),
    "note": _("Note"),
    "casetask": _("Task of a case"),
    "closing": _("Closing of a case"),
}
