"""`manage.py listen`: the SMTP and LMTP listener, in the foreground."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from intake.sources.smtp import listening


class Command(BaseCommand):
    help = "Listen for mail by SMTP and LMTP until SIGTERM or Ctrl-C."
    # The checks load every page. Mail comes in though a page were broken, and in less memory.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        ports = {"SMTP": settings.SMTP_PORT, "LMTP": settings.LMTP_PORT}
        if not any(ports.values()):
            raise CommandError(_("Neither SMTP_PORT nor LMTP_PORT is set: there is nothing to listen on."))
        try:
            asyncio.run(self._listen({name: port for name, port in ports.items() if port}))
        except OSError as error:
            raise CommandError(
                _("Cannot listen on %(host)s: %(problem)s. Set another SMTP_PORT, LMTP_PORT or LISTENER_HOST.")
                % {"host": settings.LISTENER_HOST, "problem": error.strerror or error}
            ) from error

    async def _listen(self, ports: dict[str, int]) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with listening(settings.LISTENER_HOST, smtp_port=settings.SMTP_PORT, lmtp_port=settings.LMTP_PORT):
            where = ", ".join(f"{name} {settings.LISTENER_HOST}:{port}" for name, port in ports.items())
            self.stdout.write(_("Listening for mail: %(where)s") % {"where": where})
            self.stdout.flush()
            await stop.wait()
