"""Tickets that belong together: merged and taken apart, split, linked."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.base import ApiView
from api.operations import describe
from api.serializers import asked, shown
from api.views.acts import TAG, ActView, act
from tickets.actions import linking, merging, splitting
from tickets.models import Message, Ticket
from tickets.permissions import Act, may


class WithOther(ActView):
    """An act on the ticket and another one, which the owner may work on too."""

    def other(self, reference: str) -> int:
        """The id of the other ticket. ValidationError (422) where there is none for this person."""
        other = self.seen.select_related("queue").filter(reference=reference.strip().upper()).first()
        if other is None or not may(self.owner, Act.TRIAGE, other):
            raise ValidationError({"other": _("We know no ticket of this reference. Check it.")})
        return other.pk


@act("merge", "Merge", asked.OtherAsked)
class Merge(WithOther):
    """Merge the ticket into the other one, which then shows both and waits for both. It can be undone."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return merging.merge(ticket_id=ticket.pk, into_id=self.other(values["other"]), **self.known)


@act("unmerge", "Undo a merge")
class Unmerge(ActView):
    """Take the merge of this ticket back. Both are as they were."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return merging.unmerge(ticket_id=ticket.pk, **self.known)


class Split(ApiView):
    """A message that is about something else."""

    @describe(tag=TAG, name="messages_split", summary="Split off", shown=shown.TicketFull, status=201)
    def post(self, request: Request, reference: str, message_id: int) -> Response:
        """Make a ticket of its own of one message of the partner, linked with this one; the answer is the new one."""
        ticket = self.read(reference, Act.TRIAGE)
        get_object_or_404(Message, pk=message_id, ticket=ticket)
        made = splitting.split(actor=self.actor, message_id=message_id, now=timezone.now())
        after = queries.ticket_of(self.sight, made.reference)
        return Response(shown.TicketFull(after, context={"request": request}).data, status=201)


@act("link", "Link", asked.OtherAsked)
class Link(WithOther):
    """Say that two tickets are related. A suggestion that they may be is confirmed by it."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return linking.link(ticket_id=ticket.pk, other_id=self.other(values["other"]), **self.known)


@act("unlink", "Take a link away", asked.OtherAsked)
class Unlink(WithOther):
    """Say that two linked tickets do not belong together."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return linking.unlink(ticket_id=ticket.pk, other_id=self.other(values["other"]), **self.known)


@act("confirm_link", "Confirm a suggested link", asked.OtherAsked)
class ConfirmLink(WithOther):
    """Say that a suggested link is right."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return linking.confirm_link(ticket_id=ticket.pk, other_id=self.other(values["other"]), **self.known)


@act("reject_link", "Reject a suggested link", asked.OtherAsked)
class RejectLink(WithOther):
    """Say that a suggested link is wrong. It is taken away."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return linking.reject_link(ticket_id=ticket.pk, other_id=self.other(values["other"]), **self.known)
