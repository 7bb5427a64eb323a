"""What was said on a ticket, its raw mails and files; and what is said anew."""

from typing import Any

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api import queries
from api.base import ApiView
from api.creating import CreatingView
from api.models import Token
from api.operations import describe, download, paged
from api.problems import Problem
from api.serializers import asked, shown
from api.serializers.fields import stored
from tickets.actions import access, answering, elsewhere
from tickets.files import storage
from tickets.models import Attachment, Message, Ticket
from tickets.permissions import Act
from web import downloads

TAG, FILES = "Messages", "Files"


class Messages(ApiView):
    """The messages of a ticket."""

    @describe(
        tag=TAG, name="messages_list", summary="List messages", shown=paged(shown.MessageShown), query=asked.Listed
    )
    def get(self, request: Request, reference: str) -> Response:
        """Newest first: from the partner, to the partner, notes, and automatic mail of either side."""
        values = asked.valid(asked.Listed, request.query_params)
        rows = queries.messages(self.read(reference))
        return self.listed(rows, shown.MessageShown, by="received_at", descending=True, size=values["limit"])


class OneMessage(ApiView):
    """One message."""

    @describe(tag=TAG, name="messages_show", summary="Show a message", shown=shown.MessageShown)
    def get(self, request: Request, reference: str, message_id: int) -> Response:
        """A message with its files."""
        rows = queries.messages(self.read(reference))
        return Response(shown.MessageShown(get_object_or_404(rows, pk=message_id)).data)


class RawMail(ApiView):
    """A mail as it was received."""

    @download(tag=TAG, name="messages_raw", summary="Download the raw mail")
    def get(self, request: Request, reference: str, message_id: int) -> FileResponse:
        """The mail to the last byte, as message/rfc822."""
        ticket = self.read(reference)
        message = get_object_or_404(Message.objects.exclude(raw_path=""), pk=message_id, ticket=ticket)
        return _file(message.raw_path, f"{ticket.reference}-{message.pk}.eml", "message/rfc822")


class Undo(ApiView):
    """A reply that has not left."""

    @describe(tag=TAG, name="messages_undo", summary="Undo a reply", shown=shown.MessageShown)
    def post(self, request: Request, reference: str, message_id: int) -> Response:
        """Take a reply back while it waits, with what it changed on the ticket."""
        ticket = self.read(reference, Act.ANSWER)
        get_object_or_404(Message, pk=message_id, ticket=ticket, kind=Message.Kind.OUTBOUND)
        answering.undo_reply(actor=self.actor, message_id=message_id, now=timezone.now())
        return _message(ticket, message_id, 200)


class WasQuestion(ApiView):
    """An answer that was sent from another program."""

    @describe(tag=TAG, name="messages_question", summary="Call a mail a question", shown=shown.MessageShown)
    def post(self, request: Request, reference: str, message_id: int) -> Response:
        """Say that a mail from another program asked the partner something: it ended no wait."""
        ticket = self.read(reference, Act.ANSWER)
        get_object_or_404(Message, pk=message_id, ticket=ticket)
        elsewhere.was_question(actor=self.actor, message_id=message_id, now=timezone.now())
        return _message(ticket, message_id, 200)


class Reply(CreatingView):
    """An answer to the partner."""

    @describe(
        tag=TAG,
        name="tickets_reply",
        summary="Reply",
        asked=asked.Reply,
        shown=shown.MessageShown,
        status=201,
        files=True,
    )
    def post(self, request: Request, reference: str) -> Response:
        """The mail waits some seconds, during which it can be undone, and then leaves in the name of the owner."""
        ticket = self.read(reference, Act.ANSWER)
        values = asked.valid(asked.Reply, request.data)
        files = stored(values["files"]) if "files" in values else []

        def make() -> Message:
            return answering.reply(
                actor=self.actor,
                ticket_id=ticket.pk,
                text=values["text"],
                nature=values["nature"],
                to=_mailboxes(values.get("to")),
                cc=_mailboxes(values.get("cc")),
                files=files,
                answer_by=values["answer_by"],
                contact=values["contact"],
                forward=values["forward"],
                status=values["status"],
                last_seen=values["last_seen"],
                correlation=self.correlation,
                now=timezone.now(),
            )

        message, new = self.once(values, files, make)
        return _message(ticket, message.pk, 201 if new else 200)


class Note(CreatingView):
    """An internal note."""

    @describe(
        tag=TAG, name="tickets_note", summary="Write a note", asked=asked.Note, shown=shown.MessageShown, status=201,
        files=True,
    )  # fmt: skip
    def post(self, request: Request, reference: str) -> Response:
        """For colleagues only. No partner ever sees it."""
        ticket = self.read(reference, Act.NOTE)
        values = asked.valid(asked.Note, request.data)
        files = stored(values["files"]) if "files" in values else []

        def make() -> Message:
            return answering.note(
                actor=self.actor, ticket_id=ticket.pk, text=values["text"], files=files, now=timezone.now()
            )

        message, new = self.once(values, files, make)
        return _message(ticket, message.pk, 201 if new else 200)


class Attachments(ApiView):
    """The files of a ticket."""

    @describe(tag=FILES, name="attachments_list", summary="List files", shown=paged(shown.File), query=asked.Listed)
    def get(self, request: Request, reference: str) -> Response:
        """The files of all messages, newest first."""
        values = asked.valid(asked.Listed, request.query_params)
        rows = Attachment.objects.filter(message__ticket=self.read(reference))
        return self.listed(rows, shown.File, by="id", descending=True, size=values["limit"])


class OneAttachment(ApiView):
    """One file."""

    @download(tag=FILES, name="attachments_download", summary="Download a file")
    def get(self, request: Request, reference: str, attachment_id: int) -> FileResponse:
        """Always a download. A file in quarantine is refused (403)."""
        attachment = _attachment(self.read(reference), attachment_id)
        if attachment.quarantine:
            told = _("The file may be dangerous. Open it by POST to “open”, with the scope “admin”.")
            raise Problem(403, "quarantined", told, code=attachment.quarantine)
        return _file(attachment.path, attachment.name, attachment.content_type)


class OpenQuarantined(ApiView):
    """One file in quarantine."""

    scopes = {"POST": Token.Scope.ADMIN}

    @download(tag=FILES, name="attachments_open", summary="Download a file in quarantine")
    def post(self, request: Request, reference: str, attachment_id: int) -> FileResponse:
        """For managers alone; each time it is recorded in the history. Never run or open it on an ordinary computer."""
        ticket = self.read(reference, Act.OPEN_QUARANTINED)
        attachment = _attachment(ticket, attachment_id)
        if attachment.quarantine:
            access.unseal(actor=self.actor, ticket=ticket, attachment=attachment, now=timezone.now())
        return _file(attachment.path, attachment.name, attachment.content_type)


def _message(ticket: Ticket, message_id: int, status: int) -> Response:
    return Response(shown.MessageShown(queries.messages(ticket).get(pk=message_id)).data, status=status)


def _attachment(ticket: Ticket, attachment_id: int) -> Attachment:
    found: Attachment = get_object_or_404(Attachment, pk=attachment_id, message__ticket=ticket)
    return found


def _mailboxes(addresses: Any) -> list[tuple[str, str]]:
    return [("", address) for address in addresses or ()]


def _file(path: str, name: str, content_type: str) -> FileResponse:
    try:
        stream = storage().open(path)
    except FileNotFoundError:
        raise Http404 from None
    return downloads.file_response(stream, name=name, content_type=content_type, no_store=True)
