from django.apps import AppConfig


class LetterboxConfig(AppConfig):
    name = "tumpeang.letterbox"
    label = "letterbox"
