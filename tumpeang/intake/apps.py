from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "tumpeang.intake"
    label = "intake"
