"""Numbers in the reader's digits where they are text. Where they are dialled or copied they stay Latin."""

from django import template
from django.utils.translation import get_language

register = template.Library()
_KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


@register.filter
def digits(value: object) -> str:
    text = str(value)
    return text.translate(_KHMER) if get_language() == "km" else text
