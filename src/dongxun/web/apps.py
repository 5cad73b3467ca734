"""The roof as a Django app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Base pages and dashboards."""

    name = "dongxun.web"
    label = "web"
