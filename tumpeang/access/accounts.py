"""The gaps of the accounts library closed: nobody signs up, seeds are encrypted, addresses are never kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from tumpeang.vault import secrets


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # a manager makes accounts

    def get_client_ip(self, request: HttpRequest) -> str:
        """A keyed hash: the library puts this into cache keys and notices, where no address may stand."""
        return secrets.keyed_hash(request.META.get("REMOTE_ADDR", ""), "address")

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return ""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The library's letters name addresses and devices; we send none of them."""


class SecondFactorAdapter(DefaultMFAAdapter):
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
