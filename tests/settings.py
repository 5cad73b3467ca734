"""Settings of the tests: the real ones, with cheap passwords and a folder of their own."""

import atexit
import os
import shutil
import tempfile

if "DONGXUN_VAR" not in os.environ:
    os.environ["DONGXUN_VAR"] = tempfile.mkdtemp(prefix="dongxun-test-")
    atexit.register(shutil.rmtree, os.environ["DONGXUN_VAR"], ignore_errors=True)
os.environ.setdefault("DONGXUN_SECRET_KEY", "not-a-secret-for-tests-only-0123456789abcdef")
os.environ.setdefault("DONGXUN_DEMO_TODAY", "")

from dongxun.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
LOGGING = LOGGING | {"root": {"handlers": ["console"], "level": "ERROR"}}  # noqa: F405
for _database in DATABASES.values():  # noqa: F405
    if str(_database["ENGINE"]).endswith("sqlite"):
        # pytest-django knows Django's own backend only; ours would write test files to disk
        _database["TEST"] = {"NAME": ":memory:"}
