"""The WSGI door that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dongxun.web.settings")
application = get_wsgi_application()
