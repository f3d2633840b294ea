"""Workers beside the cast, with their roles already granted."""

from tumpeang.access import actions as access
from tumpeang.access.models import RoleGrant, User
from tumpeang.access.records import writing
from tumpeang.access.roles import USUAL_SCOPE, Role


def with_role(username: str, *roles: str) -> User:
    tola = User.objects.get(username="tola")
    user = access.add_worker(by=tola, username=username, display_name=username.title())
    with writing():
        for role in map(Role, roles):
            RoleGrant(user=user, role=role, scope=USUAL_SCOPE[role]).save()
    return User.objects.get(pk=user.pk)
