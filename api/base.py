"""What every address of the API shares: the scope it needs, its tickets, its pages, and answers kept in no cache."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from api import queries
from api.authentication import ScopeMissing
from api.models import Token
from api.problems import Problem
from tickets.actions import access
from tickets.actions.record import Actor
from tickets.models import Ticket, User
from tickets.permissions import Act, Sight, may, sight
from web.paging import BadCursor, Page, page


class ApiView(APIView):
    """One address. `scopes` says what a token needs for each method; where it says nothing, GET needs to read."""

    http_method_names = ["get", "head", "post"]
    metadata_class = None
    scopes: ClassVar[Mapping[str, Token.Scope]] = {"GET": Token.Scope.READ, "POST": Token.Scope.WRITE}

    def check_permissions(self, request: Request) -> None:
        """NotAuthenticated (401) without a token, ScopeMissing (403) with one that is for something else."""
        if not isinstance(request.auth, Token):
            raise NotAuthenticated(_("Send a token in the header “Authorization: Bearer …”."))
        needed = self.scopes.get("GET" if request.method == "HEAD" else request.method)
        if needed is None:
            raise MethodNotAllowed(request.method)
        if needed not in request.auth.scopes:
            raise ScopeMissing(needed)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    @property
    def owner(self) -> User:
        """The person that the token acts as."""
        owner: User = self.request.user
        return owner

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.owner)

    @property
    def correlation(self) -> str:
        return str(getattr(self.request, "correlation", ""))

    @cached_property
    def sight(self) -> Sight:
        """What the owner may see."""
        return sight(self.owner)

    @property
    def seen(self) -> QuerySet[Ticket]:
        """The tickets that the owner may see."""
        return self.sight.tickets

    def read(self, reference: str, act: Act = Act.VIEW) -> Ticket:
        """The ticket, if the owner may do this with it; reading a sensitive one is recorded. To others it is a 404."""
        ticket = queries.ticket_of(self.sight, reference)
        if ticket is None or (act is not Act.VIEW and not may(self.owner, act, ticket)):
            raise Http404
        access.view(actor=self.actor, ticket=ticket, now=timezone.now())
        return ticket

    def listed(
        self, rows: QuerySet[Any], shape: type[Serializer], *, by: str, descending: bool = False, size: int
    ) -> Response:
        """One page of rows, and the addresses of the pages beside it. Problem (400) for a cursor of another list."""
        found = self.page(rows, by=by, descending=descending, size=size)
        return self.paged(found, shape(found.rows, many=True, context={"request": self.request}).data)

    def page(self, rows: QuerySet[Any], *, by: str, descending: bool = False, size: int) -> Page[Any]:
        """The rows of the page that the request asks for. Problem (400) for a cursor of another list."""
        cursor = self.request.query_params.get("cursor", "")
        try:
            return page(rows, by=by, cursor=cursor, size=size, descending=descending)
        except BadCursor:
            raise Problem(400, "bad-cursor", _("Begin at the first page: leave “cursor” out.")) from None

    def paged(self, found: Page[Any], results: Any) -> Response:
        """The answer that shows a page."""
        return Response(
            {"next": self._address(found.next), "previous": self._address(found.previous), "results": results}
        )

    def _address(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return str(self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}"))


class Nothing(ApiView):
    """What is at no address of the API: the same for everybody, token or not."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete", "options"]
    authentication_classes = ()
    schema = None

    def check_permissions(self, request: Request) -> None:
        raise Http404
