"""The kit as a Django app."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Base pages and components."""

    name = "dongxun.kit"
    label = "kit"
