"""Take streams of encoders: nginx with its RTMP module, set up for this installation."""

import os
import shutil
import socket
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from dongxun.kernel import video
from dongxun.live import gateway
from dongxun.live.services.encoders import miss_pictures

MISSING = (
    "nginx with its RTMP module is not here. Ask for: apt-get install nginx-light libnginx-mod-rtmp"
)


BARE = (
    "Pages are served by https, so a port of its own needs --certificate and --key;"
    " or let the proxy pass /video/ on: DONGXUN_VIDEO=proxy:{port}"
)
AWAY = (
    "Nothing answers at {pages}: until pages do, no camera is let in."
    " If they answer at another port, start this with --pages http://127.0.0.1:PORT"
)
HALF = "--certificate and --key belong together."


class Command(BaseCommand):
    help = "Take streams of encoders for live classes (nginx with its RTMP module)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listen", default=f"0.0.0.0:{settings.RTMP_PORT}")
        parser.add_argument("--pages", default="http://127.0.0.1:8000", help="where pages answer")
        parser.add_argument("--certificate", default="", help="of the port of DONGXUN_VIDEO")
        parser.add_argument("--key", default="", help="its private key")

    def handle(self, *, listen: str, pages: str, **options: Any) -> None:
        if not gateway.module():
            raise CommandError(MISSING)
        handed_out = self._handed_out(options["certificate"], options["key"])
        gateway.forget_old()
        if not gateway.is_listening():
            with suppress(DatabaseError):  # the pages have not made their tables yet
                miss_pictures(begins=True)
        aside = 0 if video.listens(settings.RTMP_PORT + 1) else settings.RTMP_PORT + 1
        path = gateway.prepare(
            listen=listen, pages=pages.rstrip("/"), aside=aside, handed_out=handed_out
        )
        if not _answers(pages):
            self.stderr.write(AWAY.format(pages=pages))
        self.stdout.write(f"Encoders: rtmp://{listen}/live and the stream key of the class.")
        if handed_out:
            self.stdout.write(f"Video is handed out on port {video.port()}.")
        self.stdout.flush()
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        log = str(gateway.folder() / "nginx.log")
        os.execv(nginx, [nginx, "-e", log, "-c", str(path)])  # noqa: S606 - becomes nginx

    @staticmethod
    def _handed_out(certificate: str, key: str) -> str:
        """Return what nginx is told of video: at all addresses, behind a proxy at this machine's own."""
        if bool(certificate) != bool(key):
            raise CommandError(HALF)
        if not video.port():
            return ""
        is_own = settings.VIDEO.startswith(":")
        if is_own and settings.SESSION_COOKIE_SECURE and not certificate:
            raise CommandError(BARE.format(port=video.port()))
        host = "0.0.0.0" if is_own else "127.0.0.1"  # noqa: S104 - phones come from anywhere
        return video.server(f"{host}:{video.port()}", certificate=certificate, key=key)


def _answers(pages: str) -> bool:
    """Return whether something listens where nginx is to ask the pages."""
    at = urlsplit(pages)
    place = (at.hostname or "", at.port or (443 if at.scheme == "https" else 80))
    with suppress(OSError), socket.create_connection(place, timeout=1):
        return True
    return False
