from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "tumpeang.config"
    label = "config"
