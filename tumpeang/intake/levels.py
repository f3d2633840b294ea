"""Levels of urgency, read from `reference/levels.yaml`: pure code over data."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

_FILE = Path(__file__).parent / "reference" / "levels.yaml"


@dataclass(frozen=True)
class Level:
    slug: str
    rank: int  # 0 is the most urgent
    minutes: int  # to the first human answer
    labels: dict[str, str]
    meanings: dict[str, str]

    @property
    def label(self) -> str:
        return _in_language(self.labels)

    @property
    def means(self) -> str:
        return _in_language(self.meanings)


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
        return _in_language(self.texts)


@dataclass(frozen=True)
class Rules:
    levels: dict[str, Level]
    ways: dict[str, str]
    raises: tuple[Raise, ...]


@lru_cache(maxsize=1)
def rules() -> Rules:
    data = yaml.safe_load(_FILE.read_text())
    levels = {
        slug: Level(slug, rank, entry["minutes"], entry["label"], entry["means"])
        for rank, (slug, entry) in enumerate(data["levels"].items())
    }
    raises = tuple(Raise(r["answer"], frozenset(r["is"]), r["to"], r["why"]) for r in data["raises"])
    return Rules(levels=levels, ways=data["ways"], raises=raises)


def level_of(way: str, answers: dict[str, Any]) -> tuple[Level, list[Raise]]:
    """The level of a report and the rules that raised it, most urgent first. An unknown way counts as medium."""
    book = rules()
    fitting = [rule for rule in book.raises if _has(answers.get(rule.answer), rule.values)]
    slugs = [book.ways.get(way, "medium"), *(rule.to for rule in fitting)]
    level = min((book.levels[slug] for slug in slugs), key=lambda level: level.rank)
    return level, sorted(fitting, key=lambda rule: book.levels[rule.to].rank)


def reasons(raised_by: list[str]) -> list[Raise]:
    """The rules that raised a report, by the keys that it kept; a rule that is no more is left out."""
    known = {rule.key: rule for rule in rules().raises}
    return [known[key] for key in raised_by if key in known]


def by_slug(slug: str) -> Level:
    return rules().levels[slug]


def _has(answer: Any, values: frozenset[str]) -> bool:
    given = answer if isinstance(answer, list) else [answer]
    return any(value in values for value in given)


def _in_language(texts: dict[str, str]) -> str:
    return texts.get(get_language() or "en", texts["en"])
