"""What stands against closing a case, in words: said to the registry in apps.py. Other rooms say theirs there too."""

from collections.abc import Iterator

from django.utils.translation import ngettext_lazy

from tumpeang.cases import queries
from tumpeang.cases.models import Case

_OPEN = {
    "promises": ngettext_lazy(
        "%(number)d promise is not kept yet", "%(number)d promises are not kept yet", "number"
    ),
    "tasks": ngettext_lazy("%(number)d task is not done yet", "%(number)d tasks are not done yet", "number"),
    "reports": ngettext_lazy("%(number)d report is not ended yet", "%(number)d reports are not ended yet", "number"),
}  # fmt: skip


def open_in(case: Case) -> Iterator[str]:
    """Promises, tasks, and reports that still wait for somebody; of all that is merged into it, too."""
    waiting = queries.open_counts(case)
    for name, words in _OPEN.items():
        if number := getattr(waiting, name):
            yield words % {"number": number}
