"""Take streams of encoders: nginx with its RTMP module, set up for this installation."""

import os
import shutil
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dongxun.live import gateway

MISSING = (
    "nginx with its RTMP module is not here. Ask for: apt-get install nginx-light libnginx-mod-rtmp"
)


class Command(BaseCommand):
    help = "Take streams of encoders for live classes (nginx with its RTMP module)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listen", default=f"0.0.0.0:{settings.RTMP_PORT}")
        parser.add_argument("--pages", default="http://127.0.0.1:8000", help="where pages answer")

    def handle(self, *, listen: str, pages: str, **options: Any) -> None:
        if not gateway.module():
            raise CommandError(MISSING)
        gateway.forget_old()
        path = gateway.prepare(listen=listen, pages=pages.rstrip("/"))
        self.stdout.write(f"Encoders: rtmp://{listen}/live and the stream key of the class.")
        self.stdout.flush()
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        log = str(gateway.folder() / "nginx.log")
        os.execv(nginx, [nginx, "-e", log, "-c", str(path)])  # noqa: S606 - becomes nginx
