"""Random histories of tickets by the real acts: a few tickets of one partner, on which everything happens that can.

The same for the same seed. Mail is late at times, answers cross with questions, come back days later, are undone;
tickets are merged, split, ended and taken up. An act that the rules refuse is left out.
"""

import hashlib
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from notifications.models import OutgoingMail
from tickets.actions import answering, elsewhere, joining, merging, opening, phoning, settling, splitting, triage
from tickets.actions.record import PARTNER, Actor
from tickets.errors import IllegalMove
from tickets.incoming import Incoming
from tickets.models import Contact, Message, Ticket, User

BEGIN = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
GAPS = (0.2, 5, 40, 90, 3_600, 20_000, 90_000, 400_000)  # seconds between two acts, about
Nature, Status = Message.Nature, Ticket.Status


class History:
    """One history; `tickets` are those that came of it. The same `seed` makes the same one."""

    def __init__(self, seed: int, staff: User) -> None:
        self.draw, self.seed = random.Random(f"history {seed}"), seed
        self.actor, self.staff = Actor.staff(staff), staff
        self.now, self.number = BEGIN + timedelta(seconds=self.draw.uniform(0, 10_000_000)), 0
        self.tickets: list[int] = []

    def run(self, acts: int) -> list[int]:
        """Do so many acts; the numbers of the tickets."""
        self._open()
        self._open()
        for _ in range(acts):
            self.now += timedelta(seconds=self.draw.choice(GAPS) * self.draw.uniform(0.5, 1.5))
            act = self.draw.choices(list(ACTS), list(ACTS.values()))[0]
            try:
                with transaction.atomic():
                    act(self)
            except IllegalMove:
                continue
        return self.tickets

    @property
    def ticket(self) -> int:
        return self.draw.choice(self.tickets)

    def incoming(self, **changes: Any) -> Incoming:
        self.number += 1
        late = self.draw.choice((0, 0, 0, 0, 600, 100_000))
        values: dict[str, Any] = {
            "key": hashlib.sha256(f"history {self.seed} {self.number}".encode()).hexdigest(),
            "received_at": self.now - timedelta(seconds=late * self.draw.random()),
            "sender_name": "Olena Example",
            "sender_address": f"olena{self.seed}@hromada.example",
            "subject": "Generators",
            "text": "We need two generators.",
            "language": "en",
            "message_id": f"history.{self.seed}.{self.number}@hromada.example",
        }
        return Incoming(**{**values, **changes})

    def _open(self) -> None:
        automatic = "auto-submitted" if self.draw.random() < 0.1 else ""
        channel = self.draw.choice(("email", "email", "web_form", "import"))
        message = opening.open_ticket(
            actor=PARTNER,
            channel=channel,
            incoming=self.incoming(automatic=automatic),
            acknowledge=not automatic and channel != "import" and self.draw.random() < 0.3,
            now=self.now,
        )
        self.tickets.append(message.ticket_id)

    def _call_in(self) -> None:
        at = self.now - timedelta(seconds=self.draw.uniform(0, 7_200))
        answer = self.draw.choice(("", "Said at once."))
        caller = phoning.Caller(name="Taras Example")
        made = phoning.open_call(
            actor=self.actor, caller=caller, subject="Call", text="Asks.", answer=answer, at=at,
            key=f"{self.seed} {self.now}", now=self.now,
        )  # fmt: skip
        self.tickets.append(made.pk)

    def _call(self) -> None:
        at = self.now - timedelta(seconds=self.draw.choice((0, 600, 200_000)) * self.draw.random())
        outcome = self.draw.choice(list(phoning.KINDS))
        phoning.log_call(actor=self.actor, ticket_id=self.ticket, text="Said.", outcome=outcome, at=at, now=self.now)

    def _receive(self) -> None:
        automatic = "auto-submitted" if self.draw.random() < 0.1 else ""
        message = joining.receive(
            ticket_id=self.ticket,
            incoming=self.incoming(automatic=automatic),
            channel=self.draw.choice(("email", "email", "email", "import")),
            found_by="token",
            acknowledge=False,
            now=self.now,
        )
        if message.ticket_id not in self.tickets:
            self.tickets.append(message.ticket_id)

    def _reply(self) -> None:
        nature = self.draw.choice((Nature.ANSWER, Nature.ANSWER, *Nature.values))
        answering.reply(
            actor=self.actor,
            ticket_id=self.ticket,
            text="Two come.",
            nature=nature,
            to=[("Olena Example", "olena@hromada.example")],
            answer_by=self.now.date() + timedelta(days=9),
            contact=Contact.objects.filter(active=True).first(),
            status=self.draw.choice(("", "", Status.SOLVED, Status.PENDING, Status.OPEN)),
            now=self.now,
        )

    def _undo(self) -> None:
        waiting = Message.objects.filter(ticket__in=self.tickets, kind="outbound", delivery="queued").order_by("pk")
        if message := waiting.last():
            answering.undo_reply(actor=self.actor, message_id=message.pk, now=self.now)

    def _deliver(self) -> None:
        waiting = Message.objects.filter(ticket__in=self.tickets, delivery="queued", outgoing__isnull=False)
        for message in waiting.order_by("pk"):
            if self.draw.random() < 0.8:
                state = "failed" if self.draw.random() < 0.1 else "sent"
                self._settle(message, state=state, sent_at=self.now if state == "sent" else None)

    def _bounce(self) -> None:
        sent = Message.objects.filter(ticket__in=self.tickets, delivery="sent").order_by("pk")
        if message := self.draw.choice([*sent, None]):
            if message.outgoing_id is not None:
                self._settle(message, bounce="hard", settled_at=None)
            elif message.channel == "email":
                elsewhere.take_back_sent(message_id=message.pk, now=self.now)

    def _settle(self, message: Message, **mail: Any) -> None:
        OutgoingMail.objects.filter(pk=message.outgoing_id).update(**mail)
        settling.settle(mail_id=message.outgoing_id or 0, now=self.now)

    def _move(self) -> None:
        status = self.draw.choice(
            (Status.OPEN, Status.OPEN, Status.PENDING, Status.PENDING, Status.SOLVED, Status.CLOSED)
        )
        outcome = self.draw.choice(("answered", "no_reply_needed"))
        waiting_for = self.draw.choice(("requester", "third_party", ""))
        triage.set_status(
            actor=self.actor, ticket_id=self.ticket, status=status, outcome=outcome, reason="Reason.",
            waiting_for=waiting_for, now=self.now,
        )  # fmt: skip

    def _spam(self) -> None:
        spam = Ticket.objects.filter(pk__in=self.tickets, status=Status.SPAM).first()
        act = triage.unmark_spam if spam else triage.mark_spam
        act(actor=self.actor, ticket_id=spam.pk if spam else self.ticket, now=self.now)

    def _merge(self) -> None:
        free = Ticket.objects.filter(pk__in=self.tickets).exclude(status__in=(Status.SPAM, Status.MERGED))
        both = list(free.order_by("pk").values_list("pk", flat=True))
        if len(both) > 1:
            source, target = self.draw.sample(both, 2)
            merging.merge(actor=self.actor, ticket_id=source, into_id=target, now=self.now)

    def _unmerge(self) -> None:
        merged = Ticket.objects.filter(pk__in=self.tickets, status=Status.MERGED).order_by("pk")
        if ticket := self.draw.choice([*merged, None]):
            merging.unmerge(actor=self.actor, ticket_id=ticket.pk, now=self.now)

    def _split(self) -> None:
        asked = Message.objects.filter(ticket=self.ticket, kind="inbound").order_by("pk")
        if message := self.draw.choice([*asked, None]):
            self.tickets.append(splitting.split(actor=self.actor, message_id=message.pk, now=self.now).pk)

    def _sent_elsewhere(self) -> None:
        elsewhere.record_sent(
            author=self.staff, ticket_id=self.ticket, incoming=self.incoming(), found_by="references", now=self.now
        )


ACTS: dict[Callable[[History], None], float] = {
    History._open: 0.3,
    History._call_in: 0.5,
    History._call: 2,
    History._receive: 6,
    History._reply: 6,
    History._deliver: 6,
    History._undo: 1.5,
    History._bounce: 1.5,
    History._move: 6,
    History._spam: 1.2,
    History._merge: 2.5,
    History._unmerge: 2.5,
    History._split: 2,
    History._sent_elsewhere: 2,
}
