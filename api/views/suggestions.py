"""What a ticket seems to be, for programs that sort."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.operations import describe
from api.serializers import shown
from tickets.duplicates import duplicates
from tickets.neighbours import first_of, near
from tickets.suggestions.suggesting import suggest


class Suggestions(ApiView):
    """The suggestions for one ticket."""

    @describe(
        tag="Tickets", name="tickets_suggestions", summary="Show what it seems to be", shown=shown.SuggestionsShown
    )
    def get(self, request: Request, reference: str) -> Response:
        """Values for the fields that nobody has filled in, each with its reason, and tickets about the same matter."""
        ticket = self.read(reference)
        first = first_of(ticket)
        neighbours = near(ticket, first, self.seen)
        found = {"suggestions": suggest(first.asked, neighbours), "duplicates": duplicates(ticket, neighbours)}
        return Response(shown.SuggestionsShown(found).data)
