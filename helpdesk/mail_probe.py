"""Sends mails to ourselves by the configured way out, and watches them come in by the configured way in."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.mail_domain import NOTE, OK, PROBLEM, Finding, Signature
from intake.models import RawMail
from intake.reading.headers import Headers, parameters, split_message, start_of_header
from notifications import delivery, emails
from notifications.models import OutgoingMail
from tickets.addresses import new_probe, probe_address
from tickets.files import storage

POLL_SECONDS = 0.5
TELL_SECONDS = 5.0
HEADER = 256 * 1024  # bytes in which the header is looked for
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s?=\s?([a-z]{3,12})\b", re.I)


@dataclass(kw_only=True)
class Probe:
    """One mail to ourselves, and what became of it."""

    address: str
    token: str
    outgoing: int
    arrived: RawMail | None = None
    refused: str = ""

    @property
    def waits(self) -> bool:
        return self.arrived is None and not self.refused


def send() -> tuple[Probe, Probe]:
    """Send one mail to the address of the house, and one to the same with a token behind a plus sign."""
    now = timezone.now()
    plain, plus = (new_probe(number, now=now) for number in (0, 1))
    return _send(settings.MAIL_ADDRESS, plain), _send(probe_address(plus), plus)


def watch(probes: tuple[Probe, ...], *, seconds: float, tell: Callable[[str], None]) -> None:
    """Wait until each probe is in or refused, at most `seconds`; `tell` hears of each, and that we still wait."""
    started = told = time.monotonic()
    while any(probe.waits for probe in probes) and time.monotonic() - started < seconds:
        for probe in probes:
            if probe.waits and _look(probe):
                tell(_("%(address)s: it is in.") % {"address": probe.address})
        if time.monotonic() - told >= TELL_SECONDS:
            told = time.monotonic()
            tell(_("Waiting: %(seconds)d s of %(most)d s.") % {"seconds": told - started, "most": seconds})
        time.sleep(POLL_SECONDS)


def findings(plain: Probe, plus: Probe) -> Iterator[Finding]:
    """What the fate of the two says of the way of our mail."""
    yield _of_plain(plain)
    if plain.arrived is not None or plus.arrived is not None:
        yield _of_plus(plus)
    if not plain.arrived and not plus.arrived and RawMail.objects.due(timezone.now()).exists():
        text = _("Mail that came in waits to be processed. See whether a worker and the timetable run.")
        yield Finding(PROBLEM, text)
    header = _header(plain.arrived or plus.arrived)
    if header is not None:
        yield from _of_receiver(header)


def signatures(plain: Probe, plus: Probe) -> list[Signature]:
    """Who signed the probe on its way (DKIM)."""
    header = _header(plain.arrived or plus.arrived)
    tags = (_signature_tags(value) for value in header.all("dkim-signature")) if header else ()
    return [Signature(each["d"].lower(), each["s"]) for each in tags if each.get("d") and each.get("s")]


def _send(address: str, token: str) -> Probe:
    with transaction.atomic():
        mail = emails.probe(address=address, token=token, key=f"probe:{token}")
    delivery.deliver(mail.pk, now=timezone.now())  # None when a worker has it already: then the row tells
    return Probe(address=address, token=token, outgoing=mail.pk)


def _look(probe: Probe) -> bool:
    """Look once what became of a probe; True when it is in."""
    probe.arrived = RawMail.objects.filter(reason="probe", reason_detail=probe.token).order_by("id").first()
    if probe.arrived is None:
        mail = OutgoingMail.objects.get(pk=probe.outgoing)
        if mail.error:
            probe.refused = f"{mail.error}: {mail.error_detail}".strip(": ")
        elif mail.bounce:
            probe.refused = mail.bounce_detail or mail.bounce
    return probe.arrived is not None


def _of_plain(plain: Probe) -> Finding:
    values = {"address": plain.address, "reason": plain.refused}
    if plain.arrived is not None:
        seconds = (plain.arrived.received_at - OutgoingMail.objects.get(pk=plain.outgoing).created_at).total_seconds()
        text = _("Mail to %(address)s leaves, and comes in by %(source)s after %(seconds)d s.")
        more = {"source": plain.arrived.get_source_display(), "seconds": max(seconds, 0)}
        return Finding(OK, text % {**values, **more})
    if plain.refused:
        text = _("Mail to %(address)s does not leave: %(reason)s. See MAIL_OUT and the settings of the mail server.")
        return Finding(PROBLEM, text % values)
    text = _(
        "Mail to %(address)s leaves, but does not come in. See whether the mail server routes it to us, and whether "
        "what takes it (the listener, the provider's webhook) runs."
    )
    return Finding(PROBLEM, text % values)


def _of_plus(plus: Probe) -> Finding:
    values = {"address": plus.address, "reason": plus.refused or _("it did not come in")}
    if plus.arrived is not None and settings.MAIL_PLUS_ADDRESSING:
        return Finding(OK, _("Plus-addressing works: mail to %(address)s comes in.") % values)
    if plus.arrived is not None:
        text = _(
            "Plus-addressing works, but MAIL_PLUS_ADDRESSING is off. Switch it on: answers find their ticket then."
        )
        return Finding(NOTE, text)
    if settings.MAIL_PLUS_ADDRESSING:
        text = _(
            "Plus-addressing does not work: mail to %(address)s is lost (%(reason)s), and so would be the answers of "
            "partners. Have it switched on at the mail server, or set MAIL_PLUS_ADDRESSING to off."
        )
        return Finding(PROBLEM, text % values)
    text = _("Plus-addressing does not work, and MAIL_PLUS_ADDRESSING is off: threads rest on Message-IDs.")
    return Finding(OK, text)


def _of_receiver(header: Headers) -> Iterator[Finding]:
    """What the server that took the probe found (RFC 8601); the newest field is its own."""
    results = _RESULT.findall(header.first("authentication-results"))
    if results:
        failed = any(result.lower() in ("fail", "softfail", "permerror") for _method, result in results)
        text = _("The server that took the mail found: %(results)s.")
        named = ", ".join(f"{method.lower()}={result.lower()}" for method, result in results)
        yield Finding(PROBLEM if failed else OK, text % {"results": named})
    if "dkim-signature" not in header:
        text = _(
            "DKIM: the mail came in without a signature. If it never left your own mail server, that says little; else "
            "switch signing on there."
        )
        yield Finding(NOTE, text)


def _header(mail: RawMail | None) -> Headers | None:
    if mail is None or not mail.path:
        return None
    with storage().open(mail.path) as file:
        head: bytes = file.read(HEADER)
    return split_message(head, start_of_header(head))[0]


def _signature_tags(value: str) -> dict[str, str]:
    first = value.partition(";")[0].partition("=")
    return {first[0].strip(): first[2].strip(), **parameters(value)[1]}
