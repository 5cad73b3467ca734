"""Serve this installation: ``python -m dongxun.web.serve [--lan] [--no-demo] [--no-edge]``.

Brings the database up to date, loads the demo district into an empty one,
prints where to look and becomes the server. A start with nothing to do imports
no Django before the server does.
"""

import argparse
import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

from dongxun.web.config import Config, load

PACKAGE = Path(__file__).resolve().parents[1]
LOCAL = ("localhost", "127.0.0.1")
FIRST_ACCOUNT = (
    "Nobody can sign in yet. In another terminal, with the same DONGXUN_VAR:",
    "  .venv/bin/python manage.py import_divisions 320612",
    "  .venv/bin/python manage.py open_account office --organisation 320612",
)
ACCOUNTS = "demo-accounts.txt"
"""Written into ``DONGXUN_VAR`` by ``manage.py demo``, printed at every start."""


def main() -> None:
    """Prepare what is needed, say where to look, and become granian."""
    options = _options()
    bind = "0.0.0.0" if options.lan else options.host  # noqa: S104 - the point of --lan
    _require_free(bind, options.port)
    hosts = [*LOCAL, *(_lan_addresses() if options.lan else [])]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dongxun.web.settings")
    os.environ.setdefault("DONGXUN_WORKER", "1")
    if options.lan:
        os.environ["DONGXUN_HTTPS"] = "1"
        os.environ.setdefault("DONGXUN_HOSTS", ",".join(hosts))
    os.environ.setdefault("DONGXUN_ADDRESS", _address(hosts, options.port, lan=options.lan))
    edge = _edge_port(bind, options.port) if options.edge else 0
    if edge:
        os.environ.setdefault("DONGXUN_EDGE", f":{edge}")
    config = load()
    is_new = _prepare(config, with_demo=options.demo)
    _announce(config, hosts, options.port, lan=options.lan, is_new=is_new)
    if edge:
        _start_edge(config, bind, edge, hosts, lan=options.lan)
    command = _granian(config, bind, options.port, hosts, lan=options.lan)
    os.execv(sys.executable, command)  # noqa: S606 - ourselves


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dongxun.web.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or "8000"))
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--lan", action="store_true", help="https for phones on this network")
    parser.add_argument("--no-demo", dest="demo", action="store_false")
    parser.add_argument("--no-edge", dest="edge", action="store_false", help="pages ask instead")
    return parser.parse_args()


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"Port {port} is not free ({error.strerror}). Try: make run PORT={port + 1}")


def _edge_port(host: str, port: int) -> int:
    """Return the port of the edge: the next one, or 0 when it is taken; then pages ask instead."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port + 1))
        except (OSError, OverflowError):
            print(f"Port {port + 1} is not free: live pages ask every few seconds.", flush=True)
            return 0
    return port + 1


def _start_edge(config: Config, host: str, port: int, hosts: list[str], *, lan: bool) -> None:
    """Start the edge beside us; it ends with this process, whatever becomes of it."""
    command = [sys.executable, "-m", "dongxun.edge", "--host", host, "--port", str(port)]
    command += ["--parent", str(os.getpid())]
    if lan:
        from dongxun.web import certificate

        path, key = certificate.ensure(config.var, hosts)
        command += ["--certificate", str(path), "--key", str(key)]
    subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - ourselves


def _prepare(config: Config, *, with_demo: bool) -> bool:
    """Migrate when migrations or database are new; load the demo into an empty one.

    Return whether the database is known to hold nothing: nobody has an account.
    """
    stamp = config.var / "prepared"
    now = f"{fingerprint()} {with_demo}"
    name = str(config.database["NAME"])
    is_file = config.database["ENGINE"] == "dongxun.kernel.sqlite"
    if is_file and Path(name).exists() and stamp.exists() and stamp.read_text() == now:
        return False
    import django

    django.setup()
    from django.core.management import call_command, get_commands

    call_command("migrate", interactive=False, verbosity=0)
    is_empty = _is_empty()
    if with_demo and "demo" in get_commands() and is_empty:
        print("Loading the demo district. This takes two or three minutes, once.", flush=True)
        call_command("demo", quiet=True)
        is_empty = False
    if not is_empty:
        stamp.write_text(now)
    return is_empty


def fingerprint() -> str:
    """Return a hash of every migration of ours and of the locked packages."""
    migrations = sorted(PACKAGE.glob("*/migrations/*.py"))
    locked = sorted(PACKAGE.parents[1].glob("requirements/run.txt"))
    digest = hashlib.sha256()
    for path in [*migrations, *locked]:
        digest.update(str(path.relative_to(PACKAGE.parents[1])).encode() + path.read_bytes())
    return digest.hexdigest()


def _is_empty() -> bool:
    """Return whether nobody has entered an organisation yet: the demo joins nobody's data."""
    from django.apps import apps

    return not apps.get_model("organisations", "Organisation").objects.exists()


def _lan_addresses() -> list[str]:
    """Return this machine's addresses on its networks; nothing is sent."""
    found: set[str] = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            found.add(probe.getsockname()[0])
        except OSError:
            pass
    try:
        infos = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        found.update(str(info[4][0]) for info in infos)
    except OSError:
        pass
    return sorted(address for address in found if not address.startswith("127."))


def _address(hosts: list[str], port: int, *, lan: bool) -> str:
    """Return where others reach what is served: links in texts and codes on papers lead there."""
    host = next((host for host in hosts if host not in LOCAL), "localhost")
    return f"{'https' if lan else 'http'}://{host}:{port}"


def _announce(
    config: Config, hosts: list[str], port: int, *, lan: bool, is_new: bool = False
) -> None:
    scheme = "https" if lan else "http"
    shown = [host for host in hosts if host != "127.0.0.1"]
    lines = ["", "dongxun 冬训", *(f"  {scheme}://{host}:{port}/" for host in shown)]
    if lan:
        lines += ["  The certificate is our own: let the browser go on past its warning."]
    accounts = config.var / ACCOUNTS
    if accounts.exists():
        own = _address(hosts, port, lan=lan)
        told = accounts.read_text(encoding="utf-8").splitlines()
        lines += ["", *(line.replace("  /l/", f"  {own}/l/") for line in told)]
    elif is_new:
        lines += ["", *FIRST_ACCOUNT]
    print("\n".join([*lines, "", "Stop with Ctrl-C.", ""]), flush=True)


def _granian(config: Config, host: str, port: int, hosts: list[str], *, lan: bool) -> list[str]:
    command = [sys.executable, "-m", "granian", "dongxun.web.wsgi:application"]
    command += ["--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    command += ["--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers"]
    command += ["--workers-kill-timeout", "10", "--log-level", "warning"]
    if lan:
        from dongxun.web import certificate

        path, key = certificate.ensure(config.var, hosts)
        command += ["--ssl-certificate", str(path), "--ssl-keyfile", str(key)]
    return command


if __name__ == "__main__":
    main()
