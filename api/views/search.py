"""The search of the desk for programs: the same language, the same order, the same marks."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.base import ApiView
from api.operations import describe, paged
from api.problems import Problem
from api.serializers import asked, shown
from tickets.search.narrowing import narrow
from tickets.search.query import parse
from tickets.search.showing import hits, read_texts


class Search(ApiView):
    """What a search finds among the tickets that the owner may see."""

    @describe(tag="Search", name="search", summary="Search", shown=paged(shown.Found), query=asked.SearchAsked)
    def get(self, request: Request) -> Response:
        """Newest first. What the search language does not know is named with its place in `q`: `start`, `length`."""
        values = asked.valid(asked.SearchAsked, request.query_params)
        query = parse(values["q"])
        narrowed = narrow(query, self.seen, user=self.owner, now=timezone.now())
        if problems := narrowed.problems:
            errors = [
                {"field": "q", "detail": each.message, "code": "search", "start": each.start, "length": each.length}
                for each in problems
            ]
            raise Problem(422, "invalid", _("Mend the search where it is marked, then send it again."), errors=errors)
        found = self.page(queries.listed(narrowed.tickets), by="received_at", descending=True, size=values["limit"])
        lines = hits(query, read_texts(query, found.rows))
        return self.paged(found, shown.Found(lines, many=True, context={"request": request}).data)
