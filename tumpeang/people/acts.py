"""How this room's acts and things are called on the log's pages. A new act needs its line here; a test says so."""

from django.utils.translation import gettext_lazy as _

from tumpeang.access.registry import Act, Words

ACTS: dict[str, Act] = {
    "person.add": Act(_("Person written down")),
    "person.write": Act(_("More written down about a person")),
    "person.end_value": Act(_("Something about a person ended")),
    "person.relate": Act(_("Relation between two people written down")),
    "person.place": Act(_("Person given a part in a case")),
    "person.look": Act(_("Looked at a person's page"), "open"),
    "person.unmask": Act(_("Showed somebody's phone number whole"), "open"),
    "person.find": Act(_("Looked for people"), "look"),
    "person.known": Act(_("Looked whether somebody is known already"), "look"),
    "person.elsewhere": Act(_("Asked whether another team knows somebody")),
    "person.ask_owner": Act(_("Asked the owner about somebody known elsewhere")),
    "person.propose_same": Act(_("Said that two records are of one person")),
    "person.agree_same": Act(_("Agreed that two records are of one person")),
    "person.refuse_same": Act(_("Did not agree that two records are of one person, or took it back")),
    "person.take_apart": Act(_("Two records taken apart again")),
    "person.look_at_two": Act(_("Looked at two records side by side"), "open"),
    "pair.look": Act(_("Looked through records that may be of one person"), "look"),
    "import.see": Act(_("Looked at a list of people"), "open"),
    "pair.sort": Act(_("Said of two records that they are two people, or looks again later")),
    "person.compare": Act(_("Records compared, to find those of one person")),
    "person.compare_all": Act(_("All records compared, to find those of one person")),
    "person.add_from_list": Act(_("Person written down from a list")),
    "import.read": Act(_("List of people read")),
    "import.columns": Act(_("Said what the columns of a list hold")),
    "import.look": Act(_("List looked through for who is known already")),
    "import.decide": Act(_("Decided who of a list is brought in")),
    "import.write": Act(_("People of a list written down")),
    "import.drop": Act(_("List not brought in")),
    "import.expire": Act(_("List dropped that nobody decided upon")),
    "import.undo": Act(_("List taken back")),
    "import.take_back": Act(_("People of a list erased that nobody had used")),
    "import.destroy_file": Act(_("Key of the file of a list destroyed")),
    "person.erase": Act(_("What is known of a person destroyed")),
    "person.erase_again": Act(_("What is known of a person destroyed again after a restore")),
    "index.rebuild_people": Act(_("Search keys of people renewed")),
    "index.drop_old_people": Act(_("Old search keys of people removed")),
}

THINGS: dict[str, Words] = {
    "person": _("Person"),
    "personname": _("Name of a person"),
    "personbirth": _("Birth of a person"),
    "personfact": _("Fact about a person"),
    "personcontact": _("Contact of a person"),
    "personidentifier": _("Number of a person's document"),
    "personplace": _("Place of a person"),
    "relation": _("Relation between two people"),
    "personimport": _("List of people"),
    "pair": _("Two records that may be of one person"),
    "sameperson": _("Two records of one person"),
}
