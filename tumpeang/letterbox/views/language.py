"""The language switch of pages that answer a form: a link would lose what they show, so it is a form too."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, override


def posted_switch(request: HttpRequest, fields: dict[str, str]) -> dict[str, Any]:
    """Context for letterbox/switch.html, in the place of the link in the page's head."""
    code = "en" if get_language() == "km" else "km"
    with override(code):
        name = str(dict(settings.LANGUAGES)[code])
    url = translate_url(request.path, code)
    return {"other_language": None, "switch": {"code": code, "name": name, "url": url, "fields": fields}}
