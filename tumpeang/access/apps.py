from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "tumpeang.access"
    label = "access"

    def ready(self) -> None:
        # library signals are received here only, to log what the accounts library does on its own
        from allauth.account.signals import password_changed, user_logged_in, user_logged_out
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
        from django.contrib.auth.signals import user_login_failed

        from tumpeang.access import leaving, sign_in
        from tumpeang.access.acts import ACTS, THINGS
        from tumpeang.access.registry import registry

        registry.name(ACTS, THINGS)
        registry.hold(leaving.LISTS, leaving.LAST_ON_LISTS)
        user_logged_in.connect(sign_in.signed_in)
        user_logged_out.connect(sign_in.signed_out)
        user_login_failed.connect(sign_in.failed)
        password_changed.connect(sign_in.password_changed)
        authenticator_added.connect(sign_in.factor_added)
        authenticator_removed.connect(sign_in.factor_removed)
        authenticator_reset.connect(sign_in.factor_reset)
