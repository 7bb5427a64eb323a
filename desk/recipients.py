"""Who an answer may go to: what its form offers. Nobody gets it but those whom the form shows as chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import getaddresses

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from desk.queries import Person, recipient
from tickets import recipients
from tickets.addresses import is_ours
from tickets.models import Ticket

MOST = 20  # addresses of one mail


@dataclass(frozen=True)
class Candidate:
    """Somebody whom the form offers. `copied`: only named in the partner's mail; `dead`: mail to it came back."""

    name: str
    address: str
    copied: bool = False
    dead: bool = False


def candidates(ticket: Ticket, people: Sequence[Person]) -> list[Candidate]:
    """Who wrote last, then who takes part, then whom the partner's last mail was copied to; each address once."""
    asked: dict[str, list[list[str]]] = ticket.asked or {}  # type: ignore[attr-defined]
    first = recipient(ticket, people)
    dead = {address for person in people for address in person.dead}
    found = [Candidate(*first)] if first[1] else []
    found += [Candidate(person.name, address) for person in people for address in person.addresses]
    copied = [*asked.get("to", []), *asked.get("cc", [])]
    found += [Candidate(name, address, copied=True) for name, address in copied if not is_ours(address)]
    each_once: dict[str, Candidate] = {}
    for each in found:
        address = each.address.lower()
        each_once.setdefault(address, Candidate(each.name, address, each.copied, address in dead))
    return list(each_once.values())[: MOST * 2]


def named(addresses: Sequence[str], offered: Sequence[Candidate]) -> list[tuple[str, str]]:
    """The addresses with the names that the form showed beside them."""
    names = {each.address: each.name for each in offered}
    return [(names.get(address, ""), address) for address in addresses if address]


def doubts(chosen: Sequence[str], typed: Sequence[str], *, now: datetime) -> list[str]:
    """What a person should look at again before writing to the `chosen` addresses, each in one sentence.

    Those that were not `typed`, the form has offered: somebody on the ticket is known by them.
    """
    known = [address for address in chosen if address not in typed]
    found = recipients.doubts(filter(None, chosen), known=known, now=now)
    told = [_("Nobody here wrote to %(address)s before: is it right?") % {"address": each} for each in found.unknown]
    dead = _("Mail to %(address)s came back lately: nothing is sent there now.")
    return [*(dead % {"address": each} for each in found.dead), *told]


def read(text: str) -> list[str]:
    """The addresses that somebody typed, in lower case. ValidationError names what is none, and what is our own."""
    found = []
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    for part in filter(str.strip, parts):
        address = getaddresses([part.strip()])[0][1].lower()
        try:
            validate_email(address)
        except ValidationError:
            raise ValidationError(_("This is no e-mail address: %(text)s") % {"text": part.strip()}) from None
        check_not_ours(address)
        found.append(address)
    return found


def check_not_ours(address: str) -> None:
    """Refuse a mail to ourselves: it would come in by the other door."""
    if is_ours(address):
        raise ValidationError(_("This is our own address: %(address)s") % {"address": address})
