"""Where a request comes from. Used to make a keyed hash at once; nothing keeps the address itself."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The sender's address: the connection's, or what our own proxies appended to X-Forwarded-For."""
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.TRUSTED_PROXIES and len(chain) >= settings.TRUSTED_PROXIES:
        return chain[-settings.TRUSTED_PROXIES]
    return str(request.META.get("REMOTE_ADDR", ""))
