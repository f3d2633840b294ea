"""The answers to choose from: a slug that is stored, words that are read. Slugs are never removed, only retired.

Slugs follow the shared code lists; the words for a child differ from those for an adult.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Choice = tuple[str, str | Promise]
Choices = tuple[Choice, ...]

YES_UNSURE_NO: Choices = (("yes", _("Yes")), ("unsure", _("I am not sure")), ("no", _("No")))
YES_NO: Choices = (("yes", _("Yes")), ("no", _("No")))

# which of the two who read reports about own staff a report is about: never among its readers
ABOUT_READER: Choices = (
    ("no", _("No")),
    ("focal", _("Yes, the person for child protection")),
    ("board", _("Yes, the board member")),
    ("both", _("Yes, both of them")),
)

# safety_now: the level of the report and the numbers on the next page hang on it
SAFETY_NOW: Choices = (
    ("safe", _("Yes, I am safe")),
    ("not_sure", _("I am not sure")),
    ("not_safe", _("No, I am not safe")),
    ("self_harm_or_suicide", _("I feel like hurting myself or not living")),
)
# the short page asks everybody the same, about themselves or the child they write about
SAFETY_SHORT: Choices = (("safe", _("Yes")), SAFETY_NOW[1], ("not_safe", _("No")), SAFETY_NOW[3])
DANGER_NOW: Choices = (
    ("yes", _("Yes")),
    ("not_sure", _("I am not sure")),
    ("no", _("No")),
)

AGE_BAND: Choices = (
    ("0_5", _("5 or younger")),
    ("6_9", _("6 to 9")),
    ("10_12", _("10 to 12")),
    ("13_14", _("13 or 14")),
    ("15_17", _("15 to 17")),
    ("18_plus", _("18 or older")),
)
AGE_BAND_CHILD: Choices = AGE_BAND[:-1]

SEX_ONE: Choices = (
    ("female", _("Girl")),
    ("male", _("Boy")),
    ("other_or_self_described", _("Another word fits better")),
)
SEX_SEVERAL: Choices = (*SEX_ONE[:2], ("female_and_male", _("Girls and boys")), SEX_ONE[2])

# relation_to_child, in the words of the child
RELATION_CHILD: Choices = (
    ("parent", _("My mother or father")),
    ("step_parent", _("My stepmother or stepfather")),
    ("sibling", _("My brother or sister")),
    ("other_relative", _("Someone else in my family")),
    ("spouse_or_partner", _("My boyfriend, girlfriend, husband or wife")),
    ("friend", _("A friend, or another child")),
    ("neighbour", _("A neighbour")),
    ("teacher", _("A teacher")),
    ("religious_leader", _("A monk, priest or other religious leader")),
    ("employer", _("Someone I work for")),
    ("institution_staff", _("Someone who works where I live or stay")),
    ("police_or_official", _("A police officer or an official")),
    ("online_contact", _("Someone I met online")),
    ("stranger", _("Someone I did not know")),
    ("other", _("Someone else")),
)
RELATION: Choices = (
    ("parent", _("Mother or father")),
    ("step_parent", _("Stepmother or stepfather")),
    ("sibling", _("Brother or sister")),
    ("other_relative", _("Someone else in the family")),
    ("spouse_or_partner", _("Husband, wife or partner")),
    ("peer_child", _("Another child")),
    ("neighbour", _("Neighbour")),
    ("friend", _("Friend of the child or the family")),
    ("teacher", _("Teacher")),
    ("religious_leader", _("Monk, priest or other religious leader")),
    ("employer", _("Employer")),
    ("institution_staff", _("Someone who works in a centre, shelter or orphanage")),
    ("health_worker", _("Health worker")),
    ("police_or_official", _("Police officer or official")),
    ("volunteer", _("Volunteer")),
    ("online_contact", _("Someone met online")),
    ("person_who_paid", _("Someone who paid, or offered to pay")),
    ("stranger", _("Stranger")),
    ("other", _("Someone else")),
)

# exploitation_setting
SETTING: Choices = (
    ("home_or_family", _("At home or in the family")),
    ("school", _("At school")),
    ("institution_based", _("In a centre, shelter or orphanage")),
    ("establishment_based", _("In a bar, karaoke, massage or similar place")),
    ("street_based", _("On the street, in a park or on a beach")),
    ("hotel_or_guesthouse", _("In a hotel or guesthouse")),
    ("travel_and_tourism", _("While travelling, or with tourists")),
    ("religious_place", _("In a pagoda, church or mosque")),
    ("workplace", _("At a workplace")),
    ("transport", _("In a car, bus, tuk-tuk or boat")),
    ("border", _("At a border")),
    ("detention", _("In a police station or prison")),
    ("online", _("Online")),
    ("other", _("Somewhere else")),
)

PLATFORM: Choices = (
    ("facebook", _("Facebook")),
    ("messenger", _("Messenger")),
    ("telegram", _("Telegram")),
    ("tiktok", _("TikTok")),
    ("instagram", _("Instagram")),
    ("whatsapp", _("WhatsApp")),
    ("line", _("LINE")),
    ("youtube", _("YouTube")),
    ("game", _("A game")),
    ("website", _("A website")),
    ("other", _("Something else")),
)

CONTACT_HOW: Choices = (
    ("phone", _("A phone call")),
    ("sms", _("A text message")),
    ("chat", _("Telegram, Messenger or WhatsApp")),
)
