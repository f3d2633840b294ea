"""The language switch where a plain link to the address would lose the place: a query, or the answer to a form."""

from typing import Any

from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

_NAMES = {"km": "ខ្មែរ", "en": "English"}  # each in itself


def posted_switch(request: HttpRequest, fields: dict[str, str]) -> dict[str, Any]:
    """Context for letterbox/switch.html, in the place of the link in the page's head."""
    return {"other_language": None, "switch": _other(request.path) | {"fields": fields}}


def linked_switch(request: HttpRequest) -> dict[str, Any]:
    """The link in the page's head for a page that needs its query to stay the same page."""
    return {"other_language": _other(request.get_full_path())}


def _other(path: str) -> dict[str, Any]:
    code = "en" if get_language() == "km" else "km"
    return {"code": code, "name": _NAMES[code], "url": translate_url(path, code)}
