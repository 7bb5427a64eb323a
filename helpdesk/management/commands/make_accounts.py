"""`manage.py make_accounts`: one agent, one manager, one administrator to look around with, passwords generated."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from tickets.models import User

PASSWORD_BYTES = 12  # 96 bits from the operating system
ACCOUNTS = (
    ("agent@helpdesk.example", "Example Agent", User.Role.AGENT),
    ("manager@helpdesk.example", "Example Manager", User.Role.MANAGER),
    ("admin@helpdesk.example", "Example Administrator", User.Role.ADMINISTRATOR),
)


class Command(BaseCommand):
    help = "Makes the example accounts once and writes their passwords to DATA_DIR/accounts.txt."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Example accounts are for MODE=embedded alone; use createsuperuser.")
        if User.objects.exists():
            return
        lines = []
        with transaction.atomic():
            for email, name, role in ACCOUNTS:
                password = secrets.token_urlsafe(PASSWORD_BYTES)
                administrator = role == User.Role.ADMINISTRATOR
                User.objects.create_user(email, password, name=name, role=role, is_superuser=administrator)
                lines.append(f"{role:<14} {email:<25} {password}\n")
            write_private(Path(settings.DATA_DIR) / "accounts.txt", "".join(lines))
        self.stdout.write("Three example accounts are made.")


def write_private(path: Path, text: str) -> None:
    """Replace the file; at no moment can anybody but its owner read it."""
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    with open(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
