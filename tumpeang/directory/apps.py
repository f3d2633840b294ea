from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "tumpeang.directory"
    label = "directory"
