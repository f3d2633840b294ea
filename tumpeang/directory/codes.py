"""Code lists: slugs with a label in two languages, kept as YAML in `reference/`."""

from dataclasses import dataclass
from functools import cache

from tumpeang.directory.bilingual import spoken
from tumpeang.directory.reference import read


@dataclass(frozen=True)
class Code:
    """One entry of a code list. A retired one is still understood, but no longer offered."""

    slug: str
    en: str
    km: str
    retired: bool = False
    hidden_address: bool = False  # who runs such a service keeps children safe by not being found

    @property
    def label(self) -> str:
        return spoken(self.km, self.en)


@cache
def service_types() -> dict[str, Code]:
    """What a service offers, in the order in which it is shown."""
    return _codes("service_types")


@cache
def organisation_types() -> dict[str, Code]:
    return _codes("organisation_types")


def _codes(name: str) -> dict[str, Code]:
    return {entry["slug"]: Code(**entry) for entry in read(name)}
