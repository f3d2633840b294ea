"""The words for what a person is: slugs of the shared code lists, as staff read them. Slugs are never removed."""

from django.utils.translation import gettext_lazy as _

from tumpeang.letterbox.choices import AGE_BAND, Choices

SEX: Choices = (
    ("female", _("Female")),
    ("male", _("Male")),
    ("intersex", _("Intersex")),
    ("other_or_self_described", _("Another word fits better")),
    ("unknown", _("Not known")),
)
LANGUAGE: Choices = (
    ("km", _("Khmer")),
    ("en", _("English")),
    ("vi", _("Vietnamese")),
    ("zh", _("Chinese")),
    ("cja", _("Western Cham")),
    ("sign", _("Sign language")),
    ("other", _("Another language")),
)
# ages between which a band lies; the last one is open and no age is reckoned from it
BANDS = {"0_5": (0, 5), "6_9": (6, 9), "10_12": (10, 12), "13_14": (13, 14), "15_17": (15, 17)}
BAND_WORDS: Choices = AGE_BAND

# <person> is <this> of <the other>; what the other's page says instead stands after it
RELATIONS: dict[str, tuple[object, object]] = {
    "parent": (_("mother or father"), _("child")),
    "step_parent": (_("stepmother or stepfather"), _("stepchild")),
    "grandparent": (_("grandmother or grandfather"), _("grandchild")),
    "sibling": (_("sister or brother"), _("sister or brother")),
    "aunt_or_uncle": (_("aunt or uncle"), _("niece or nephew")),
    "other_relative": (_("relative"), _("relative")),
    "guardian": (_("guardian"), _("child in their care")),
    "spouse_or_partner": (_("husband, wife or partner"), _("husband, wife or partner")),
    "friend": (_("friend"), _("friend")),
    "neighbour": (_("neighbour"), _("neighbour")),
    "teacher": (_("teacher"), _("pupil")),
    "employer": (_("employer"), _("employee")),
    "works_with": (_("colleague"), _("colleague")),
    "lives_with": (_("member of the same household"), _("member of the same household")),
}
