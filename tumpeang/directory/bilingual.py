"""Rows that speak two languages: the active one decides, and the other stands in where a text is missing."""

from django.utils.translation import get_language


def spoken(km: str, en: str) -> str:
    """The text in the active language (Khmer unless English is active)."""
    if (get_language() or "km").startswith("en"):
        return en or km
    return km or en


class Named:
    """Gives `name` to a model with `name_km` and `name_en`."""

    name_km: str
    name_en: str

    @property
    def name(self) -> str:
        return spoken(self.name_km, self.name_en)

    def __str__(self) -> str:
        return self.name
