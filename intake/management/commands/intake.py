"""`manage.py intake`: list, show, reprocess and explain stored mails."""

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from intake import explaining, reprocessing
from intake.models import RawMail
from tickets.files import storage

HEADER = 32 * 1024  # bytes of a header that are shown


class Command(BaseCommand):
    help = "Follow what came in by mail: list by state, show one, process again, explain how its ticket is found."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        listing = commands.add_parser("list", help="The newest mails, one a line.")
        listing.add_argument("--state", choices=RawMail.State.values)
        listing.add_argument("--reason", help="Of these only those with this reason, such as backscatter.")
        listing.add_argument("--limit", type=int, default=50)
        commands.add_parser("show", help="State and header of one mail.").add_argument("id", type=int)
        again = commands.add_parser("reprocess", help="Process failed or ignored mails again.")
        again.add_argument("ids", nargs="*", type=int)
        again.add_argument("--state", choices=reprocessing.AGAIN, help="All of this state.")
        commands.add_parser("explain", help="How its ticket is found, step by step; writes nothing.").add_argument(
            "id", type=int
        )

    def handle(self, *args: Any, **options: Any) -> None:
        match options["command"]:
            case "list":
                self._list(options["state"], options["reason"], options["limit"])
            case "show":
                self._show(self._mail(options["id"]))
            case "reprocess":
                self._reprocess(options["ids"], options["state"])
            case "explain":
                self.stdout.write("\n".join(explaining.explain(self._mail(options["id"]))))

    def _mail(self, mail_id: int) -> RawMail:
        mail = RawMail.objects.select_related("message__ticket").filter(pk=mail_id).first()
        if mail is None:
            raise CommandError(_("There is no mail %(number)d.") % {"number": mail_id})
        return mail

    def _list(self, state: str | None, reason: str | None, limit: int) -> None:
        mails = RawMail.objects.select_related("message__ticket").order_by("-id")
        mails = mails.filter(state=state) if state else mails
        for mail in mails.filter(reason=reason)[:limit] if reason else mails[:limit]:
            ticket = mail.message.ticket.reference if mail.message else "-"
            when = f"{mail.received_at:%Y-%m-%d %H:%M:%S}Z"
            words = (str(mail.pk), when, mail.source, mail.state, mail.reason or "-", ticket, f"{mail.size} B")
            self.stdout.write("  ".join(words))

    def _show(self, mail: RawMail) -> None:
        facts = {
            "source": mail.source,
            "received": f"{mail.received_at:%Y-%m-%d %H:%M:%S}Z",
            "state": f"{mail.state} {mail.reason} {mail.reason_detail}".strip(),
            "attempts": f"{mail.attempts} ({mail.interruptions} without an end, {mail.deaths} deaths over its content)",
            "envelope": f"{mail.envelope_from} -> {', '.join(mail.envelope_to)}",
            "sha256": mail.sha256,
            "size": f"{mail.size} B",
            "posted as": mail.request_type or "-",
            "ticket": mail.message.ticket.reference if mail.message else "-",
            "correlation": mail.correlation,
        }
        for name, value in facts.items():
            self.stdout.write(f"{name + ':':<13}{value}")
        if mail.path:
            self.stdout.write("\n" + header_of(mail))

    def _reprocess(self, ids: list[int], state: str | None) -> None:
        if not ids and not state:
            raise CommandError(_("Name mails by their numbers, or all of a state with --state."))
        again = RawMail.objects.filter(state=state) if state else RawMail.objects.filter(pk__in=ids)
        number = reprocessing.again(again)
        self.stdout.write(_("To be processed again: %(number)d") % {"number": number})


def header_of(mail: RawMail) -> str:
    """The header as text that cannot play tricks on a terminal."""
    try:
        with storage().open(mail.path) as file:
            head: bytes = file.read(HEADER)
    except FileNotFoundError:
        return _("The file of this mail is not there.")
    text = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    return "".join(c if c in "\n\t" or unicodedata.category(c)[0] != "C" else "\ufffd" for c in text)
