"""The units of figures, read from reference/units.yaml: what counts what, and what may be added over time."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

import yaml

from tumpeang.statistics.errors import UnknownUnit


@dataclass(frozen=True)
class Unit:
    """`kind`: "beings" (may come again in another period), "events" (happen once), "measures" (are not counted)."""

    slug: str
    kind: str
    names: dict[str, tuple[str, str]]

    @property
    def counted(self) -> bool:
        return self.kind != "measures"

    def words(self, language: str) -> str:
        """Many of it, within a sentence."""
        return self.name(language)

    def name(self, language: str, value: object = None) -> str:
        """Its name in "en" or "km": the singular for exactly one, else the plural."""
        one, many = self.names[language]
        return one if value == 1 else many


@cache
def units() -> dict[str, Unit]:
    """All units by slug."""
    text = files("tumpeang.statistics").joinpath("reference/units.yaml").read_text(encoding="utf-8")
    return {
        slug: Unit(slug, kind, {language: (one, many) for language, (one, many) in names.items()})
        for kind, members in yaml.safe_load(text).items()
        for slug, names in members.items()
    }


def unit(slug: str) -> Unit:
    """The unit of that slug. Raises `UnknownUnit` with the nearest that there is."""
    try:
        return units()[slug]
    except KeyError:
        near = get_close_matches(slug, units(), n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(units())}"
        raise UnknownUnit(f"no unit is called {slug!r}{hint}") from None
