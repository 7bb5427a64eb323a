"""Acts that help to understand and to trust what is read."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.base import ApiView
from api.operations import describe
from api.serializers import asked, shown
from api.views.acts import TAG, ActView, act
from tickets.actions import reporting, translating, verifying
from tickets.models import Message, Ticket
from tickets.permissions import Act


@act("verify_call", "Call the sender back", asked.CallBackAsked)
class VerifyCall(ActView):
    """Write down that a colleague called the sender, by a number that the mail did not give, and they did write it."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return verifying.verify_by_call(ticket_id=ticket.pk, **values, **self.known)


@act("withdraw_call", "Withdraw the call back")
class WithdrawCall(ActView):
    """Say that the call back does not hold."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return verifying.withdraw_call(ticket_id=ticket.pk, **self.known)


class ReportPhishing(ApiView):
    """A mail that looks like phishing."""

    @describe(tag=TAG, name="messages_report_phishing", summary="Report phishing", shown=shown.TicketFull)
    def post(self, request: Request, reference: str, message_id: int) -> Response:
        """Send the mail as it was received to IT security, once. It cannot be undone."""
        ticket = self.read(reference, Act.TRIAGE)
        get_object_or_404(Message, pk=message_id, ticket=ticket)
        reporting.report_phishing(
            actor=self.actor, message_id=message_id, correlation=self.correlation, now=timezone.now()
        )
        after = queries.ticket_of(self.sight, reference)
        return Response(shown.TicketFull(after, context={"request": request}).data)


class Translate(ApiView):
    """A message in another language."""

    @describe(
        tag=TAG,
        name="messages_translate",
        summary="Translate for reading",
        asked=asked.TranslateAsked,
        shown=shown.MessageShown,
    )
    def post(self, request: Request, reference: str, message_id: int) -> Response:
        """Have the message translated by the engine that is set up; look at it again until the state is `done`."""
        ticket = self.read(reference)
        get_object_or_404(Message, pk=message_id, ticket=ticket)
        values = asked.valid(asked.TranslateAsked, request.data)
        translating.ask(actor=self.actor, message_id=message_id, now=timezone.now(), **values)
        return Response(shown.MessageShown(queries.messages(ticket).get(pk=message_id)).data)
