from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tumpeang.people"
    label = "people"

    def ready(self) -> None:
        from tumpeang.access.registry import registry
        from tumpeang.people.acts import ACTS, THINGS

        registry.name(ACTS, THINGS)
