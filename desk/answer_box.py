"""What the form of an answer shows: whom it goes to, what is written already, what stands below it."""

from collections.abc import Sequence
from typing import Any

from desk import drafts, forms, recipients
from desk.queries import Person
from tickets.models import Message, Ticket, User
from tickets.signatures import signature


def own_draft(ticket: Ticket, person: User) -> drafts.Kept | None:
    """What this person has begun on the ticket."""
    return next((each for each in drafts.of(ticket) if (each.ticket, each.author) == (ticket.pk, person.pk)), None)


def form_of(ticket: Ticket, person: User, nature: str = "") -> forms.ReplyForm:
    """A new answer, or the one that was begun, with its files; of another `nature` if one is asked for."""
    asked = {"nature": nature} if nature in Message.Nature.values else {}
    begun = own_draft(ticket, person)
    if begun is None:
        return forms.ReplyForm(ticket_id=ticket.pk, initial={"nature": Message.Nature.ANSWER, "status": "", **asked})
    form = forms.ReplyForm(ticket_id=ticket.pk, initial={**begun.initial(), **asked})
    form.stored = list(begun.files)
    return form


def context(ticket: Ticket, person: User, people: Sequence[Person], form: forms.ReplyForm) -> dict[str, Any]:
    """What the templates of the answer need beside the page's own."""
    begun = own_draft(ticket, person)
    others = [each for each in drafts.of(ticket) if each != begun and each.text.strip()]
    offered = recipients.candidates(ticket, people)
    to = str(form["to"].value() or "").lower()
    if offered and to not in (each.address for each in offered):
        to = offered[0].address
    copies = {str(each).lower() for each in form["cc"].value() or ()}
    key = str(form["key"].value() or "")
    return {
        "reply": form,
        # The page of a held reply is the same page still: its draft is its own, and sent twice it is one reply.
        "reply_key": key if form.is_bound and forms.KEY.fullmatch(key) else forms.new_key(),
        "offered": offered,
        "to_address": to,
        "to_name": next((each.name for each in offered if each.address == to), ""),
        "copies": copies,
        "copied": [each for each in offered if each.address in copies and each.address != to],
        "draft": begun,
        "draft_version": (form["version"].value() if form.is_bound else begun.version if begun else 0) or 0,
        "others_drafts": sorted(others, key=lambda each: each.ticket != ticket.pk),  # this ticket's own first
        "signature": signature(person, ticket.mail_language),
    }
