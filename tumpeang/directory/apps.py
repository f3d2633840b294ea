from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "tumpeang.directory"
    label = "directory"

    def ready(self) -> None:
        from tumpeang.access.registry import registry
        from tumpeang.directory.acts import ACTS, THINGS

        registry.name(ACTS, THINGS)
