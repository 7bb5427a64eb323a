"""Where the service of `make run` lives: its folder, ports and environment, and whether it can start there."""

import contextlib
import errno
import fcntl
import os
import secrets
import smtplib
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpdesk import env
from helpdesk.postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)


class Cannot(Exception):
    """The service cannot start; the text is one sentence with what to do."""


@dataclass(frozen=True)
class Place:
    """One installation of `make run`; two with different folders and ports run side by side."""

    folder: Path
    http_port: int
    smtp_port: int
    mail_address: str
    embedded_database: bool
    reads_mailbox: bool
    environment: Mapping[str, str]

    @property
    def accounts(self) -> Path:
        """The generated accounts, readable by their owner alone."""
        return self.folder / "accounts.txt"

    @property
    def samples_sent(self) -> Path:
        """There once the sample mails have been sent."""
        return self.folder / "samples-sent"

    def takes_mail(self) -> bool:
        """Whether the listener greets and says goodbye."""
        try:
            with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=5) as server:
                return server.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


def check_python() -> None:
    """Raises Cannot where this Python is not one that the pinned requirements are tested with."""
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:2]))
        raise Cannot(f"This is Python {found}, but the service needs 3.11, 3.12 or 3.13: install one and run again.")


def place(environ: Mapping[str, str]) -> Place:
    """Read where to live, make the folder and the secret key there. Raises Cannot, ImproperlyConfigured."""
    folder = Path(env.text("DATA_DIR", str(ROOT / "var"))).expanduser().absolute()
    _make_writable(folder)
    http_port = env.integer("HTTP_PORT", 8000, minimum=1, maximum=65535)
    smtp_port = env.integer("SMTP_PORT", 2525, minimum=1, maximum=65535)
    if http_port == smtp_port:
        raise Cannot(f"HTTP_PORT and SMTP_PORT are both {http_port}: give each its own.")
    database = env.text("DATABASE_URL")
    ours = {
        "MODE": "embedded",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "DATA_DIR": str(folder),
        "HTTP_PORT": str(http_port),
        "SMTP_PORT": str(smtp_port),
        "DATABASE_URL": database or Cluster(folder / "postgres").url,
        "SECRET_KEY": env.text("SECRET_KEY") or _secret_key(folder / "secret_key"),
        "PYTHONUNBUFFERED": "1",
    }
    kept = {name: value for name, value in environ.items() if name.removesuffix("_FILE") not in ours}
    reads = env.text("IMAP_HOST") is not None
    address = env.text("MAIL_ADDRESS", "SupportUkraine@cor.europa.eu")
    return Place(folder, http_port, smtp_port, address, database is None, reads, {**kept, **ours})


def check_port(name: str, port: int) -> None:
    """Raises Cannot where the loopback port cannot be listened on."""
    try:
        with socket.create_server(("127.0.0.1", port)):
            return
    except OSError as error:
        if error.errno == errno.EACCES:
            why = "needs the rights of root"
        elif error.errno == errno.EADDRINUSE:
            why = "is taken by another program"
        else:
            why = f"cannot be used ({error.strerror})"
    raise Cannot(
        f"Port {port} {why}: choose another, for example `make run {name}={port + 10 if port < 65526 else 8080}`."
    )


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold the folder for one supervisor; the operating system lets go when we die. Raises Cannot."""
    with (folder / "lock").open("w", encoding="ascii") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Cannot(
                f"The service already runs on {folder}: use that one, or give another folder and other ports with "
                "`make run DATA_DIR=… HTTP_PORT=… SMTP_PORT=…`."
            ) from None
        yield


def _make_writable(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Cannot(
            f"The data folder {folder} cannot be written ({error.strerror}): make it yours, or choose another with "
            "`make run DATA_DIR=…`."
        ) from None


def _secret_key(path: Path) -> str:
    """Made once; whoever can read it can sign sessions and reply addresses."""
    with (
        contextlib.suppress(FileExistsError),
        open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new,
    ):
        new.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()
