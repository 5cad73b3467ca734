"""Django settings; everything variable comes from :mod:`dongxun.web.config`."""

from csp.constants import NONCE, NONE, SELF

from dongxun.web.config import ROOT, load, origins

CONFIG = load()
BASE_DIR = ROOT
SECRET_KEY = CONFIG.secret_key
DEBUG = CONFIG.debug
ALLOWED_HOSTS = CONFIG.allowed_hosts
DATABASES = {"default": CONFIG.database}
VAR = CONFIG.var
HOME = CONFIG.home
ADDRESS = CONFIG.address
EMBEDDED = CONFIG.embedded
DEMO_TODAY = CONFIG.demo_today
FONTS = CONFIG.fonts
SPEECH = CONFIG.speech
SECOND_FACTOR = CONFIG.second_factor
IDLE_MINUTES = CONFIG.idle_minutes
IDLE_MINUTES_ORGANISERS = CONFIG.idle_minutes_organisers
TRUST_PROXY = CONFIG.proxy
EDGE = CONFIG.edge
VIDEO = CONFIG.video
RTMP_PORT = CONFIG.rtmp_port
RTMP_HOST = CONFIG.rtmp_host

ROOMS = [
    "kernel",
    "kit",
    "files",
    "organisations",
    "people",
    "access",
    "ledger",
    "notices",
    "seasons",
    "coverage",
    "quizzes",
    "needs",
    "packs",
    "library",
    "publishing",
    "activities",
    "booths",
    "visits",
    "volunteers",
    "live",
    "contests",
    "exchanges",
    "lecturers",
    "reports",
    "planning",
    "web",
]
INSTALLED_APPS = [
    # our rooms first, so that our words go before Django's
    *(f"dongxun.{room}.apps.{room.title()}Config" for room in ROOMS),
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_vite",
    "django_htmx",
    "template_partials",
    "csp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "dongxun.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "dongxun.web.middleware.BodySizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dongxun.web.middleware.DomainErrorMiddleware",
    "dongxun.access.middleware.ActorMiddleware",
]
ROOT_URLCONF = "dongxun.web.urls"
WSGI_APPLICATION = "dongxun.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "dongxun.web.context.page",
            ],
        },
    }
]
AUTH_USER_MODEL = "access.Account"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "dongxun.access.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_ENGINE = "dongxun.access.session_store"
SESSION_COOKIE_NAME = "__Host-dx" if CONFIG.https else "dx"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-dxcsrf" if CONFIG.https else "dxcsrf"
CSRF_FAILURE_VIEW = "dongxun.web.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.proxy else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 63072000 if CONFIG.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = CONFIG.https
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:", *origins(CONFIG, VIDEO)],
        "connect-src": [SELF, *origins(CONFIG, EDGE), *origins(CONFIG, VIDEO)],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
LANGUAGE_COOKIE_NAME = "dxlang"
USE_TZ = True
FORMAT_MODULE_PATH = "dongxun.kit.formats"
TIME_ZONE = CONFIG.time_zone
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "build" / "static"
STATICFILES_DIRS = [ROOT / "build" / "assets"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[0-9A-Za-z_-]{8}\..+$"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": ROOT / "build" / "assets" / "manifest.json",
        "static_url_prefix": "",
    }
}
QUEUES = ["default", "long", "media"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": QUEUES}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
