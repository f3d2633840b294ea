"""How this room's acts and things are called on the log's pages."""

from django.utils.translation import gettext_lazy as _

from tumpeang.access.registry import Act, Words

ACTS: dict[str, Act] = {
    "directory.load_places": Act(_("Places loaded")),
    "directory.load_services": Act(_("Services loaded")),
    "directory.check_service": Act(_("Service checked")),
}

THINGS: dict[str, Words] = {"service": _("Service"), "place": _("Place")}
