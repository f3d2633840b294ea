"""The five ways in: who is writing, what they are told first, and which questions they are asked. Pure data.

The staff side reads the keys of the answers (`safety_now`, `what`, ...), so a key or a slug is never renamed; wording
may change at will. On the child's way we say "you", in sentences of at most 15 words, and never "why did you"; a test
reads every text of it.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.letterbox import choices
from tumpeang.letterbox import questions as q
from tumpeang.letterbox.questions import SKIPPED, UNKNOWN, Question, Words

Answers = dict[str, Any]


@dataclass(frozen=True)
class Way:
    key: str  # stored with the report
    sign: str  # stands for the key in addresses and forms, which others may read over a shoulder
    icon: str  # a name of parts/icon.html
    title: Words
    text: Words
    minutes: int  # what it takes
    promises: tuple[Words, ...]  # said before starting: who reads it, what happens next, what we cannot promise
    questions: tuple[Question, ...]
    enough: tuple[str, ...] = ("what", "where_text", "place")  # one of these is enough to send

    @property
    def for_child(self) -> bool:
        return self.key == "child"

    @property
    def last_page(self) -> int:
        return len(self.questions)

    def question(self, page: int) -> Question | None:
        return self.questions[page - 1] if 1 <= page <= self.last_page else None

    def next_page(self, page: int, answers: Answers) -> int | None:
        """The next page whose question applies; None when it is time to send."""
        rest = range(page + 1, self.last_page + 1)
        return next((number for number in rest if self.questions[number - 1].applies(answers)), None)

    def previous_page(self, page: int, answers: Answers) -> int | None:
        """The page before, whose question applies; None on the first."""
        earlier = range(min(page - 1, self.last_page), 0, -1)
        return next((number for number in earlier if self.questions[number - 1].applies(answers)), None)

    def progress(self, page: int, answers: Answers) -> tuple[int, int]:
        """Which of how many questions a page is, counting only those that apply."""
        numbers = [n for n, question in enumerate(self.questions, start=1) if question.applies(answers)]
        return sum(1 for number in numbers if number <= page), len(numbers)

    def notes_before(self, page: int, answers: Answers) -> list[str]:
        """What must be said first on a page, because of the answer just before it."""
        previous = self.previous_page(page, answers)
        if previous is None:
            return []
        question = self.questions[previous - 1]
        return [note for value, note in question.notes if answers.get(question.key) == value]

    def is_enough(self, answers: Answers) -> bool:
        return any(given(answers.get(key)) for key in self.enough)


def given(answer: Any) -> bool:
    """True if something was told: not empty, not skipped, not "I don't know"."""
    return answer not in (None, "", [], SKIPPED, UNKNOWN)


_CHILD_QUESTIONS = (
    Question(
        "safety_now",
        "choice",
        _("Are you safe right now?"),
        why=_("If you are not safe, we tell you whom to call."),
        choices=choices.SAFETY_NOW,
        notes=(("not_safe", q.DANGER), ("self_harm_or_suicide", q.DANGER)),
    ),
    replace(
        q.WHAT,
        ask=_("What would you like to tell us?"),
        why=_("So that we know how to help you."),
        hint=_("Use your own words. Tell as much or as little as you want. What happened is not your fault."),
    ),
    replace(
        q.LAST_FIVE_DAYS,
        why=_("A doctor can help best in the first days."),
    ),
    replace(
        q.THREATENED,
        ask=_("Does someone have a picture of you, or scare you with one?"),
        why=_("Pictures can often be taken down. We can help."),
        hint="",
    ),
    replace(
        q.WHERE,
        ask=_("Where are you, or where did it happen?"),
        why=_("So that help near you can be found."),
        hint=_("A village, a town, a school, or a place that people know."),
    ),
    replace(
        q.WHEN,
        why=_("So that we know how quickly to act."),
        hint=_("A day, a month, or “many times”."),
    ),
    replace(
        q.RELATION,
        ask=_("Who did something to you, or scares you?"),
        why=_("So that we never tell this person by mistake."),
        hint=_("You do not need to give a name."),
        choices=choices.RELATION_CHILD,
    ),
    replace(
        q.ABOUT_US,
        ask=_("Does this person work for us or help us?"),
        why=_("Then only two people chosen for this read it. They pass it on only if it is not about us."),
    ),
    q.ABOUT_READER,
    replace(
        q.AGE,
        ask=_("How old are you?"),
        why=_("So that we find the help that fits you."),
        hint="",
        choices=choices.AGE_BAND_CHILD,
    ),
    replace(
        q.SEX,
        ask=_("Are you a girl or a boy?"),
        why=_("So that the right person can talk with you."),
        choices=choices.SEX_ONE,
    ),
    replace(
        q.DONE_SO_FAR,
        ask=_("Have you told someone about this?"),
        why=_("So that we know who already helps you."),
        hint=_("Who was it? What happened then?"),
    ),
    replace(
        q.CONTACT_WANTED,
        ask=_("Is it safe if we contact you?"),
        why=_("You get a code at the end. With it you can read our answer."),
        hint=_("Choose yes only if nobody else sees your calls or messages."),
    ),
    replace(q.CONTACT_HOW, why=_("So that we only use a way that is safe for you.")),
    q.CONTACT_PHONE,
    replace(q.CONTACT_TIME, hint=_("For example: on school days, between 12 and 1.")),
    replace(
        q.CONTACT_CODE_WORD,
        hint=_("A word that only you and we know. If someone else answers, we say “wrong number”."),
    ),
)

_FACTS = (
    q.LAST_FIVE_DAYS,
    q.WHERE,
    q.WHEN,
    q.SETTING,
    q.COUNT,
    q.SEX,
    q.AGE,
    q.RELATION,
    q.LOOK,
    q.NATIONALITY,
)
_ADULT_QUESTIONS = (q.DANGER_NOW, q.WHAT, *_FACTS, q.ABOUT_US, q.ABOUT_READER, q.DONE_SO_FAR, *q.CONTACT)
_PAST_QUESTIONS = (
    replace(q.DANGER_NOW, ask=_("Are you, or is a child, in danger right now?")),
    replace(
        q.WHAT,
        ask=_("What would you like to tell us?"),
        why=_("So that we know what you need."),
        hint=_("In your own words, as much or as little as you want. It was not your fault."),
    ),
    replace(
        q.LAST_FIVE_DAYS,
        ask=_("Has something like this happened in the last five days, to you or to a child?"),
    ),
    replace(q.WHERE, ask=_("Where did it happen?")),
    q.WHEN,
    q.SETTING,
    replace(q.AGE, ask=_("How old were you then?"), hint=_("If it went on for years: when it began.")),
    replace(q.SEX, ask=_("Were you a girl or a boy?"), choices=choices.SEX_ONE),
    replace(
        q.RELATION,
        ask=_("Who was the person, to you?"),
        why=_("Other children may be near this person today."),
        hint=_("If there were several persons, choose the one nearest to you."),
    ),
    q.LOOK,
    q.NATIONALITY,
    q.ABOUT_US,
    q.ABOUT_READER,
    replace(q.DONE_SO_FAR, hint=_("Did you tell someone, then or later? What would you like to happen now?")),
    *q.CONTACT,
)
_ONLINE_QUESTIONS = (
    q.DANGER_NOW,
    replace(
        q.WHAT,
        ask=_("What did you see?"),
        hint=_("In a few words. Never send pictures or films, and do not search for more."),
        max_length=q.LONG,
    ),
    q.ADDRESSES,
    q.PLATFORM,
    q.USER_NAMES,
    q.ONLINE_WHEN,
    q.THREATENED,
    replace(q.COUNT, ask=_("How many children did you see or hear of?")),
    q.SEX,
    q.AGE,
    q.ABOUT_US,
    q.ABOUT_READER,
    replace(q.DONE_SO_FAR, hint=_("Did you report it to the company, the police or someone else?")),
    *q.CONTACT,
)
_PROFESSIONAL_QUESTIONS = (
    q.DANGER_NOW,
    replace(
        q.WHAT,
        hint=_(
            "What you saw or were told, in the child's own words if you can. Please do not question the child again."
        ),
    ),
    *_FACTS,
    q.ABOUT_US,
    q.ABOUT_READER,
    replace(
        q.DONE_SO_FAR,
        hint=_("Whom did you inform, by the rules of your work or the law? Is the child safe tonight?"),
    ),
    *q.CONTACT,
)

_CHILD_PROMISES = (
    _("You do not need to give your name."),
    _("You can skip every question. You can stop at any time."),
    _("Trained staff read what you write. They keep it private."),
    _("If someone may be badly hurt, we may have to tell someone. We tell only someone who can protect."),
    _("We try to tell you first."),
    _("At the end you get a code. With it you can read our answer."),
    _("We do not answer at once. If it cannot wait, please call."),
)
_PROMISES = (
    _("You do not need to give your name. Every question may be skipped."),
    _("Trained staff of the helpline read it. It is locked so that nobody else can."),
    _("At the end you get a code. With it you read our answer and can add more. Someone reads it within a day."),
    _("If a child may be badly hurt, we may have to tell someone who can protect, even without asking you."),
    _("We cannot promise that the police act, or that nobody guesses who wrote."),
)

WAYS: dict[str, Way] = {
    way.key: way
    for way in (
        Way(
            "child",
            "a",
            "person",
            _("I am under 18"),
            _("I want to tell something or get help"),
            5,
            _CHILD_PROMISES,
            _CHILD_QUESTIONS,
        ),
        Way(
            "adult",
            "b",
            "heart",
            _("I am worried about a child"),
            _("I am an adult and saw or know something"),
            10,
            _PROMISES,
            _ADULT_QUESTIONS,
        ),
        Way(
            "past",
            "c",
            "clock",
            _("This happened to me as a child"),
            _("I am 18 or older today"),
            10,
            _PROMISES,
            _PAST_QUESTIONS,
        ),
        Way(
            "online",
            "d",
            "screen",
            _("I saw something online"),
            _("A website, an account or a message"),
            7,
            _PROMISES,
            _ONLINE_QUESTIONS,
            enough=("what", "addresses"),
        ),
        Way(
            "professional",
            "e",
            "house",
            _("I work with children"),
            _("Teacher, health worker, social worker, organisation"),
            10,
            _PROMISES,
            _PROFESSIONAL_QUESTIONS,
        ),
    )
}
BY_SIGN = {way.sign: way for way in WAYS.values()}
