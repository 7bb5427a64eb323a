"""`manage.py check_mail`: does our mail leave, does it come in, and do others trust it? In plain words."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk import mail_domain, mail_probe
from helpdesk.mail_domain import PROBLEM, Dns, Finding, Signature, Unanswered


class Command(BaseCommand):
    help = (
        "Sends mails to our own address and waits for them; tells whether plus-addressing works, and what SPF, DKIM "
        "and DMARC of our domain say. Ends with 0 when all is well, else with 1. A worker must run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=float, default=120.0, help="seconds to wait for the mails")
        parser.add_argument(
            "--resolver", default="", help="a DNS server instead of this machine's: ADDRESS or ADDRESS:PORT"
        )
        parser.add_argument(
            "--selector", action="append", default=[], help="a DKIM selector of our domain to look up too"
        )
        parser.add_argument("--dns-only", action="store_true", help="send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        self.problems = 0
        domain = settings.MAIL_ADDRESS.rpartition("@")[2].lower()
        signatures = [Signature(domain, selector) for selector in options["selector"]]
        if not options["dns_only"]:
            signatures += self._probe(options["timeout"])
        self._domain(domain, signatures, options["resolver"])
        if self.problems:
            words = ngettext("%(number)d problem was found.", "%(number)d problems were found.", self.problems)
            raise CommandError(words % {"number": self.problems})
        self._tell(_("No problem was found."))

    def _probe(self, seconds: float) -> list[Signature]:
        if settings.MAIL_OUT == "files":
            text = _(
                "MAIL_OUT is files: mail is written to the disk and goes nowhere. Set up a mail server or provider."
            )
            self._show(Finding(PROBLEM, text))
            return []
        self._tell(_("Sending two mails to %(address)s …") % {"address": settings.MAIL_ADDRESS})
        plain, plus = mail_probe.send()
        mail_probe.watch((plain, plus), seconds=seconds, tell=self._tell)
        for finding in mail_probe.findings(plain, plus):
            self._show(finding)
        return mail_probe.signatures(plain, plus)

    def _domain(self, domain: str, signatures: list[Signature], resolver: str) -> None:
        try:
            dns = _dns(resolver)
            for check in (mail_domain.spf, mail_domain.dmarc):
                for finding in check(domain, dns):
                    self._show(finding)
            for finding in mail_domain.dkim(domain, signatures, dns):
                self._show(finding)
        except Unanswered as problem:
            advice = _("SPF, DKIM and DMARC are not known; name a DNS server with --resolver.")
            self._show(Finding(PROBLEM, f"{problem} {advice}"))

    def _show(self, finding: Finding) -> None:
        self.problems += finding.level == PROBLEM
        self._tell(f"[{finding.level}] {finding.text}")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _dns(resolver: str) -> Dns:
    """ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT; an IPv6 address without a port needs no brackets."""
    host, colon, port = resolver.rpartition(":")
    if colon and port.isdigit() and (host.endswith("]") or ":" not in host):
        return Dns(host.strip("[]"), int(port))
    return Dns(resolver.strip("[]"))
