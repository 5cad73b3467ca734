"""The kernel as a Django app; it also opens every room when the house is ready."""

import gc
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps

from dongxun.kernel.wording import speak_plainly

_NEW_OBJECTS = 20_000
"""How many objects more than before let Python look for rings of them; its own 700 are for
scripts. An import makes some ten objects a row, and no rings: a thirteenth of it was looking."""
OPENED = ("rules", "tasks", "importers", "sync", "said", "acts")
"""Modules that register something by being imported; ``handlers`` has a dictionary instead."""


class KernelConfig(AppConfig):
    """Tables that every room stands on."""

    name = "dongxun.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Import each room's registering modules, and let its handlers listen."""
        speak_plainly()
        events = import_module("dongxun.kernel.events")  # tables exist only from here on
        for config in apps.get_app_configs():
            if not config.name.startswith("dongxun."):
                continue
            for module in OPENED:
                if find_spec(f"{config.name}.{module}"):
                    import_module(f"{config.name}.{module}")
            if find_spec(f"{config.name}.handlers"):
                events.listen(import_module(f"{config.name}.handlers").HANDLERS)
        gc.collect()
        gc.freeze()  # what the house is built of stays as long as it stands
        gc.set_threshold(_NEW_OBJECTS, 20, 20)
