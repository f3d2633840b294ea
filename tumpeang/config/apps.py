from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "tumpeang.config"
    label = "config"

    def ready(self) -> None:
        from tumpeang.access.registry import registry
        from tumpeang.config.acts import ACTS

        registry.name(ACTS, {})
