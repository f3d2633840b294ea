"""The gaps of the accounts library closed: nobody signs up, seeds are encrypted, addresses are never kept."""

import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tumpeang.access.addresses import address_of
from tumpeang.vault import secrets


class AccountAdapter(DefaultAccountAdapter):
    # what a person can meet, in our words; the rest of the library's sentences: locale/external.txt
    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Ask a supervisor if that is a mistake."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right. Wait for the next one and type it again."),
        "incorrect_password": _("The password is not right."),
        "too_many_login_attempts": _("Too many tries. Wait some minutes, or ask a supervisor."),
        "username_password_mismatch": _("The user name or the password is not right."),
        "rate_limited": _("Too many tries. Wait some minutes, or ask a supervisor."),
    }

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in of these minutes counts: nobody types a password twice to set up the second step."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > fresh for record in records)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # a manager makes accounts

    def get_client_ip(self, request: HttpRequest) -> str:
        """A keyed hash: the library puts this into cache keys and notices, where no address may stand."""
        return secrets.keyed_hash(address_of(request), "address")

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return ""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The library's letters name addresses and devices; we send none of them."""


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("This cannot be taken away now."),
        "cannot_generate_recovery_codes": _("Set up the second step first."),
        "incorrect_code": _("This code is not right. Wait for the next one and type it again."),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("My passkey")

    def encrypt(self, text: str) -> str:
        return secrets.encrypt_text(text, secrets.SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt_text(encrypted_text, secrets.SECOND_FACTOR)

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Tumpeang"}

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """See AccountAdapter.send_mail."""


class LongEnough(MinimumLengthValidator):
    """The framework's rule; its sentence has plural forms that the list of external sentences cannot hold."""

    def get_error_message(self) -> str:
        return gettext("The password is too short: at least %(number)d signs.") % {"number": self.min_length}
