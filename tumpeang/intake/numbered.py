"""What the search for people shows of this room: reports with the number that was typed. Said to the registry."""

from django.urls import reverse
from django.utils.translation import gettext as _

from tumpeang.access.models import User
from tumpeang.access.registry import Link
from tumpeang.access.roles import Permission
from tumpeang.intake import actions
from tumpeang.intake.summary import ids_numbered

MOST = 3  # a number is the beginning of an id: rarely of two


def reports(user: User, typed: str) -> list[Link]:
    """Reports with this number, as far as the reader sees them."""
    if not ids_numbered(typed) or not user.can(Permission.READ_REPORTS):
        return []
    return [
        Link(
            _("Report %(number)s") % {"number": report.pk.hex[:6].upper()},
            reverse("intake:report", kwargs={"report_id": report.pk}),
        )
        for report in actions.find(by=user, typed=typed)[:MOST]
    ]
