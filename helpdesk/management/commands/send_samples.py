"""`manage.py send_samples`: sends the sample mails to our own listener, once."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from helpdesk.samples.sender import Unanswered, send_samples


class Command(BaseCommand):
    help = "Sends the sample mails to the listener by SMTP; the worker must run, for two of them answer its mails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for an acknowledgement")

    def handle(self, *args: Any, **options: Any) -> None:
        data = Path(settings.DATA_DIR)
        try:
            count = send_samples(settings.SMTP_PORT, settings.MAIL_ADDRESS, data / "sent", seconds=options["wait"])
        except Unanswered as problem:
            raise CommandError(str(problem)) from problem
        (data / "samples-sent").touch()
        self.stdout.write(f"{count} sample mails are sent.")
