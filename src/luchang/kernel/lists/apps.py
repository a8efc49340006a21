from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "luchang.kernel.lists"
    label = "lists"
