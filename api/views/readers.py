"""Who is named to read a sensitive ticket."""

from typing import Any

from api.serializers import asked
from api.views.acts import ActView, act
from tickets.actions import access
from tickets.models import Ticket


@act("name_reader", "Name a reader", asked.ReaderAsked)
class NameReader(ActView):
    """Name a colleague to read the ticket while it is sensitive: one who may see its queue."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return access.name_reader(ticket_id=ticket.pk, **values, **self.known)


@act("remove_reader", "Remove a reader", asked.ReaderAsked)
class RemoveReader(ActView):
    """Take the name of a reader away again."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return access.remove_reader(ticket_id=ticket.pk, **values, **self.known)
