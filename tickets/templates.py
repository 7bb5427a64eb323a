"""Answers that are given often, filled for one ticket in the language of its mails."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation

from notifications.emails import in_words
from tickets import placeholders
from tickets.models import Contact, ReplyTemplate, Ticket

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class Filled:
    """The text for one ticket. `language` may be another than the wanted one; `missing` is still in braces."""

    text: str
    language: str
    missing: tuple[str, ...]


def fill(template: ReplyTemplate, ticket: Ticket, *, contact: Contact | None) -> Filled:
    """The template's text in the ticket's language, else in English, else in any; empty when it has none."""
    bodies = {text.language: text.body for text in template.texts.all()}
    order = (ticket.mail_language, FALLBACK_LANGUAGE, *bodies)
    language = next((code for code in order if code in bodies), ticket.mail_language)
    text = placeholders.fill(bodies.get(language, ""), _values(ticket, language, contact))
    return Filled(text.strip(), language, tuple(placeholders.left_in(text)))


def _values(ticket: Ticket, language: str, contact: Contact | None) -> dict[str, str]:
    need = getattr(ticket, "need", None)
    local = "" if language == FALLBACK_LANGUAGE else getattr(ticket.topic, f"name_{language}", "")
    received = ticket.received_at.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date()
    with translation.override(language):
        return {
            "name": ticket.requester.name if ticket.requester else "",
            "organisation": ticket.organisation.name if ticket.organisation else "",
            "reference": ticket.reference,
            "subject": ticket.subject,
            "topic": local or (ticket.topic.name if ticket.topic else ""),
            "received": in_words(received),
            "answer_by": in_words(ticket.answer_by) if ticket.answer_by else "",
            "item": need.item if need else "",
            "quantity": need.quantity if need else "",
            "body": contact.name_in(language) if contact else "",
        }
