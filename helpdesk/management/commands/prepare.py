"""`manage.py prepare`: everything between an empty database and a service that can start; safe to run again."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "Migrates, loads the reference data, makes the first accounts and collects style sheets and scripts."

    def handle(self, *args: Any, **options: Any) -> None:
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("load_reference", verbosity=0)
        call_command("make_accounts")
        call_command("collectstatic", interactive=False, verbosity=0)
