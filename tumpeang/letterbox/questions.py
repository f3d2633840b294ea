"""One question of the form, as data; and the questions that several ways share, in an adult's words.

A question is one page. Whatever it is, "Skip" and "I don't know" may be pressed instead: no answer is required.
"""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tumpeang.letterbox import choices
from tumpeang.letterbox.choices import Choices

Kind = Literal["choice", "multi", "text", "longtext", "place", "phone", "number"]
Words = str | Promise

SKIPPED = "skipped"  # stored when somebody pressed Skip, or went on without an answer
UNKNOWN = "unknown"  # stored when somebody pressed I don't know
LONG = 20_000  # signs; a page of a novel is 2,000
SHORT = 500

# Notes: what the page after an answer says first. Each has a part in templates/letterbox/notes.html.
DANGER = "danger"  # the numbers
CARE = "care"  # clinical care has a time limit
PICTURE = "picture"  # somebody has, or threatens with, a picture
OUTSIDE = "outside"  # it is about both who could read it


@dataclass(frozen=True)
class Question:
    key: str
    kind: Kind
    ask: Words
    why: Words = ""  # why we ask, in one line
    hint: Words = ""
    choices: Choices = ()
    max_length: int = SHORT
    only_if: tuple[str, ...] | None = None  # (key, value, ...): asked only after one of these answers
    notes: tuple[tuple[str, str], ...] = ()  # (value, note): said on the next page

    def applies(self, answers: dict[str, Any]) -> bool:
        return self.only_if is None or answers.get(self.only_if[0]) in self.only_if[1:]

    def label_of(self, value: str) -> Words:
        """The words for a stored slug; a value that is no slug of ours is its own words."""
        return dict(self.choices).get(value, value)


DANGER_NOW = Question(
    "danger_now",
    "choice",
    _("Is a child in danger right now?"),
    why=_("If it cannot wait, a call is faster than this form."),
    choices=choices.DANGER_NOW,
    notes=(("yes", DANGER),),
)
WHAT = Question(
    "what",
    "longtext",
    _("What happened, or what worries you?"),
    why=_("So that we understand what is needed first."),
    hint=_("Write it in your own words. You do not have to be sure, and you need no proof."),
    max_length=LONG,
)
LAST_FIVE_DAYS = Question(
    "last_five_days",
    "choice",
    _("Did this happen in the last five days?"),
    why=_("Some medical care only works in the first days."),
    choices=choices.YES_UNSURE_NO,
    notes=(("yes", CARE),),
)
WHERE = Question(
    "where_text",
    "place",
    _("Where did it happen, or where is the child?"),
    why=_("So that the people who are nearest can help."),
    hint=_("A village, commune, district or province, or a place that people know there."),
)
WHEN = Question(
    "when_text",
    "text",
    _("When did it happen?"),
    why=_("So that we know how quickly to act, and what can still be found."),
    hint=_("A day, a month, “since last year”, or “every week”."),
)
SETTING = Question(
    "setting",
    "choice",
    _("In what kind of place?"),
    why=_("Different people can help in different places."),
    choices=choices.SETTING,
)
COUNT = Question(
    "child_count",
    "number",
    _("How many children are hurt, or may be?"),
    why=_("So that we prepare enough help."),
    hint=_("A number, or words like “two or three”."),
)
SEX = Question(
    "child_sex",
    "choice",
    _("Girls or boys?"),
    why=_("So that the right people are there for them."),
    choices=choices.SEX_SEVERAL,
)
AGE = Question(
    "child_age_band",
    "choice",
    _("How old is the child?"),
    why=_("Help and law differ by age."),
    hint=_("If there are several children, choose the youngest. A guess is fine."),
    choices=choices.AGE_BAND,
)
RELATION = Question(
    "accused_relation",
    "choice",
    _("Who is the person who may have done it, to the child?"),
    why=_("So that nobody who may have done it learns of this from us."),
    hint=_("If there are several persons, choose the one nearest to the child."),
    choices=choices.RELATION,
)
LOOK = Question(
    "accused_look",
    "longtext",
    _("Who is this person?"),
    why=_("So that the person can be found, and other children kept safe."),
    hint=_("What you know: a name, age, look, work, car or motorbike, where the person stays."),
    max_length=LONG,
)
NATIONALITY = Question(
    "accused_nationality",
    "text",
    _("Which nationality does this person have?"),
    why=_("Some other countries can act as well against their own nationals."),
    hint=_("If you know, or the language that the person speaks."),
)
ABOUT_US = Question(
    "about_us",
    "choice",
    _("Is this about someone who works for us or a partner?"),
    why=_("If yes or unsure, only two people chosen for this open it. They pass it on only if it is not about us."),
    choices=choices.YES_UNSURE_NO,
)
ABOUT_READER = Question(
    "about_reader",
    "choice",
    _("Is it about one of the two people who read this?"),
    why=_("So that this person cannot open it. The other one can."),
    hint=_("They are our person for child protection and a member of our board."),
    choices=choices.ABOUT_READER,
    only_if=("about_us", "yes", "unsure"),
    notes=(("both", OUTSIDE),),
)
DONE_SO_FAR = Question(
    "done_so_far",
    "longtext",
    _("What has been done so far?"),
    why=_("So that we do not undo it, or do it twice."),
    hint=_("Did you tell someone: the family, the police, an organisation? What happened then?"),
    max_length=LONG,
)
ADDRESSES = Question(
    "addresses",
    "longtext",
    _("At which addresses did you see it?"),
    why=_("So that it can be looked at by those who may, and taken down."),
    hint=_("One address on each line. Never send pictures or films, and do not search for more."),
    max_length=LONG,
)
PLATFORM = Question(
    "platform",
    "choice",
    _("On which app or website?"),
    why=_("Each company has its own way to remove things."),
    choices=choices.PLATFORM,
)
USER_NAMES = Question(
    "user_names",
    "longtext",
    _("Which user names, phone numbers or groups?"),
    why=_("So that the account can be found, even if it changes."),
    hint=_("One on each line."),
    max_length=LONG,
)
ONLINE_WHEN = Question(
    "online_when",
    "text",
    _("When did you see it?"),
    why=_("Companies keep traces only for some weeks."),
    hint=_("A day and an hour, or about when."),
)
THREATENED = Question(
    "threatened",
    "choice",
    _("Is a child threatened with a picture, or are you?"),
    why=_("A picture can often be taken down, and we can help now."),
    hint=_("For example: someone asks for money or more pictures, or says that they will show them to others."),
    choices=choices.YES_UNSURE_NO,
    notes=(("yes", PICTURE), ("unsure", PICTURE)),
)
CONTACT_WANTED = Question(
    "contact_wanted",
    "choice",
    _("May we contact you?"),
    why=_("You get a code at the end. With it you can read our answer, whatever you choose here."),
    hint=_("Only choose yes if nobody else sees your calls or messages."),
    choices=choices.YES_NO,
)
CONTACT_HOW = Question(
    "contact_how",
    "choice",
    _("How may we contact you?"),
    why=_("So that we only use a way that is safe for you."),
    choices=choices.CONTACT_HOW,
    only_if=("contact_wanted", "yes"),
)
CONTACT_PHONE = Question(
    "contact_phone",
    "phone",
    _("Which number or user name is safe?"),
    why=_("We use it for this only."),
    only_if=("contact_wanted", "yes"),
)
CONTACT_TIME = Question(
    "contact_time",
    "text",
    _("When is it safe?"),
    why=_("So that nobody else picks up."),
    hint=_("For example: from Monday to Friday, between 12 and 1."),
    only_if=("contact_wanted", "yes"),
)
CONTACT_CODE_WORD = Question(
    "contact_code_word",
    "text",
    _("Which word shall we say first?"),
    why=_("So that you know it is us, and we know it is you."),
    hint=_("A word that only you and we know. If someone else answers, we say that it is a wrong number."),
    only_if=("contact_wanted", "yes"),
)
CONTACT = (CONTACT_WANTED, CONTACT_HOW, CONTACT_PHONE, CONTACT_TIME, CONTACT_CODE_WORD)
