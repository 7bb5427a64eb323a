"""What `make run` tells the person at the terminal."""

import sys
import unicodedata

from helpdesk.embedded import Place


def say(text: str) -> None:
    """One calm message, at once even into a file."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def summary(where: Place) -> str:
    """The addresses to open, the accounts and how to send a mail oneself, in a frame."""
    web = f"http://127.0.0.1:{where.http_port}"
    ports = "" if where.smtp_port == 2525 else f" SMTP_PORT={where.smtp_port}"
    lines = [
        "The helpdesk runs. Ctrl-C stops it.",
        "",
        f"Form for partners      {web}/",
        f"Desk of secretariat    {web}/desk/",
        f"Administration         {web}/admin/",
        "",
        f"Accounts (kept in {where.accounts})",
        *(f"  {line}" for line in _accounts(where)),
        "",
        f"Mail to {where.mail_address} is taken at 127.0.0.1, port {where.smtp_port} (SMTP).",
        "Send one yourself, from another terminal:",
        f'  make mail{ports} FROM=olena@hromada.example SUBJECT="Two generators" TEXT="We ask for …"',
        f"Mails that leave       {where.folder / 'sent'}",
        f"What the parts say     {where.folder / 'logs'}",
    ]
    return framed(lines)


def framed(lines: list[str]) -> str:
    """The lines in a frame of box-drawing characters."""
    widest = max(map(_width, lines))
    body = [f"│ {line}{' ' * (widest - _width(line))} │" for line in lines]
    return "\n".join([f"┌{'─' * (widest + 2)}┐", *body, f"└{'─' * (widest + 2)}┘"])


def _width(text: str) -> int:
    """Columns on a terminal: wide characters take two, combining ones none."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _accounts(where: Place) -> list[str]:
    try:
        return where.accounts.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ["this file is gone; an administrator can set new passwords"]
