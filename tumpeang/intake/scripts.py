"""What to say in a call, read from `reference/scripts.yaml`. Pure code over data."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from tumpeang.intake.levels import in_language

_FILE = Path(__file__).parent / "reference" / "scripts.yaml"
SELF_HARM = "self_harm"
SECOND_WORKER, FOLLOW_UP = "second_worker", "follow_up"  # steps of it that do something


@dataclass(frozen=True)
class Step:
    slug: str
    dos: dict[str, str]
    says: dict[str, str]

    @property
    def do(self) -> str:
        return in_language(self.dos)

    @property
    def say(self) -> str:
        return in_language(self.says) if self.says else ""


@dataclass(frozen=True)
class Script:
    slug: str
    labels: dict[str, str]
    whens: dict[str, str]
    steps: tuple[Step, ...]

    @property
    def label(self) -> str:
        return in_language(self.labels)

    @property
    def when(self) -> str:
        return in_language(self.whens)


@dataclass(frozen=True)
class Book:
    scripts: dict[str, Script]
    advice: tuple[dict[str, str], ...]

    @property
    def phrases(self) -> list[str]:
        return [in_language(one) for one in self.advice]


@lru_cache(maxsize=1)
def book() -> Book:
    data = yaml.safe_load(_FILE.read_text())
    scripts = {
        slug: Script(slug, one["label"], one["when"], tuple(map(_step, one["steps"])))
        for slug, one in data["scripts"].items()
    }
    return Book(scripts, tuple(data["advice"]))


def _step(one: dict[str, dict[str, str]]) -> Step:
    return Step(str(one["slug"]), one["do"], one.get("say", {}))


def self_harm_steps() -> dict[str, Step]:
    return {step.slug: step for step in book().scripts[SELF_HARM].steps}
