from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "tumpeang.vault"
    label = "vault"
