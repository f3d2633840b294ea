"""What the directory's pages accept. Only checks; nothing typed is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.directory.models import Place
from tumpeang.directory.queries import LONGEST_TEXT, children_of, find_place, offered_needs, resolve_place


class NearForm(forms.Form):
    """The kind of help that is looked for. Left empty it means any."""

    need = forms.ChoiceField(required=False, error_messages={"invalid_choice": _("Please choose from the list.")})

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        need = cast(forms.ChoiceField, self.fields["need"])
        need.choices = [("", _("Any help")), *((code.slug, code.label) for code in offered_needs())]


@dataclass(frozen=True)
class PlaceChoice:
    """What is known of a place while somebody types or chooses it (template part: directory/place_choice.html).

    Unless `settled`, the page is shown again: with `places` to choose from, or saying once that nothing was found.
    A settled choice without a place means that none is known: the typed `text` is all there is, or nothing is.
    """

    text: str = ""
    place: Place | None = None
    places: tuple[Place, ...] = ()
    inside: Place | None = None  # `places` are this one and its parts, rather than what was typed
    listing: bool = False  # a list is walked, level by level
    settled: bool = False

    @property
    def unknown(self) -> bool:
        return not self.settled and not self.places


def choose_place(data: Mapping[str, str]) -> PlaceChoice:
    """Read the fields of the place part, from one page to the next, without JavaScript.

    place_text  what was typed
    place       the chosen radio button: an id, or "none" of these
    place_for   the text that the radio buttons answered: a text typed anew wins over an old button
    place_open  a button: list the parts of the chosen place ("chosen"), or the provinces ("top")
    """
    text = data.get("place_text", "").strip()[:LONGEST_TEXT]
    fresh = data.get("place_for", "").strip() == text
    chosen = find_place(data.get("place", "")) if fresh else None
    if "place_open" in data:
        return _list(text, chosen if data["place_open"] == "chosen" else None)
    if fresh or not text:
        # Whoever has seen the choices and goes on without one is not kept: the typed text is enough.
        return PlaceChoice(text=text or (chosen.path if chosen else ""), place=chosen, settled=True)
    found = resolve_place(text)
    if isinstance(found, Place):
        return PlaceChoice(text=text, place=found, settled=True)
    return PlaceChoice(text=text, places=tuple(found))


def _list(text: str, inside: Place | None) -> PlaceChoice:
    if inside is None:
        return PlaceChoice(text=text, places=tuple(children_of(None)), listing=True)
    return PlaceChoice(text=text, places=(inside, *children_of(inside.pk)), inside=inside, listing=True)
