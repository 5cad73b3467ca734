"""The WSGI door that granian serves, with the worker beside it in embedded mode."""

import os
import sys
import threading
import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dongxun.web.settings")
application = get_wsgi_application()
sys.setswitchinterval(0.0005)  # whoever waits for another thread of ours waits half a millisecond


def _die_with(parent: int) -> None:
    """End this process when its server was killed, or it would keep the port for good."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if settings.EMBEDDED and os.environ.get("DONGXUN_WORKER") == "1":
    from dongxun.kernel import worker

    worker.start_thread()
    threading.Thread(target=_die_with, args=(os.getppid(),), daemon=True).start()
