"""Sorting a ticket: each address posts one act of `tickets.actions` and answers with the ticket as it is then."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.base import ApiView
from api.creating import KeyedView
from api.operations import GONE, describe
from api.serializers import asked, shown
from tickets.actions import sorting, tracking, triage
from tickets.models import Message, Ticket
from tickets.permissions import Act

TAG = "Acts"


class ActView(ApiView):
    """One act. A subclass names its shape and does it with valid values."""

    shape: ClassVar[type[serializers.Serializer]]
    act: ClassVar[Act] = Act.TRIAGE

    def do(self, ticket: Ticket, **values: Any) -> object:
        """The act itself. IllegalMove when the ticket does not allow it."""
        raise NotImplementedError

    def post(self, request: Request, reference: str) -> Response:
        ticket = self.read(reference, self.act)
        self.perform(ticket, asked.valid(self.shape, request.data))
        after = queries.ticket_of(self.sight, reference)
        if after is None:
            return Response(status=204)
        return Response(shown.TicketFull(after, context={"request": request}).data)

    def perform(self, ticket: Ticket, values: dict[str, Any]) -> None:
        self.do(ticket, **values)

    @property
    def known(self) -> dict[str, Any]:
        """What every act is told."""
        return {"actor": self.actor, "now": timezone.now()}


class MessageActView(ActView, KeyedView):
    """An act that leaves a message, which must not be there twice where a program asks twice."""

    def do(self, ticket: Ticket, **values: Any) -> Message:
        raise NotImplementedError

    def perform(self, ticket: Ticket, values: dict[str, Any]) -> None:
        self.once(values, (), lambda: self.do(ticket, **values))


def act(name: str, summary: str, shape: type[serializers.Serializer] = asked.Empty) -> Any:
    """Make an address of a class that does one act: its shape, and its description from the class's words."""

    def of(view: type[ActView]) -> type[ActView]:
        view.shape = shape

        def post(self: ActView, request: Request, reference: str) -> Response:
            return ActView.post(self, request, reference)

        post.__doc__ = view.__doc__
        described = describe(
            tag=TAG,
            name=f"tickets_{name}",
            summary=summary,
            asked=None if shape is asked.Empty else shape,
            shown=shown.TicketFull,
            keyed=issubclass(view, MessageActView),
            more={204: GONE},
        )
        view.post = described(post)  # type: ignore[method-assign]
        return view

    return of


@act("assign", "Assign", asked.Assign)
class Assign(ActView):
    """Give the ticket to a colleague, or to nobody. The colleague is told, unless it is the owner of the token."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.assign(ticket_id=ticket.pk, correlation=self.correlation, **values, **self.known)


@act("status", "Set the status", asked.StatusAsked)
class Status(ActView):
    """Move the ticket to another status. Ending it needs an outcome and, unless it was answered, a reason."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_status(ticket_id=ticket.pk, **values, **self.known)


@act("priority", "Set the priority", asked.PriorityAsked)
class Priority(ActView):
    """Say how urgent the ticket is: 1 low, 2 normal, 3 high, 4 urgent."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_priority(ticket_id=ticket.pk, **values, **self.known)


@act("danger", "Say whether lives are in danger", asked.DangerAsked)
class Danger(ActView):
    """The ticket comes first, its answer is due sooner, and staff are told at once."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_danger(ticket_id=ticket.pk, **values, **self.known)


@act("topic", "Set the topic", asked.TopicAsked)
class Topic(ActView):
    """Say what the ticket is about, by the code of a topic; `null` for nothing."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_topic(ticket_id=ticket.pk, **values, **self.known)


@act("queue", "Move to a queue", asked.QueueAsked)
class Queue(ActView):
    """Move the ticket to another queue, whose members then see it."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_queue(ticket_id=ticket.pk, **values, **self.known)


@act("kind", "Set the kind", asked.KindAsked)
class Kind(ActView):
    """Say whether the ticket is a question, a need or an offer."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_kind(ticket_id=ticket.pk, **values, **self.known)


@act("region", "Set the region", asked.RegionAsked)
class Region(ActView):
    """Say which region the ticket comes from, by its ISO 3166-2 code; `null` for none. Its country goes along."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_region(ticket_id=ticket.pk, **values, **self.known)


@act("organisation", "Set the organisation", asked.OrganisationAsked)
class Organisation(ActView):
    """Say on whose behalf the ticket comes: one of `organisations`, the hromada of a KATOTTG code, or `null` for none.

    That of a hromada is made when there is none yet.
    """

    def do(self, ticket: Ticket, **values: Any) -> object:
        body = values["organisation"] or values["hromada"]
        return triage.set_organisation(ticket_id=ticket.pk, organisation=body, **self.known)


@act("sort", "Sort a new ticket", asked.SortAsked)
class Sort(ActView):
    """Decide what a new ticket is, in one step, and open it. What is left out stays as it is."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        hromada = values.pop("hromada", None)
        if hromada is not None:
            values["organisation"] = hromada
        return sorting.sort(ticket_id=ticket.pk, correlation=self.correlation, **values, **self.known)


@act("language", "Correct the language", asked.LanguageAsked)
class Language(ActView):
    """Correct the language of the request; empty when it is not known."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_language(ticket_id=ticket.pk, **values, **self.known)


@act("reply_language", "Choose the language of replies", asked.LanguageAsked)
class ReplyLanguage(ActView):
    """Choose the language of our mails to the partner; empty for that of the request."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_reply_language(ticket_id=ticket.pk, **values, **self.known)


@act("accepted_languages", "Set the languages that the partner reads", asked.LanguagesAsked)
class AcceptedLanguages(ActView):
    """Say which other languages the partner reads."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_accepted_languages(ticket_id=ticket.pk, **values, **self.known)


@act("sensitive", "Mark as sensitive", asked.SensitiveAsked)
class Sensitive(ActView):
    """Close the ticket to all but its assignee and managers, and its tracking page to everybody; or open it again."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.set_sensitive(ticket_id=ticket.pk, **values, **self.known)


@act("spam", "Mark as spam")
class Spam(ActView):
    """Put the ticket aside as spam. Nothing is deleted."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.mark_spam(ticket_id=ticket.pk, **self.known)


@act("unspam", "It is no spam")
class Unspam(ActView):
    """Take back that the ticket is spam: it has the status that it had before."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return triage.unmark_spam(ticket_id=ticket.pk, **self.known)


@act("revoke_links", "Close the tracking links")
class RevokeLinks(ActView):
    """Close every tracking link of the partner, because one went astray. It cannot be undone."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return tracking.revoke_links(ticket_id=ticket.pk, **self.known)
