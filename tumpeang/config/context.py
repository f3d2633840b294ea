"""What every page's template may use."""

from typing import Any

from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

_NAMES = {"km": "ខ្មែរ", "en": "English"}


def page(request: HttpRequest) -> dict[str, Any]:
    """`language`, and `other_language`: its code, its name in itself, and this page's address in it."""
    code = "en" if get_language() == "km" else "km"
    return {
        "language": get_language(),
        "other_language": {"code": code, "name": _NAMES[code], "url": translate_url(request.path, code)},
    }
