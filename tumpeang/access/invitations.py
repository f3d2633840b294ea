"""The code with which a person begins: made when a second person agrees, seen by that person only, handed over by word.

Who proposed an account never sees its code, so nobody alone makes an account that they can sign in with. The table
holds a keyed hash.
"""

import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, rules, sessions
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import Invitation, User
from tumpeang.vault.secrets import keyed_hash, keyed_hashes

LIFE = timedelta(hours=72)
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U: 32 signs, five bits each
LENGTH = 16  # 80 bits
_GROUP = 4
_PURPOSE = "invitation"
_MEANT = str.maketrans("ILOU០១២៣៤៥៦៧៨៩", "110V0123456789")  # what is read or heard wrongly


WRONG = _("The user name or the code is not right, or the code is too old. Ask whoever gave it to you.")


def make(*, user: User, now: datetime) -> str:
    """A new code, inside an action of a second person; older ones end. Returns it in groups, as it is shown."""
    withdraw(user=user, now=now)
    code = "".join(secrets.choice(SIGNS) for _place in range(LENGTH))
    Invitation(user=user, code_hash=keyed_hash(code, _PURPOSE), made_at=now, expires_at=now + LIFE).save()
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def withdraw(*, user: User, now: datetime) -> None:
    """Inside an action: no code of this account opens anything any more."""
    Invitation.objects.filter(user=user, ended_at=None).update(ended_at=now)


def waits(user: User, now: datetime) -> bool:
    """A code was handed out and can still be used."""
    return Invitation.objects.filter(user=user, ended_at=None, expires_at__gt=now).exists()


def find(*, username: str, code: str, now: datetime) -> Invitation | None:
    """The invitation that name and code open together. One question, whether or not there is such an account."""
    open_ones = Invitation.objects.filter(ended_at=None, expires_at__gt=now, user__is_active=True)
    hashes = keyed_hashes(plain(code), _PURPOSE)
    return open_ones.filter(user__username__iexact=username, code_hash__in=hashes).select_related("user").first()


def plain(typed: str) -> str:
    """The code as it was made, however it was typed."""
    signs = typed.upper().translate(_MEANT)
    return "".join(sign for sign in signs if sign in SIGNS)


@action("account.begin", rule=rules.may_begin, target="by")
def begin(*, by: User, invitation: Invitation, password: str, now: datetime) -> None:
    """Set the first password. The second step follows at the sign-in."""
    open_one = Invitation.objects.filter(pk=invitation.pk, ended_at=None, expires_at__gt=now)
    if not open_one.update(ended_at=now):
        raise NotNow(WRONG)
    by.set_password(password)
    by.save(update_fields=["password"])


def lock_out(user: User) -> None:
    """Inside an action: no password, no second step, no sign-in that goes on."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    factors = Authenticator.objects.filter(user=user).delete()[0]
    door.note(factors=factors, sessions=sessions.end_all(user))
