"""Sign-in links for the demo's cast, for whoever tries the house on their own machine."""

from django.core import signing

from tumpeang.access.models import User

SALT = "demo.sign_in"


def sign_in_path(user: User) -> str:
    return f"/demo/{signing.dumps(str(user.pk), salt=SALT)}/"
