"""``manage.py worker``: the worker as a process of its own."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from dongxun.kernel import worker


class Command(BaseCommand):
    help = "Deliver events and do jobs until told to stop."

    def handle(self, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.run(stop)
