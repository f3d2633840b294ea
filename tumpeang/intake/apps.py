from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "tumpeang.intake"
    label = "intake"

    def ready(self) -> None:
        from tumpeang.access.registry import registry
        from tumpeang.intake import leaving, numbered
        from tumpeang.intake.acts import ACTS, THINGS

        registry.name(ACTS, THINGS)
        registry.block("access.team", leaving.open_work_of)
        registry.find_by_number(numbered.reports)
        registry.hold(*leaving.HOLDINGS)
