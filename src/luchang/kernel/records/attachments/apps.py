from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "luchang.kernel.records.attachments"
    label = "attachments"
