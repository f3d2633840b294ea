"""Code lists of this room: slugs with a label in two languages, kept as YAML in `reference/`."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from tumpeang.cases import reference
from tumpeang.directory.bilingual import spoken


@dataclass(frozen=True)
class Code:
    """One entry. A retired one is still understood, but no longer offered."""

    slug: str
    en: str
    km: str
    group: str = ""
    retired: bool = False

    @property
    def label(self) -> str:
        return spoken(self.km, self.en)


@cache
def codes(name: str) -> dict[str, Code]:
    """The list `closing`, `forms` or `not_asked`, in the order in which it is shown."""
    text = (resources.files(reference) / f"{name}.yaml").read_text(encoding="utf-8")
    return {entry["slug"]: Code(**entry) for entry in yaml.safe_load(text)}


def offered(name: str) -> list[tuple[str, str]]:
    """Slugs and words to choose from, in the reader's language."""
    return [(code.slug, code.label) for code in codes(name).values() if not code.retired]


def words(name: str, slug: str) -> str:
    return codes(name)[slug].label if slug in codes(name) else ""
