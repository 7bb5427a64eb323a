"""The administration's view of the work itself, to look at: tickets, messages and events are written by acts alone.

They are listed without their texts: those are read on the desk, where reading of sensitive tickets is recorded.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tickets.admin_base import ReadOnly, user_of
from tickets.links import ticket_url
from tickets.models import Event, Message, Ticket
from tickets.permissions import visible


class TicketAdmin(ReadOnly):
    """Tickets that this administrator may see, without their texts."""

    list_display = ("reference", "status", "queue", "assignee", "channel", "received_at", "waiting_since", "answer_by")
    list_filter = ("status", "queue", "channel", "kind", "unreadable")
    list_select_related = ("queue", "assignee")
    search_fields = ("reference__exact",)
    search_help_text = _("A whole reference")
    ordering = ("-received_at", "-id")
    fields = (
        "on_the_desk", "reference", "status", "outcome", "kind", "priority", "queue", "topic", "language", "channel",
        "assignee", "sensitive", "danger_to_life", "unreadable", "received_at", "acknowledged_at", "answer_by",
        "waiting_since", "first_answered_at", "last_message_at", "closed_at",
    )  # fmt: skip

    @admin.display(description=_("on the desk"))
    def on_the_desk(self, ticket: Ticket) -> str:
        """Where it is read."""
        return format_html('<a href="{}">{}</a>', ticket_url(ticket), ticket.reference)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        """Restricted queues stay closed here too."""
        return visible(user_of(request))


class MessageAdmin(ReadOnly):
    """Messages of those tickets: what became of them, not what they say."""

    list_display = ("id", "ticket", "kind", "nature", "channel", "delivery", "received_at", "sent_at")
    list_filter = ("kind", "delivery", "channel")
    list_select_related = ("ticket",)
    search_fields = ("ticket__reference__exact", "raw_sha256__exact")
    search_help_text = _("A whole reference, or the hash of a raw file")
    ordering = ("-id",)
    fields = (
        "ticket", "kind", "nature", "channel", "language", "automatic", "marked", "delivery", "received_at", "sent_at",
        "written_at", "created_at", "erased_at", "raw_sha256",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """As for tickets."""
        return Message.objects.filter(ticket__in=visible(user_of(request))).defer("text", "html")


class EventAdmin(ReadOnly):
    """The history of those tickets."""

    list_display = ("at", "ticket", "verb", "actor_kind", "actor", "data")
    list_filter = ("verb", "actor_kind")
    list_select_related = ("ticket", "actor")
    search_fields = ("ticket__reference__exact",)
    search_help_text = _("A whole reference")
    ordering = ("-at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """As for tickets."""
        return Event.objects.filter(ticket__in=visible(user_of(request)))
