"""From a form to a ticket: the same acts as for a mail."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal import places, uploads
from portal.tokens import Submission
from tickets.actions.joining import receive
from tickets.actions.opening import open_ticket
from tickets.actions.record import PARTNER
from tickets.errors import AlreadyKnown
from tickets.files import StoredFile
from tickets.incoming import Details, Incoming
from tickets.models import Message, Ticket

WEB_FORM = Ticket.Channel.WEB_FORM


def is_known(submission: Submission) -> bool:
    """Whether a message of this submission is here already."""
    return Message.objects.filter(key=submission.key).exists()


def receive_request(
    values: Mapping[str, Any], submission: Submission, *, language: str, correlation: str, now: datetime
) -> Message:
    """Open a ticket from a valid form; the same submission again gives the same message. FileGone."""
    incoming = Incoming(
        key=submission.key,
        received_at=now,
        sender_name=values["name"],
        sender_address=values["email"].lower(),
        subject=values["subject"],
        text=_lines(values["message"]),
        language=language,
        files=_files(submission),
        correlation=correlation,
    )
    try:
        message = open_ticket(
            actor=PARTNER,
            channel=WEB_FORM,
            incoming=incoming,
            details=_details(values),
            acknowledge=True,
            now=now,
        )
    except AlreadyKnown as known:
        message = _changed_since(known.key, incoming, now)
    uploads.forget(submission.key)
    return message


def receive_answer(
    values: Mapping[str, Any], ticket: Ticket, submission: Submission, *, language: str, correlation: str, now: datetime
) -> Message:
    """Put a message from the tracking page on its ticket. FileGone.

    The link is the partner's: whoever holds it writes as the requester of the ticket.
    """
    requester = ticket.requester
    address = requester.addresses.first() if requester else None
    incoming = Incoming(
        key=submission.key,
        received_at=now,
        sender_name=requester.name if requester else "",
        sender_address=address.address if address else "",
        subject=ticket.subject,
        text=_lines(values["message"]),
        language=language,
        files=_files(submission),
        correlation=correlation,
    )
    try:
        message = _join(ticket.pk, incoming, now, found_by="tracking-link")
    except AlreadyKnown as known:
        message = _changed_since(known.key, incoming, now)
    uploads.forget(submission.key)
    return message


def _join(ticket_id: int, incoming: Incoming, now: datetime, *, found_by: str) -> Message:
    return receive(
        ticket_id=ticket_id, incoming=incoming, channel=WEB_FORM, found_by=found_by, acknowledge=True, now=now
    )


def _changed_since(key: str, incoming: Incoming, now: datetime) -> Message:
    """The message that a submission made before. What its writer changed since is not lost: it joins the ticket.

    That happens when the line broke after we had the form: the writer saw no thank-you, went on writing and sent again.
    """
    known = Message.objects.select_related("ticket").get(key=key)
    there = set(known.attachments.values_list("sha256", flat=True))
    new_files = tuple(file for file in incoming.files if file.sha256 not in there)
    if (known.text, known.subject) == (incoming.text, incoming.subject) and not new_files:
        return known
    later = hashlib.sha256(f"{incoming.key}\n{incoming.subject}\n{incoming.text}".encode()).hexdigest()
    changed = replace(incoming, key=later, files=new_files)
    try:
        return _join(known.ticket_id, changed, now, found_by="same-form")
    except AlreadyKnown as again:
        return _changed_since(again.key, changed, now)


def _files(submission: Submission) -> tuple[StoredFile, ...]:
    try:
        return uploads.take(submission.key)
    except uploads.FileGone:
        # The same form, sent twice at once: the other one was quicker and has them.
        if is_known(submission):
            return ()
        raise


def _details(values: Mapping[str, Any]) -> Details:
    """What the form asks beyond the message."""
    country, region = places.split(values["place"])
    return Details.of(values, country=country, region=region)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
