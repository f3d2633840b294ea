"""Who may do what with a report about own staff: pure functions. Whether it is theirs is asked in the act itself."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.letterbox.states import State

# the words that may be said to the reporter, and after which
SAYS: dict[State, set[State]] = {
    State.ACTING: {State.RECEIVED, State.READ},
    State.ENDED: {State.RECEIVED, State.READ, State.ACTING},
}


def may_open(*, by: Any, key: Any, **_kwargs: Any) -> None:
    """A role alone opens nothing: it takes the key that its holder keeps."""
    check(by, Permission.READ_SAFEGUARDING)
    if key is None:
        raise NotNow(_("Give your key first."))


def may_write(*, by: Any, key: Any, text: str, **_kwargs: Any) -> None:
    may_open(by=by, key=key)
    if not text.strip():
        raise NotNow(_("Write something first."))


def may_say(*, by: Any, key: Any, said: State, now_said: State, **_kwargs: Any) -> None:
    may_open(by=by, key=key)
    if now_said not in SAYS.get(said, set()):
        raise NotNow(_("This is not possible in the report's present state."))
