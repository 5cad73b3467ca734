"""The kernel as a Django app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Tables that every room stands on."""

    name = "dongxun.kernel"
    label = "kernel"
