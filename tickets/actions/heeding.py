"""What holds an answer up: words of the partner or of a colleague that its writer has not seen."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tickets.errors import IllegalMove
from tickets.meanwhile import Kind, meanwhile
from tickets.models import Ticket, User

# Programs see no drafts and answer one after the other: for them the partner's words alone.
PARTNER_ALONE = (Kind.PARTNER,)
_TOLD = {
    Kind.PARTNER: ("partner-wrote", _("The partner has written meanwhile. Read the new message, then send again.")),
    Kind.ANSWERED: ("colleague-answered", _("%(name)s has answered meanwhile. Read it before you send yours.")),
    Kind.WRITES: ("colleague-writes", _("%(name)s is writing an answer too. Nothing is sent yet.")),
}


def check(ticket: Ticket, *, writer: User, last_seen: int, heed: Collection[Kind], now: datetime) -> None:
    """Refuse an answer for the first thing after the message `last_seen` that is among what its writer heeds."""
    for each in meanwhile(ticket.pk, writer=writer, last_seen=last_seen, now=now):
        if each.kind in heed:
            code, told = _TOLD[each.kind]
            raise IllegalMove(code, str(told) % {"name": each.name})
