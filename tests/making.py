"""Makes what tests need, with plain example people."""

import hashlib
import itertools
from datetime import UTC, datetime
from typing import Any

from tickets.actions.opening import open_ticket
from tickets.actions.record import PARTNER
from tickets.claims import Invitation
from tickets.incoming import Details, Incoming
from tickets.models import Message, Ticket, Translation, User

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OLENA = "olena@hromada.example"
_numbers = itertools.count(1)


def incoming(**changes: Any) -> Incoming:
    """A message from a partner; each call makes another one."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "key": hashlib.sha256(f"message {number}".encode()).hexdigest(),
        "received_at": NOW,
        "sender_name": "Olena Example",
        "sender_address": OLENA,
        "subject": "Generators for the hospital",
        "text": "We need two generators of 100 kW.",
        "language": "en",
        "message_id": f"{number}@hromada.example",
    }
    return Incoming(**{**values, **changes})


def opened(*, now: datetime = NOW, acknowledge: bool = True, channel: str = "email", **changes: Any) -> Ticket:
    """A new ticket by mail."""
    details, unreadable = changes.pop("details", Details()), changes.pop("unreadable", False)
    message: Message = open_ticket(
        actor=PARTNER,
        channel=channel,
        incoming=incoming(**{"received_at": now, **changes}),
        details=details,
        acknowledge=acknowledge,
        unreadable=unreadable,
        now=now,
    )
    return message.ticket


def invitation(**changes: Any) -> Invitation:
    """An invitation to a meeting, as it came with a mail."""
    values: dict[str, Any] = {
        "method": "REQUEST",
        "what": "Зустріч",
        "starts": datetime(2026, 7, 10, 12, 0, tzinfo=UTC),
        "ends": datetime(2026, 7, 10, 13, 0, tzinfo=UTC),
        "zone": "",
        "where": "Rue Belliard 101",
        "organiser_name": "Olena Example",
        "organiser_address": OLENA,
        "repeats": True,
    }
    return Invitation(**{**values, **changes})


def translation(message: Message, **changes: Any) -> Translation:
    """What a machine made of a message."""
    values: dict[str, Any] = {
        "language": "en",
        "source": "uk",
        "engine": "libretranslate",
        "state": "done",
        "text": "Good day! We ask for two generators.",
        "asked_at": NOW,
        "finished_at": NOW,
    }
    return Translation.objects.create(message=message, **{**values, **changes})


def staff(name: str = "Anna Agent", **fields: Any) -> User:
    """A member of the secretariat."""
    number = next(_numbers)
    values = {"email": f"staff{number}@secretariat.example", "name": name, "unit": "CIVEX", "phone": "+32 2 000 00 00"}
    return User.objects.create_user(password="a long enough password", **{**values, **fields})
