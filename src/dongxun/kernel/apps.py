"""The kernel as a Django app; it also opens every room when the house is ready."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps

OPENED = ("rules", "tasks", "importers", "sync")
"""Modules that register something by being imported; ``handlers`` has a dictionary instead."""


class KernelConfig(AppConfig):
    """Tables that every room stands on."""

    name = "dongxun.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Import each room's registering modules, and let its handlers listen."""
        events = import_module("dongxun.kernel.events")  # tables exist only from here on
        for config in apps.get_app_configs():
            if not config.name.startswith("dongxun."):
                continue
            for module in OPENED:
                if find_spec(f"{config.name}.{module}"):
                    import_module(f"{config.name}.{module}")
            if find_spec(f"{config.name}.handlers"):
                events.listen(import_module(f"{config.name}.handlers").HANDLERS)
