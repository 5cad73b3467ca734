"""Settings from ``DONGXUN_*`` variables, read once, failing loudly.

A variable ``X`` may be given as ``X_FILE``, the path of a file that holds it.
"""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

ROOT = Path(__file__).resolve().parents[3]


class ConfigError(Exception):
    """A variable is missing or makes no sense."""


def _text(name: str, default: str = "") -> str:
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def _flag(name: str, *, default: bool) -> bool:
    value = _text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise ConfigError(f"{name} must be 0 or 1, not {value!r}")
    return value in {"1", "true", "yes"}


def _number(name: str, *, default: int) -> int:
    value = _text(name, str(default))
    if not value.isdigit() or int(value) < 1:
        raise ConfigError(f"{name} must be a whole number above 0, not {value!r}")
    return int(value)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the outside may decide about an installation."""

    secret_key: str
    var: Path
    database: dict[str, object]
    allowed_hosts: list[str]
    https: bool
    proxy: bool
    debug: bool
    time_zone: str
    home: str
    address: str
    embedded: bool
    demo_today: str
    fonts: Path | None
    speech: str
    second_factor: bool
    idle_minutes: int
    idle_minutes_organisers: int
    edge: str
    video: str
    rtmp_port: int
    rtmp_host: str


def _secret_key(var: Path) -> str:
    if value := _text("DONGXUN_SECRET_KEY"):
        return value
    path = var / "secret.key"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


_SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; "
    "PRAGMA wal_autocheckpoint=8000;"  # 32 MB: a page that an import writes often is moved once
)


def _database(url: str, var: Path) -> dict[str, object]:
    """Return Django's database dictionary: PostgreSQL by URL, else embedded SQLite."""
    if not url:
        var.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "dongxun.kernel.sqlite",
            "NAME": str(var / "dongxun.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": _SQLITE_START,
            },
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ConfigError("DONGXUN_DATABASE_URL must start with postgresql://")
    return {
        "ENGINE": "dongxun.kernel.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"prepare_threshold": 0 if _flag("DONGXUN_PREPARE", default=True) else None},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _edge(value: str) -> str:
    """Return where pages reach the edge: ``:8001`` (this host, that port), a path, or nowhere."""
    if value and not re.fullmatch(r":\d{2,5}|/[\w/-]*", value):
        raise ConfigError("DONGXUN_EDGE must be a port like :8001, a path like /, or empty")
    return value


def _video(value: str) -> str:
    """Return where nginx hands video out: ``:8004``, ``proxy:8004`` behind the proxy, or nowhere."""
    if value and not re.fullmatch(r"(proxy)?:\d{2,5}", value):
        raise ConfigError(
            "DONGXUN_VIDEO must be :8004, proxy:8004 (another port will do), or empty"
        )
    return value


def load() -> Config:
    """Read the environment.

    Raises:
        ConfigError: a value makes no sense.
    """
    var = Path(_text("DONGXUN_VAR", str(ROOT / "var")))
    url = _text("DONGXUN_DATABASE_URL")
    fonts = _text("DONGXUN_FONTS")
    https = _flag("DONGXUN_HTTPS", default=False)
    home = _text("DONGXUN_HOME", "https://dongxun.example").rstrip("/")
    return Config(
        secret_key=_secret_key(var),
        var=var,
        database=_database(url, var),
        allowed_hosts=_text("DONGXUN_HOSTS", "localhost,127.0.0.1,[::1]").split(","),
        https=https,
        proxy=_flag("DONGXUN_PROXY", default=False),
        debug=_flag("DONGXUN_DEBUG", default=False),
        time_zone=_text("DONGXUN_TIME_ZONE", "Asia/Shanghai"),
        home=home,
        address=_text("DONGXUN_ADDRESS", home).rstrip("/"),
        embedded=_flag("DONGXUN_EMBEDDED", default=not url),
        demo_today=_text("DONGXUN_DEMO_TODAY"),
        fonts=Path(fonts) if fonts else None,
        speech=_text("DONGXUN_SPEECH"),
        second_factor=_flag("DONGXUN_SECOND_FACTOR", default=True),
        idle_minutes=_number("DONGXUN_IDLE_MINUTES", default=30),
        idle_minutes_organisers=_number("DONGXUN_IDLE_MINUTES_ORGANISERS", default=240),
        edge=_edge(_text("DONGXUN_EDGE")),
        video=_video(_text("DONGXUN_VIDEO")),
        rtmp_port=_number("DONGXUN_RTMP_PORT", default=1935),
        rtmp_host=_text("DONGXUN_RTMP_HOST"),
    )


def origins(config: Config, where: str) -> list[str]:
    """Return the addresses of a port that pages may reach beside their own; none for a path."""
    if not where.startswith(":"):
        return []
    scheme = "https" if config.https else "http"
    return [f"{scheme}://{host}{where}" for host in config.allowed_hosts if host[0] not in ".*["]
