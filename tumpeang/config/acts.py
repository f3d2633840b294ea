"""How the acts of keys and archives are called on the log's pages: they belong to no room."""

from django.utils.translation import gettext_lazy as _

from tumpeang.access.registry import Act

ACTS: dict[str, Act] = {
    "system.renew": Act(_("System key renewed")),
    "installation.restore": Act(_("Restored from an archive")),
}
