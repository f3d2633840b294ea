"""Levels of urgency, read from `reference/levels.yaml`: pure code over data.

Only what the reporter was really asked counts, with an answer that was offered. An envelope is made by the public face,
which anybody may talk to: a field that was never on the page, or a value that was never offered, changes nothing.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from tumpeang.intake.states import SPOKEN, Channel
from tumpeang.letterbox.forms import DANGER_OF, SHORT_CHOICES
from tumpeang.letterbox.questions import Question
from tumpeang.letterbox.ways import WAYS

_FILE = Path(__file__).parent / "reference" / "levels.yaml"
_UNKNOWN_WAY = "medium"
_UNSAID_WAY = "child"  # a call in which nobody said who calls is treated as carefully as a child's


@dataclass(frozen=True)
class Level:
    slug: str
    rank: int  # 0 is the most urgent
    minutes: int  # to the first human answer
    labels: dict[str, str]
    meanings: dict[str, str]

    @property
    def label(self) -> str:
        return in_language(self.labels)

    @property
    def means(self) -> str:
        return in_language(self.meanings)


@dataclass(frozen=True)
class Raise:
    answer: str
    values: frozenset[str]
    to: str
    texts: dict[str, str]

    @property
    def key(self) -> str:
        """What a report keeps of the rule that raised it."""
        return f"{self.answer}={'|'.join(sorted(self.values))}"

    @property
    def why(self) -> str:
        return in_language(self.texts)


@dataclass(frozen=True)
class Version:
    """A state of the rules. The digest of what decides keeps anybody from changing them under an old name."""

    version: str
    since: date
    digest: str
    texts: dict[str, str]

    @property
    def what(self) -> str:
        return in_language(self.texts)


@dataclass(frozen=True)
class Example:
    way: str
    answers: dict[str, Any]
    level: str
    because: tuple[str, ...]
    short: bool = False  # told on the page without a draft


@dataclass(frozen=True)
class Rules:
    levels: dict[str, Level]
    ways: dict[str, str]
    raises: tuple[Raise, ...]
    versions: tuple[Version, ...]  # oldest first
    examples: tuple[Example, ...]

    @property
    def version(self) -> str:
        """What a report keeps of the rules by which its level was set."""
        return self.versions[-1].version

    @property
    def digest(self) -> str:
        """Of what decides: not of words."""
        deciding = {
            "levels": [(level.slug, level.minutes) for level in self.levels.values()],
            "ways": sorted(self.ways.items()),
            "raises": [(rule.answer, sorted(rule.values), rule.to) for rule in self.raises],
        }
        return blake2b(json.dumps(deciding).encode(), digest_size=8).hexdigest()

    @property
    def changed_unsaid(self) -> bool:
        """What decides is no longer what the newest version says."""
        return self.versions[-1].digest != self.digest


@lru_cache(maxsize=1)
def rules() -> Rules:
    return read(yaml.safe_load(_FILE.read_text()))


def read(data: dict[str, Any]) -> Rules:
    levels = {
        slug: Level(slug, rank, entry["minutes"], entry["label"], entry["means"])
        for rank, (slug, entry) in enumerate(data["levels"].items())
    }
    return Rules(
        levels=levels,
        ways=data["ways"],
        raises=tuple(Raise(r["answer"], frozenset(r["is"]), r["to"], r["why"]) for r in data["raises"]),
        versions=tuple(Version(v["version"], v["since"], v["digest"], v["what"]) for v in data["versions"]),
        examples=tuple(Example(**(e | {"because": tuple(e["because"])})) for e in data["examples"]),
    )


def level_of(
    way: str, answers: dict[str, Any], *, short: bool = False, spoken: bool = False
) -> tuple[Level, list[Raise]]:
    """The level of a report and the rules that raised it, most urgent first. An unknown way counts as medium."""
    book, told = rules(), counted(way, answers, short=short, spoken=spoken)
    fitting = [rule for rule in book.raises if told.get(rule.answer) in rule.values]
    start = _UNSAID_WAY if spoken and not way else way
    slugs = [book.ways.get(start, _UNKNOWN_WAY), *(rule.to for rule in fitting)]
    level = min((book.levels[slug] for slug in slugs), key=lambda level: level.rank)
    return level, sorted(fitting, key=lambda rule: book.levels[rule.to].rank)


def by_channel(channel: str) -> dict[str, bool]:
    """How a report was told, as `level_of` and `counted` want to know it."""
    return {"short": channel == Channel.WEB_SHORT, "spoken": channel in SPOKEN}


def counted(way: str, answers: dict[str, Any], *, short: bool = False, spoken: bool = False) -> dict[str, str]:
    """The choices among the answers that were really offered to this reporter. `short`: on the page without a draft;
    `spoken`: in a call."""
    if spoken:
        return _of_call(answers)
    return _of_short_page(way, answers) if short else _of_way(way, answers)


def _of_call(answers: dict[str, Any]) -> dict[str, str]:
    """Whoever takes a call may be told anything that we ask anybody."""
    every = [question for way in WAYS.values() for question in way.questions if question.kind == "choice"]
    return {
        question.key: str(answers[question.key])
        for question in every
        if question.key in answers and _offered(question, answers[question.key])
    }


def _of_way(way: str, answers: dict[str, Any]) -> dict[str, str]:
    told: dict[str, str] = {}
    for question in WAYS[way].questions if way in WAYS else ():
        value = answers.get(question.key)
        if question.kind == "choice" and question.applies(told) and _offered(question, value):
            told[question.key] = str(value)
    return told


def _of_short_page(way: str, answers: dict[str, Any]) -> dict[str, str]:
    """That page asks everybody the same; whether a child is in danger follows from one of its answers."""
    told = {
        key: str(answers[key])
        for key, offered in SHORT_CHOICES.items()
        if way in WAYS and isinstance(answers.get(key), str) and answers[key] in dict(offered)
    }
    if "safety_now" in told and not WAYS[way].for_child:
        told["danger_now"] = DANGER_OF[told["safety_now"]]
    return told


def _offered(question: Question, value: Any) -> bool:
    return isinstance(value, str) and value in dict(question.choices)


def reasons(raised_by: list[str]) -> list[Raise]:
    """The rules that raised a report, by the keys that it kept; a rule that is no more is left out."""
    known = {rule.key: rule for rule in rules().raises}
    return [known[key] for key in raised_by if key in known]


def by_slug(slug: str) -> Level:
    return rules().levels[slug]


def in_language(texts: dict[str, str]) -> str:
    return texts.get(get_language() or "en", texts["en"])
