"""Tickets: the list, one, its history, and a new one."""

import hashlib
import secrets
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api import filters, queries
from api.base import ApiView
from api.creating import CreatingView, KeyedView
from api.models import Token
from api.operations import describe, paged
from api.serializers import asked, shown
from api.serializers.fields import stored
from tickets.actions import phoning
from tickets.actions.opening import open_ticket
from tickets.files import StoredFile
from tickets.incoming import Details, Incoming
from tickets.models import Event, Message, Ticket

TAG = "Tickets"


class Tickets(CreatingView):
    """The tickets that the owner may see, and the way to open one."""

    scopes = {"GET": Token.Scope.READ, "POST": Token.Scope.CREATE}

    @describe(
        tag=TAG,
        name="tickets_list",
        summary="List tickets",
        shown=paged(shown.TicketLine),
        query=asked.TicketsAsked,
    )
    def get(self, request: Request) -> Response:
        """Newest first, or as `order` says. Follow `next` until it is null."""
        values = asked.valid(asked.TicketsAsked, request.query_params)
        tickets, order = filters.apply(values, self.seen, self.owner)
        return self.listed(
            queries.listed(tickets), shown.TicketLine, by=order.by, descending=order.descending, size=values["limit"]
        )

    @describe(
        tag=TAG,
        name="tickets_open",
        summary="Open a ticket",
        asked=asked.NewTicket,
        shown=shown.TicketMade,
        status=201,
        files=True,
    )
    def post(self, request: Request) -> Response:
        """The person who asks gets the acknowledgement at once, as after a mail or the form."""
        values = asked.valid(asked.NewTicket, request.data)
        files = stored(values["files"]) if "files" in values else []
        message, new = self.once(values, files, lambda: self._open(values, files))
        return Response(shown.TicketMade(message).data, status=201 if new else 200)

    def _open(self, values: dict[str, Any], files: list[StoredFile]) -> Message:
        now = timezone.now()
        incoming = Incoming(
            key=hashlib.sha256(secrets.token_bytes(32)).hexdigest(),
            received_at=now,
            sender_name=values["name"],
            sender_address=values["email"],
            subject=values["subject"],
            text=values["text"],
            language=values["language"],
            files=tuple(files),
            correlation=self.correlation,
        )
        return open_ticket(
            actor=self.actor,
            channel=Ticket.Channel.API,
            incoming=incoming,
            details=_details(values),
            acknowledge=True,
            now=now,
        )


class Calls(KeyedView):
    """Phone calls of people who have no ticket yet."""

    @describe(
        tag=TAG,
        name="calls_open",
        summary="Open a ticket from a phone call",
        asked=asked.NewCall,
        shown=shown.TicketMade,
        status=201,
        keyed=True,
    )
    def post(self, request: Request) -> Response:
        """The caller waits since the call. A date is promised only in an acknowledgement."""
        values = asked.valid(asked.NewCall, request.data)
        message, new = self.once(values, (), lambda: self._open(values))
        return Response(shown.TicketMade(message).data, status=201 if new else 200)

    def _open(self, values: dict[str, Any]) -> Message:
        now = timezone.now()
        ticket = phoning.open_call(
            actor=self.actor,
            caller=phoning.Caller(
                name=values["name"],
                address=values["email"],
                phone=values["phone"],
                organisation=values["organisation"],
                language=values["language"],
            ),
            subject=values["subject"],
            text=values["text"],
            answer=values["answer"],
            at=values["at"] or now,
            acknowledge=values["acknowledge"],
            key=secrets.token_hex(16),
            now=now,
        )
        return Message.objects.select_related("ticket").filter(ticket=ticket).earliest("pk")


class OneTicket(ApiView):
    """One ticket."""

    @describe(tag=TAG, name="tickets_show", summary="Show a ticket", shown=shown.TicketFull)
    def get(self, request: Request, reference: str) -> Response:
        """Reading a sensitive ticket is recorded in its history."""
        return Response(shown.TicketFull(self.read(reference), context={"request": request}).data)


class History(ApiView):
    """What happened to a ticket."""

    @describe(
        tag=TAG, name="tickets_history", summary="Show its history", shown=paged(shown.EventShown), query=asked.Listed
    )
    def get(self, request: Request, reference: str) -> Response:
        """Newest first. Each act leaves one event."""
        values = asked.valid(asked.Listed, request.query_params)
        rows = Event.objects.filter(ticket=self.read(reference)).select_related("actor")
        return self.listed(rows, shown.EventShown, by="at", descending=True, size=values["limit"])


def _details(values: dict[str, Any]) -> Details:
    """What was told beyond the message."""
    topic, region = values["topic"], values["region"]
    return Details.of(values, topic=topic.code if topic else "", region=region.code if region else "")
