"""Who asks, and what a ticket can be sorted by. Only people and organisations behind a ticket that may be seen."""

from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.base import ApiView
from api.operations import describe, paged
from api.serializers import asked, shown
from tickets import routing
from tickets.models import Contact, Queue, ReplyTemplate, Topic, User
from tickets.permissions import may_administer

PEOPLE, LISTS = "People", "Lists to choose from"


class Requesters(ApiView):
    """People who wrote to us."""

    @describe(
        tag=PEOPLE,
        name="requesters_list",
        summary="List requesters",
        shown=paged(shown.RequesterShown),
        query=asked.RequestersAsked,
    )
    def get(self, request: Request) -> Response:
        """Newest first, or who uses one `address`."""
        values = asked.valid(asked.RequestersAsked, request.query_params)
        rows = queries.requesters(self.seen)
        if "address" in values:
            rows = rows.filter(addresses__address=values["address"].lower())
        return self.listed(rows, shown.RequesterShown, by="id", descending=True, size=values["limit"])


class OneRequester(ApiView):
    """One person who wrote to us."""

    @describe(tag=PEOPLE, name="requesters_show", summary="Show a requester", shown=shown.RequesterShown)
    def get(self, request: Request, requester_id: int) -> Response:
        """Their tickets are `/tickets?requester=`."""
        found = get_object_or_404(queries.requesters(self.seen), pk=requester_id)
        return Response(shown.RequesterShown(found).data)


class Organisations(ApiView):
    """Organisations behind tickets."""

    @describe(
        tag=PEOPLE,
        name="organisations_list",
        summary="List organisations",
        shown=paged(shown.OrganisationShown),
        query=asked.OrganisationsAsked,
    )
    def get(self, request: Request) -> Response:
        """Newest first, or those of one `name`."""
        values = asked.valid(asked.OrganisationsAsked, request.query_params)
        rows = queries.organisations(self.seen)
        if "name" in values:
            rows = rows.annotate(lower_name=Lower("name")).filter(lower_name=values["name"].lower())
        return self.listed(rows, shown.OrganisationShown, by="id", descending=True, size=values["limit"])


class OneOrganisation(ApiView):
    """One organisation."""

    @describe(tag=PEOPLE, name="organisations_show", summary="Show an organisation", shown=shown.OrganisationShown)
    def get(self, request: Request, organisation_id: int) -> Response:
        """Its tickets are `/tickets?organisation=`."""
        found = get_object_or_404(queries.organisations(self.seen), pk=organisation_id)
        return Response(shown.OrganisationShown(found).data)


class Queues(ApiView):
    """The queues."""

    @describe(tag=LISTS, name="queues_list", summary="List queues", shown=paged(shown.Queue), query=asked.Listed)
    def get(self, request: Request) -> Response:
        """Where tickets lie. Everybody may move one to a restricted queue, whose members alone see it then."""
        values = asked.valid(asked.Listed, request.query_params)
        return self.listed(Queue.objects.all(), shown.Queue, by="id", size=values["limit"])


class Topics(ApiView):
    """The topics."""

    @describe(tag=LISTS, name="topics_list", summary="List topics", shown=paged(shown.Coded), query=asked.Listed)
    def get(self, request: Request) -> Response:
        """What tickets are about: those that are offered."""
        values = asked.valid(asked.Listed, request.query_params)
        return self.listed(Topic.objects.filter(active=True), shown.Coded, by="id", size=values["limit"])


class Contacts(ApiView):
    """The competent bodies."""

    @describe(
        tag=LISTS, name="contacts_list", summary="List competent bodies", shown=paged(shown.Contact), query=asked.Listed
    )
    def get(self, request: Request) -> Response:
        """Where a request can be passed on to: those that are offered."""
        values = asked.valid(asked.Listed, request.query_params)
        return self.listed(Contact.objects.filter(active=True), shown.Contact, by="id", size=values["limit"])


class Templates(ApiView):
    """The templates of answers."""

    @describe(
        tag=LISTS, name="templates_list", summary="List templates of answers", shown=paged(shown.Template),
        query=asked.Listed,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Answers that are given often, one text a language: those that are offered."""
        values = asked.valid(asked.Listed, request.query_params)
        rows = ReplyTemplate.objects.filter(active=True).select_related("topic", "contact").prefetch_related("texts")
        return self.listed(rows, shown.Template, by="id", size=values["limit"])


class Colleagues(ApiView):
    """The secretariat."""

    @describe(
        tag=LISTS, name="colleagues_list", summary="List colleagues", shown=paged(shown.Colleague), query=asked.Listed
    )
    def get(self, request: Request) -> Response:
        """Who works here and can be assigned."""
        values = asked.valid(asked.Listed, request.query_params)
        return self.listed(User.objects.filter(is_active=True), shown.Colleague, by="id", size=values["limit"])


class Rules(ApiView):
    """The rules that sort tickets."""

    @describe(tag=LISTS, name="rules_list", summary="List rules", shown=paged(shown.Rule), query=asked.Listed)
    def get(self, request: Request) -> Response:
        """In the order in which they are asked. Managers write them, on the desk; others see none."""
        values = asked.valid(asked.Listed, request.query_params)
        rows = routing.rules() if may_administer(self.owner, managers=True) else routing.rules().none()
        return self.listed(rows, shown.Rule, by="position", size=values["limit"])
