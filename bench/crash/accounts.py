"""What became of each mail of a drill, read from the database, the disk and the mail server outside."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from bench.crash.sink import FOR_GOOD
from intake.models import RawMail
from notifications.delivery import LEASE
from notifications.models import OutgoingMail
from tickets.files import storage
from tickets.models import Message, Ticket
from tickets.threads import message_id_hash

# A claim of this age is a dead worker's: no conversation of a drill takes so long.
DEAD_AFTER = timedelta(seconds=5)
UNREAD = "ticket with the unread mail"


@dataclass(frozen=True)
class Sent:
    """One mail as the partner sent it, and what the outside was told to do with the answer."""

    number: int
    address: str
    message_id: str
    trouble: str = ""


@dataclass(frozen=True)
class Outcome:
    """`lost` and `doubled` as DESIGN.md says it: twice is two Message-IDs or two messages for one cause."""

    number: int
    code: str
    lost: bool = False
    doubled: bool = False
    repeated: int = 0


def outcome(sent: Sent, taken: list[str]) -> Outcome:
    """What is there of a mail; `taken` are the Message-IDs that reached the partner."""
    messages = list(Message.objects.filter(message_id_hash=message_id_hash(sent.message_id)))
    mails = list(RawMail.objects.filter(envelope_from=sent.address))
    tickets = Ticket.objects.filter(requester__addresses__address=sent.address).count()
    if not mails or any(not _on_disk(mail) for mail in mails):
        return Outcome(sent.number, "no raw mail", lost=True)
    if len(mails) > 1 or len(messages) > 1 or tickets > 1 or len(set(taken)) > 1:
        code = f"{len(mails)} raw mails, {len(messages)} messages, {tickets} tickets, {len(set(taken))} answers"
        return Outcome(sent.number, code, doubled=True)
    if not messages:
        unread = mails[0].state == RawMail.State.PROCESSED and mails[0].reason == "unreadable"
        return Outcome(sent.number, UNREAD if unread else mails[0].state, lost=not unread)
    return _answered(sent, messages[0], taken)


def unexplained(sent: int) -> bool:
    """Whether something still moves: a mail without its end, an answer on its way, a result that nobody took."""
    waiting = RawMail.objects.filter(state=RawMail.State.RECEIVED).exists()
    leaving = OutgoingMail.objects.filter(settled_at=None).exists()
    return waiting or leaving or RawMail.objects.count() < sent


def number_of(hand: str) -> int | None:
    """The number of the mail that a process had in hand: "process 7" is a raw mail, "deliver 7" an outgoing one."""
    task, _, row = hand.partition(" ")
    if task == "process":
        address = RawMail.objects.filter(pk=row).values_list("envelope_from", flat=True).first()
    elif task == "deliver":
        to = OutgoingMail.objects.filter(pk=row).values_list("to", flat=True).first()
        address = to[0]["address"] if to else None
    else:
        address = None
    return int(address.partition("@")[0].removeprefix("partner")) if address else None


def let_time_pass() -> None:
    """End the pauses of retries and the leases of workers that are dead, so that nobody waits a quarter of an hour."""
    now = timezone.now()
    claimed = OutgoingMail.objects.filter(state=OutgoingMail.State.SENDING, lease_until__lte=now + LEASE - DEAD_AFTER)
    claimed.update(lease_until=now)
    OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED, not_before__gt=now).update(not_before=now)
    # A raw mail that was put back waits without being in anybody's hands.
    RawMail.objects.filter(state=RawMail.State.RECEIVED, reason__in=("away", "broke"), lease_until__gt=now).update(
        lease_until=F("lease_until") - timedelta(seconds=10)
    )


def cut_connections() -> None:
    """Every connection to this database but ours ends, as at a restart of the server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _answered(sent: Sent, message: Message, taken: list[str]) -> Outcome:
    """The acknowledgement: with the partner, or refused for good and said so on the ticket."""
    mail = OutgoingMail.objects.filter(key=f"acknowledgement:{message.ticket_id}").first()
    told = message.ticket.messages.filter(automatic="acknowledgement").values_list("delivery", flat=True)
    if mail is None or not told:
        return Outcome(sent.number, "no acknowledgement", lost=True)
    if taken and (set(taken) != {f"<{mail.message_id}>"} or mail.state != OutgoingMail.State.SENT):
        return Outcome(sent.number, f"acknowledgement {mail.state}, though it arrived", doubled=True)
    repeated = max(0, len(taken) - 1)
    if taken and list(told) == [Message.Delivery.SENT] and message.ticket.acknowledged_at:
        return Outcome(sent.number, "ticket and acknowledgement", repeated=repeated)
    if sent.trouble in FOR_GOOD and mail.state == OutgoingMail.State.FAILED and list(told) == [Message.Delivery.FAILED]:
        return Outcome(sent.number, "ticket, acknowledgement refused for good")
    return Outcome(sent.number, f"acknowledgement {mail.state} {mail.error}", lost=True)


def _on_disk(mail: RawMail) -> bool:
    return hashlib.sha256(storage().read(mail.path)).hexdigest() == mail.sha256
