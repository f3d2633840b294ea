"""How this room's acts and things are called on the log's pages. A new act needs its line here; a test says so."""

from django.utils.translation import gettext_lazy as _

from tumpeang.access.registry import Act, Words

ACTS: dict[str, Act] = {
    # accounts and roles
    "house.found": Act(_("House founded")),
    "installation.mark": Act(_("Installation marked")),
    "staff.add": Act(_("Account made")),
    "staff.hire": Act(_("Account made and a role proposed")),
    "staff.change": Act(_("Name, language or address for alerts changed")),
    "staff.leave": Act(_("Account closed")),
    "account.begin": Act(_("First password set")),
    "role.take": Act(_("Role taken away")),
    "proposal.grant": Act(_("Role proposed")),
    "proposal.reset": Act(_("New password and second step proposed")),
    "proposal.reopen": Act(_("Opening a closed account proposed")),
    "proposal.approve": Act(_("Proposal approved")),
    "proposal.refuse": Act(_("Proposal refused")),
    "proposal.withdraw": Act(_("Proposal withdrawn")),
    "proposal.expire": Act(_("Proposals ended that were too old")),
    "seat.found": Act(_("Seats of the safeguarding people given for the first time")),
    "seat.fill": Act(_("Seat of the safeguarding people given")),
    "seat.give_key": Act(_("Key of a seat given")),
    # offices, teams, deputies
    "office.add": Act(_("Office added")),
    "office.rename": Act(_("Office renamed")),
    "office.close": Act(_("Office closed")),
    "team.add": Act(_("Team added")),
    "team.rename": Act(_("Team renamed")),
    "team.close": Act(_("Team closed")),
    "team.join": Act(_("Put into a team")),
    "team.leave": Act(_("Taken out of a team")),
    "deputy.name": Act(_("Deputy named")),
    "deputy.end": Act(_("Deputy ended")),
    # signing in
    "account.event": Act(_("Sign-in, password or second step")),
    "account.event:signed_in": Act(_("Signed in")),
    "account.event:signed_out": Act(_("Signed out")),
    "account.event:sign_in_failed": Act(_("Sign-in failed")),
    "account.event:begin_failed": Act(_("A wrong code for a first password")),
    "account.event:password_changed": Act(_("Password changed")),
    "account.event:second_factor_added": Act(_("Second step added")),
    "account.event:second_factor_removed": Act(_("Second step removed")),
    "account.event:second_factor_reset": Act(_("Second step set anew")),
    "session.end": Act(_("Signed out elsewhere")),
    # who may open one record
    "record.open_to": Act(_("Opened to a colleague")),
    "record.close_to": Act(_("No longer opened to a colleague")),
    "record.restrict": Act(_("Restricted to a list")),
    "record.change_list": Act(_("List changed")),
    "record.lift": Act(_("No longer restricted")),
    "record.leave_lists": Act(_("Taken off lists when leaving")),
    "record.pass_lists": Act(_("Somebody else put on lists of a leaver")),
    "record.who_saw": Act(_("Looked at who saw it")),
    "glass.break": Act(_("Opened in an emergency")),
    "glass.put_back": Act(_("Closed again after an emergency")),
    "glass.read_reason": Act(_("Reason of an emergency read")),
    # being told, and the log itself
    "notice.tell": Act(_("Workers told")),
    "notice.seen": Act(_("Notices seen")),
    "notice.carried": Act(_("Notices sent by e-mail")),
    "log.read": Act(_("Log read")),
    "log.verify": Act(_("Check of the log begun")),
}

THINGS: dict[str, Words] = {
    "user": _("Worker"),
    "office": _("Office"),
    "team": _("Team"),
    "membership": _("Worker in a team"),
    "deputy": _("Deputy"),
    "proposal": _("Proposal"),
    "restriction": _("Restriction"),
    "recordgrant": _("Opening to a colleague"),
    "brokenglass": _("Opening in an emergency"),
    "safeguardingseat": _("Seat"),
    "mark": _("Mark"),
}
